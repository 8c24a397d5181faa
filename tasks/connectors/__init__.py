"""The systems of record. A new one is one file here: it registers itself when it is imported."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

for _sibling in iter_modules(__path__, f"{__name__}."):
    import_module(_sibling.name)
