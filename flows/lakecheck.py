"""Who hears that files of the lake were missing or cut? The operators, once, and which ones.

By then they are being made again: a source whose files are not what the manifest says is read again
whether it has news or not, and its facts are folded anew from its raw pages or its exports.
"""

from __future__ import annotations

from collections.abc import Mapping

from flows.briefing import reader_of
from flows.operators import mark_of
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.messages.ops import OpsInputs, OpsItem
from tasks.store import Outgoing, put

MOST_NAMED = 3
TODO = "See who deletes or cuts files there, unless that was you: they belong to Keepwell."


def tell(steps: Steps, workspace: Workspace, hurt: Mapping[str, tuple[str, ...]]) -> None:
    """Write to the operators which files of the lake were not what they had been; once each."""
    to = workspace.settings.operators.to
    paths = [path for each in hurt.values() for path in each]
    if not paths or not to:
        return
    files = "1 file" if len(paths) == 1 else f"{len(paths)} files"
    inputs = OpsInputs(
        reader=reader_of(workspace.settings),
        period="",
        subject_key=f"lake-{mark_of(paths)}",
        headline=f"{files} of the lake {'was' if len(paths) == 1 else 'were'} missing or cut",
        items=tuple(_item(workspace, *each) for each in sorted(hurt.items())),
    )
    message = steps.ops_message(inputs)
    put(workspace.store, [Outgoing(message, to)], company=workspace.settings.company.name)


def _item(workspace: Workspace, source: str, paths: tuple[str, ...]) -> OpsItem:
    more = f" and {len(paths) - MOST_NAMED} more" if len(paths) > MOST_NAMED else ""
    return OpsItem(
        title=source,
        what=f"{', '.join(paths[:MOST_NAMED])}{more}: made again from what the source has.",
        where=str(workspace.settings.lake_path),
        todo=TODO,
    )
