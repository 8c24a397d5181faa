"""How can a digest be looked at without writing anything? In a scratch copy, where need be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from pydantic import SecretStr
from sqlalchemy import make_url

from flows.ledger import changed_sources
from flows.measure import How, compute_only
from flows.plan import TOLD, Scope, periods_due, told
from flows.secondly import Said
from flows.steps import Steps
from flows.sync import bring_in
from flows.twice import look_twice
from flows.workspace import Workspace, settings_at
from tasks.catalog import CONNECTORS
from tasks.config import Settings
from tasks.connectors.base import Connector
from tasks.errors import KeepwellError, SourceRejected
from tasks.model import Observation, Period
from tasks.store import current_loads, open_store
from tasks.store.carrying import carry_over


@dataclass(frozen=True, slots=True)
class View:
    """A workspace that is up to date, with the values its store lacks, and what went wrong."""

    workspace: Workspace
    fresh: tuple[Observation, ...] = ()
    problems: tuple[KeepwellError, ...] = ()
    said: Said | None = None  # by a second calculation, where it had to be asked

    @property
    def exit_code(self) -> int:
        """0, or the gravest code of the problems."""
        return max((problem.exit_code for problem in self.problems), default=0)


@contextmanager
def facts_as_they_would_be(
    steps: Steps, config: Path, environ: Mapping[str, str], now: datetime
) -> Iterator[View]:
    """Give a view in which everything the sources have is loaded; the company's own stays as it is.

    Where the sources have nothing new, that is the company's own workspace, only read from.
    Otherwise it is a scratch lake and store that are gone afterwards. An API is never read for a
    look: what was synced is shown, and one that never was is a problem.
    """
    settings = settings_at(config, environ)
    remote = apis(settings)
    if is_there(settings):
        with open_store(settings.store_url) as store:
            workspace = Workspace(settings, store)
            loaded = {load.source for load in current_loads(store)}
            if not changed_sources(workspace) or loaded & remote:
                yield View(workspace, problems=_never_read(remote - loaded))
                return
    with TemporaryDirectory(prefix="keepwell-") as folder:
        scratch = in_scratch(settings, Path(folder))
        with open_store(scratch.store_url) as store:
            if is_there(settings):
                with open_store(settings.store_url) as own:
                    carry_over(own, store)
            workspace = Workspace(scratch, store)
            here = [source.name for source in settings.sources if source.name not in remote]
            synced = bring_in(steps, workspace, now=now, only=here)
            yield View(workspace, problems=(*synced.problems, *_never_read(remote)))


def apis(settings: Settings) -> frozenset[str]:
    """Return the names of the sources that are asked over the network."""
    kinds = [
        (source, cast("Connector", CONNECTORS.get(source.kind))) for source in settings.sources
    ]
    return frozenset(source.name for source, kind in kinds if kind.streams(source))


def _never_read(names: Iterable[str]) -> tuple[KeepwellError, ...]:
    return tuple(
        SourceRejected(f"{name} has not been read yet.", todo=f"Run keepwell sync --source {name}.")
        for name in sorted(names)
    )


@contextmanager
def as_it_would_be(
    steps: Steps, config: Path, environ: Mapping[str, str], about: Period, now: datetime
) -> Iterator[View]:
    """Give a view in which what the digest ``about`` a period tells is stored, or ``fresh``.

    It is computed twice, as every digest is.
    """
    with facts_as_they_would_be(steps, config, environ, now) as view:

        def look() -> Sequence[Observation]:
            due = periods_due(view.workspace, now, Scope(TOLD, about))
            how = How(kpis=told(view.workspace.settings))
            return compute_only(steps, view.workspace, due, now=now, how=how).observations

        fresh, said = look_twice(steps, view.workspace, about, now=now, look=look)
        yield View(view.workspace, fresh, view.problems, said)


def is_there(settings: Settings) -> bool:
    """Return whether the store exists; opening an SQLite file that does not would make it."""
    url = make_url(settings.store_url)
    return url.get_backend_name() != "sqlite" or Path(str(url.database)).is_file()


def in_scratch(settings: Settings, folder: Path) -> Settings:
    """Return the same settings with lake and store in ``folder``."""
    store = SecretStr(f"sqlite:///{folder / 'keepwell.db'}")
    return settings.model_copy(update={"store": store, "lake": str(folder / "lake")})
