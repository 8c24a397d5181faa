"""The special functions behind the laws of chance, loaded when the first chance is worked out.

Importing scipy.special costs a quarter of a second, and whoever only reads a configuration imports
the rules too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scipy.special import (
        betainc,
        betaln,
        gammainc,
        gammaincc,
        gammaincinv,
        gammaln,
        ndtri,
        stdtr,
        stdtrit,
        xlog1py,
        xlogy,
    )

__all__ = [
    "betainc",
    "betaln",
    "gammainc",
    "gammaincc",
    "gammaincinv",
    "gammaln",
    "ndtri",
    "stdtr",
    "stdtrit",
    "xlog1py",
    "xlogy",
]

if not TYPE_CHECKING:  # pragma: no branch - checkers don't run it

    def __getattr__(name: str) -> object:
        """Return scipy's function called ``name``, and keep it for the next time."""
        if name not in __all__:
            raise AttributeError(name)
        import scipy.special  # noqa: PLC0415 - the reason for this file

        globals()[name] = getattr(scipy.special, name)
        return globals()[name]
