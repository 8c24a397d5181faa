"""Make Keepwell's automations so on the Prefect server that PREFECT_API_URL names.

    python deploy/automations.py --config keepwell.yaml

It needs the deployments to be there (`keepwell deploy` makes both); however often it is run,
each automation is there once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from prefect.client.orchestration import get_client

from flows.automations import upsert
from flows.workspace import settings_at
from tasks.errors import KeepwellError


def main(arguments: Sequence[str]) -> int:
    """Make them so and say which; return 2 with a sentence where that cannot be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, default=Path("keepwell.yaml"))
    config = parser.parse_args(arguments).config
    try:
        with get_client(sync_client=True) as client:
            names = upsert(client, settings_at(config, os.environ))
    except KeepwellError as problem:
        sys.stderr.write(f"{problem}\n")
        return problem.exit_code
    sys.stdout.write("".join(f"{name}\n" for name in names))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
