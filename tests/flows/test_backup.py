"""A backup is the store and the lake of one moment; put back, nothing that was sent is sent again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from flows.backup import Backup, backup, backups, read_backup
from flows.restore import restore
from flows.workspace import Workspace, opened, settings_at
from tasks.errors import StoreUnusable, WrongUse
from tasks.store import State, current_files, entries
from tasks.store.audit import deeds
from tests.flows.peers import Peers, peers
from tests.flows.small import CONFIG, NOW, Keepwell

BOTH = '"email:ana@acme.example", "slack:#weekly", "file:board"'
MONDAY = datetime.fromisoformat(NOW)
LATER = "2026-03-02T18:00:00+00:00"


@pytest.fixture
def there(company: Path) -> Iterator[Peers]:
    with peers() as both:
        both.configure(company / "keepwell.yaml", BOTH, company=CONFIG)
        yield both


@pytest.fixture
def made(company: Path, keepwell: Keepwell) -> Callable[[], Backup]:
    """Make a backup of the company as it is."""

    def made(now: str = NOW) -> Backup:
        with opened(company / "keepwell.yaml", {}) as workspace:
            return backup(workspace, now=datetime.fromisoformat(now))

    return made


def lost_everything(company: Path) -> None:
    shutil.rmtree(company / "lake")
    for path in company.glob("keepwell.db*"):
        path.unlink()


def looked_at(company: Path) -> Workspace:
    with opened(company / "keepwell.yaml", {}) as workspace:
        return workspace


def put_back(company: Path, one: Backup, now: str = LATER, *, replace: bool = False) -> object:
    settings = settings_at(company / "keepwell.yaml", {})
    return restore(settings, one, now=datetime.fromisoformat(now), replace=replace)


def arrived(there: Peers) -> tuple[int, int]:
    return len(there.mail.mails), len(there.slack.messages("#weekly"))


def test_values_and_lake_are_what_they_were(company: Path, keepwell: Keepwell, made) -> None:
    keepwell("digest", "--send")
    values = keepwell("values", "--format", "csv")
    one = made()
    lost_everything(company)
    put_back(company, one)
    assert keepwell("values", "--format", "csv") == values
    assert keepwell("measure")[0] == 0
    with opened(company / "keepwell.yaml", {}) as workspace:
        assert [deed.what for deed in deeds(workspace.store)][-1:] == ["restored"]
        files = current_files(workspace.store)
    assert all((company / "lake" / file.path).is_file() for file in files)


def test_what_was_sent_after_the_backup_is_not_sent_again(company, keepwell, made, there) -> None:
    keepwell("sync")
    one = made("2026-03-02T09:00:00+00:00")  # before the digest was even written
    assert keepwell("digest", "--send")[0] == 0
    assert arrived(there) == (1, 1)
    lost_everything(company)
    put_back(company, one)
    code, _, err = keepwell("digest", "--send", now=LATER)
    assert arrived(there) == (1, 1)
    assert code == 3
    assert "may have got this message, and may not: the store was put back from a backup" in err
    with opened(company / "keepwell.yaml", {}) as workspace:
        states = {one.channel: one.state for one in entries(workspace.store)}
    assert states == {"slack": State.SENT, "email": State.FAILED, "file": State.SENT}


def test_what_was_not_sent_before_reaches_who_can_be_asked(company, keepwell, made, there) -> None:
    keepwell("sync")
    one = made("2026-03-02T09:00:00+00:00")
    lost_everything(company)
    put_back(company, one)
    keepwell("digest", "--send", now=LATER)
    assert arrived(there) == (0, 1)  # Slack was asked, and had nothing; nobody can ask a mailbox
    with opened(company / "keepwell.yaml", {}) as workspace:
        (failed,) = entries(workspace.store, states=[State.FAILED])
    assert keepwell("outbox", "retry", str(failed.id))[0] == 0
    assert arrived(there) == (1, 1)


def test_what_waited_in_the_backup_is_unsure_too(company, keepwell, made, there) -> None:
    there.mail.answer("connect", "421 4.3.2 later")
    assert keepwell("digest", "--send")[0] == 3
    one = made()
    there.mail.calm()
    assert keepwell("outbox", "retry", "--all")[0] == 0
    assert arrived(there) == (1, 1)
    lost_everything(company)
    put_back(company, one)
    keepwell("digest", "--send", now=LATER)
    assert arrived(there) == (1, 1)


def test_the_next_digest_goes_to_everybody_as_always(company, keepwell, made, there) -> None:
    keepwell("digest", "--send")
    one = made()
    lost_everything(company)
    put_back(company, one)
    assert keepwell("digest", "--send", now="2026-03-09T13:00:00+00:00")[0] == 0
    assert arrived(there) == (2, 2)


def test_what_is_there_is_not_overwritten_but_set_aside_when_asked(company, keepwell, made) -> None:
    keepwell("sync")
    one = made()
    with pytest.raises(WrongUse, match="There is something already: a store and a lake") as caught:
        put_back(company, one)
    assert "--replace" in caught.value.todo
    put_back(company, one, replace=True)
    assert (company / "keepwell.db.replaced-20260302T180000Z").is_file()
    assert (company / "lake.replaced-20260302T180000Z" / "facts").is_dir()
    assert keepwell("status")[0] in {0, 1}


def test_a_damaged_backup_touches_nothing(company, keepwell, made) -> None:
    keepwell("sync")
    one = made()
    (victim,) = list((one.folder / "lake").rglob("part-*.parquet"))[:1]
    victim.write_bytes(victim.read_bytes()[:-7])
    with pytest.raises(StoreUnusable, match="This backup is damaged"):
        put_back(company, one, replace=True)
    assert not list(company.glob("*.replaced-*"))


def test_a_file_that_is_gone_makes_a_backup_not_whole_and_it_says_so(
    company, keepwell, made
) -> None:
    keepwell("sync")
    (victim,) = list((company / "lake").rglob("part-*.parquet"))[:1]
    victim.unlink()
    code, said, err = keepwell("backup")
    assert code == 3
    assert "NOT WHOLE: 1 missing" in said
    assert victim.name in err
    (one,) = backups(company / "backups")
    with pytest.raises(StoreUnusable, match="not whole"):
        put_back(company, one, replace=True)


def test_the_same_file_is_kept_once_and_only_the_newest_backups_stay(company, keepwell) -> None:
    keepwell("sync")
    for hour in range(4):
        code, _, _ = keepwell(
            "backup", "--keep", "2", "--now", f"2026-03-02T{hour:02d}:00:00+00:00"
        )
        assert code == 0
    there = backups(company / "backups")
    assert [one.made_at.hour for one in there] == [3, 2]
    files = [next((one.folder / "lake").rglob("part-*.parquet")) for one in there]
    assert files[0].samefile(files[1])


def test_a_folder_that_is_no_backup_is_named_in_a_sentence(company, keepwell) -> None:
    code, _, err = keepwell("restore", "exports")
    assert (code, "exports is no backup of Keepwell." in err) == (2, True)
    with pytest.raises(WrongUse):
        read_backup(company)
