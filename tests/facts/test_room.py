"""A disk that is full is a sentence with the folder, and nothing half written is left on it."""

from __future__ import annotations

import errno
import os

import pytest

from tasks.errors import StoreUnusable
from tasks.facts.room import written_to


def test_a_full_disk_is_a_sentence_and_leaves_no_half_of_a_file(tmp_path) -> None:
    target, unfinished = tmp_path / "part.parquet", tmp_path / ".part.parquet.1"

    def fill() -> None:
        with written_to(target, unfinished):
            unfinished.write_bytes(b"half of it")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(StoreUnusable, match="The lake cannot be written: No space left") as caught:
        fill()
    assert str(tmp_path) in caught.value.where
    assert caught.value.todo.startswith("Make room")
    assert list(tmp_path.iterdir()) == []


def test_what_was_written_stays(tmp_path) -> None:
    target, unfinished = tmp_path / "part.parquet", tmp_path / ".part.parquet.1"
    with written_to(target, unfinished):
        unfinished.write_bytes(b"all of it")
        unfinished.replace(target)
    assert target.read_bytes() == b"all of it"
