"""A load of a shop that is killed: ``python -m tests.connectors.sql.dying MOMENT FOLDER URL``."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.connectors.conformance.company import store_in
from tests.connectors.conformance.dying import Deadly
from tests.connectors.sql.shop import Company

if __name__ == "__main__":
    moment, folder, url = sys.argv[1:]
    plain = store_in(Path(folder))
    store = Deadly(plain.engine, plain.patience_s, moment, "tickets")
    Company(Path(folder), url, store).load()
