"""A file of the lake is deleted or cut: it is noticed, told once, and made again by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from flows.steps import by_hand
from flows.sync import Synced, bring_in_news
from flows.workspace import opened
from tasks.store import entries
from tests.flows.small import NOW, Keepwell

OPERATORS = 'operators: {to: ["file:ops"]}\n'


@pytest.fixture
def synced(company: Path, keepwell: Keepwell) -> Callable[[], Synced]:
    """Bring in what is new as a scheduled run does."""
    with (company / "keepwell.yaml").open("a", encoding="utf-8") as file:
        file.write(OPERATORS)

    def synced() -> Synced:
        with opened(company / "keepwell.yaml", {}) as workspace:
            return bring_in_news(by_hand(), workspace, now=datetime.fromisoformat(NOW))

    return synced


def a_file(company: Path) -> Path:
    return min((company / "lake" / "facts" / "subscription_versions").rglob("*.parquet"))


def delete(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


@pytest.mark.parametrize("harm", [delete, cut])
def test_what_is_not_whole_is_made_again_though_the_source_has_no_news(
    company: Path, keepwell: Keepwell, synced, harm
) -> None:
    assert [one.source for one in synced().loads] == ["exports"]
    assert synced().loads == ()
    before = keepwell("measure", "--grain", "month")[0], keepwell("values", "--format", "csv")[1]
    harm(a_file(company))
    assert [one.source for one in synced().loads] == ["exports"]
    assert synced().loads == ()
    after = keepwell("measure", "--grain", "month")[0], keepwell("values", "--format", "csv")[1]
    assert after == before


def test_the_operators_are_told_once(company: Path, synced) -> None:
    synced()
    harmed = a_file(company)
    harmed.unlink()
    exports = company / "exports"
    exports.rename(company / "away")  # so that it cannot be made again
    assert synced().exit_code == 3
    synced()
    with opened(company / "keepwell.yaml", {}) as workspace:
        (told,) = entries(workspace.store, kind="ops")
    assert (
        told.subject == "Acme: 1 file of the lake was missing or cut"
        or "missing or cut" in told.subject
    )
    (company / "away").rename(exports)
    assert synced().exit_code == 0


def test_who_asks_by_hand_gets_a_sentence_with_the_file_and_the_command(
    company: Path, keepwell: Keepwell, synced
) -> None:
    synced()
    harmed = a_file(company)
    harmed.unlink()
    code, _, err = keepwell("measure")
    assert code == 2
    assert f"1 file is missing from the lake or cut: {harmed.relative_to(company / 'lake')}." in err
    assert "Run `keepwell sync`" in err
    assert keepwell("sync")[0] == 0
    assert keepwell("measure")[0] == 0
