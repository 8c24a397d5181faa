"""How is a lease kept while a slow destination takes its time? A thread renews it now and then."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

from tasks.errors import KeepwellError
from tasks.store.leases import Claim, renew

if TYPE_CHECKING:
    from collections.abc import Iterator

BEATS_A_LEASE = 3  # two may be missed before the lease is over


@contextmanager
def kept(claim: Claim) -> Iterator[None]:
    """Keep the lease of ``claim`` renewed while the block runs."""
    is_over = Event()
    beating = Thread(target=_beat, args=(claim, is_over), daemon=True, name="keepwell lease")
    beating.start()
    try:
        yield
    finally:
        is_over.set()
        beating.join()


def _beat(claim: Claim, is_over: Event) -> None:
    while not is_over.wait(claim.lease_s / BEATS_A_LEASE):
        # A renewal that fails needs no word here: before the next part is handed over the lease
        # is looked at again, and that is where losing it counts.
        with suppress(KeepwellError):
            renew(claim)
