"""The file channel writes every format, whole or not at all, under names people can read."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from pydantic import BaseModel

from tasks.channels.base import Unrecorded, channel_named
from tasks.channels.file import FileSettings, fit, mistake_in, refused, send, stem, write_whole
from tasks.config.context import Context
from tasks.errors import DeliveryRejected, DestinationUnavailable
from tests.channels.attempts import Remembered
from tests.channels.messages import NEXT_DAY, NOW, WEEKLY


@pytest.fixture
def settings(tmp_path):
    return FileSettings(path=tmp_path / "out")


def sent(settings, message=WEEKLY, recipient="board", now=NOW, attempt=None):
    attempt = attempt or Unrecorded()
    receipt = send(message, recipient, settings=settings, attempt=attempt, now=now)
    return receipt, Path(receipt.id).parent


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_every_format_is_a_file_of_its_own(settings):
    _, folder = sent(settings)
    assert names(folder) == [
        "week-2026-W47-chart-1.png",
        "week-2026-W47-chart-2.png",
        "week-2026-W47.eml",
        "week-2026-W47.html",
        "week-2026-W47.md",
        "week-2026-W47.slack.json",
        "week-2026-W47.txt",
    ]


def test_the_receipt_says_where_the_html_is(settings):
    receipt, folder = sent(settings)
    assert folder == settings.path / "board"
    assert receipt.id == str(folder / "week-2026-W47.html")
    assert (receipt.channel, receipt.recipient, receipt.at) == ("file", "board", NOW)


def test_each_file_holds_what_it_is_called(settings):
    _, folder = sent(settings)
    assert (folder / "week-2026-W47.txt").read_text("utf-8") == WEEKLY.text
    assert (folder / "week-2026-W47.md").read_text("utf-8") == WEEKLY.markdown
    assert (folder / "week-2026-W47-chart-1.png").read_bytes() == WEEKLY.images[0].png
    assert json.loads((folder / "week-2026-W47.slack.json").read_text("utf-8")) == {
        "blocks": [{"type": "divider"}],
        "thread": [[{"type": "divider"}]],
    }
    mail = message_from_bytes((folder / "week-2026-W47.eml").read_bytes(), policy=default)
    assert mail["Subject"] == WEEKLY.subject


def test_the_html_opens_on_its_own_with_its_pictures(settings):
    _, folder = sent(settings)
    html = (folder / "week-2026-W47.html").read_text("utf-8")
    assert "cid:" not in html
    assert 'src="data:image/png;base64,iVBORyBvbmU=" alt="Five left"' in html


def test_the_same_message_again_replaces_its_files(settings):
    _, folder = sent(settings)
    before = names(folder)
    sent(settings, replace(WEEKLY, text="corrected\n"), now=NEXT_DAY)
    assert names(folder) == before
    assert (folder / "week-2026-W47.txt").read_text("utf-8") == "corrected\n"


def test_files_that_were_written_are_not_written_again(settings):
    attempt = Remembered()
    first, folder = sent(settings, attempt=attempt)
    (folder / "week-2026-W47.txt").write_text("mine now")
    assert sent(settings, attempt=attempt)[0] == first
    assert (folder / "week-2026-W47.txt").read_text() == "mine now"


def test_files_nobody_knows_of_are_written_again(settings):
    _, folder = sent(settings, attempt=Remembered(unanswered={"files": 1}))
    assert (folder / "week-2026-W47.html").exists()


@pytest.mark.parametrize(
    ("attempt", "message_id"),
    [
        (Unrecorded(), "<e0483ef7051d6ca01b2fbdb13f180a7e@keepwell.invalid>"),
        (Remembered(key="ab" * 16), f"<{'ab' * 16}@keepwell.invalid>"),
    ],
)
def test_the_mail_is_known_by_the_key_of_the_outbox(settings, attempt, message_id):
    _, folder = sent(settings, attempt=attempt)
    mail = message_from_bytes((folder / "week-2026-W47.eml").read_bytes(), policy=default)
    assert mail["Message-ID"] == message_id


@pytest.mark.parametrize("recipient", ["board", "#cs weekly", "Ana\r\nBcc: all@evil.example"])
def test_a_folder_has_no_mailbox(settings, recipient):
    _, folder = sent(settings, recipient=recipient)
    mail = message_from_bytes((folder / "week-2026-W47.eml").read_bytes(), policy=default)
    assert [box.addr_spec for box in mail["To"].addresses] == ["nobody@keepwell.invalid"]
    assert mail["Bcc"] is None


@pytest.mark.parametrize(
    ("recipient", "mistake"),
    [
        ("board", ""),
        ("../board", ""),
        ("", "A folder has a name. Write one, such as file:board."),
        (" ", "A folder has a name. Write one, such as file:board."),
    ],
)
def test_any_name_can_be_made_a_folder_but_none(recipient, mistake):
    assert mistake_in(recipient) == mistake


@pytest.mark.parametrize(
    ("kind", "subject_key", "period", "name"),
    [
        ("digest", "company", "2026-W47", "week-2026-W47"),
        ("digest", "company", "2026-11", "month-2026-11"),
        ("digest", "company", "2026-Q4", "quarter-2026-Q4"),
        ("digest", "leadership", "2026-W47", "week-2026-W47-leadership"),
        ("alert", "logo_churn_rate", "2026-W47", "alert-2026-W47-logo_churn_rate"),
        ("ops", "schedule", "", "ops-schedule"),  # what stood still, stood still in no period
    ],
)
def test_a_name_says_what_the_files_are(kind, subject_key, period, name):
    assert stem(replace(WEEKLY, kind=kind, subject_key=subject_key, period=period)) == name


@pytest.mark.parametrize("recipient", ["..", "../../etc", "/etc/passwd", "a/../b", "x\x00y", "~"])
def test_a_recipient_stays_inside_the_folder(settings, recipient):
    _, folder = sent(settings, recipient=recipient)
    assert folder.parent == settings.path
    assert not names(folder)[0].startswith(".")


def test_two_names_that_look_alike_after_cleaning_do_not_meet():
    assert len({fit(name) for name in ("a/b", "a-b", "a b", "..", "", "x" * 90, "x" * 91)}) == 7


def test_a_folder_that_is_a_file_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(DeliveryRejected) as raised:
        sent(FileSettings(path=tmp_path / "out"))
    assert raised.value.what == "The message could not be written."
    assert str(tmp_path / "out" / "board") in raised.value.where
    assert raised.value.todo == "Set channels.file.path to a folder you may write to."
    assert raised.value.exit_code == 3


def test_a_read_only_disk_is_refused():
    with pytest.raises(DeliveryRejected):
        sent(FileSettings(path=Path("/proc/keepwell")))


def test_a_failed_write_leaves_the_old_file_and_nothing_half(tmp_path):
    (tmp_path / "digest.txt").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_whole(tmp_path / "digest.txt", b"new")
    assert names(tmp_path) == ["digest.txt"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_asks_for_room_and_another_try(number):
    full = refused(OSError(number, os.strerror(number)), Path("out/board"))
    assert isinstance(full, DestinationUnavailable)
    assert full.where == f"Folder out/board: {os.strerror(number)}."
    assert full.todo == "Make room there and send it again."


def test_a_relative_path_starts_at_the_configuration_file(tmp_path):
    context = Context(path=tmp_path / "acme" / "keepwell.yaml")
    assert FileSettings.model_validate({}, context=context).path == tmp_path / "acme" / "out"
    given = FileSettings.model_validate({"path": "digests"}, context=context)
    assert given.path == tmp_path / "acme" / "digests"


def test_an_absolute_path_stays(tmp_path):
    context = Context(path=Path("/elsewhere/keepwell.yaml"))
    assert FileSettings.model_validate({"path": tmp_path}, context=context).path == tmp_path


def test_the_channel_is_registered_with_its_settings():
    entry = channel_named("file")
    assert entry.settings is FileSettings
    assert issubclass(entry.settings, BaseModel)
