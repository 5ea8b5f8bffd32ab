"""An outbox in a file: exact bytes, private, and never in the place of another file."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec
import pytest

from phonetui.client.journal_records import Rejected
from phonetui.client.outbox_file import head_of, write_outbox
from phonetui.client.reason import Reason
from phonetui.core.refusal import Refused
from phonetui.wire_outbox import OutboxEnd, OutboxHead, OutboxLine
from tests.client.people import entry
from tests.client.test_sending import DANA


def test_the_file_holds_every_events_own_bytes_and_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "stick" / "outbox.jsonl"
    file.parent.mkdir()
    before = os.umask(0)
    try:
        write_outbox(file, head_of(DANA), [entry(2, note="Señora\nDíaz")], [Rejected(entry(1), Reason("No."))])
    finally:
        os.umask(before)
    head, *events, end = file.read_bytes().splitlines(keepends=True)
    assert msgspec.json.decode(head, type=OutboxHead) == OutboxHead(
        outbox=1, server="https://calls.example.org", caller_id="dana", device_id="laptop"
    )
    lines = [msgspec.json.decode(event, type=OutboxLine) for event in events]
    assert [(line.campaign_id, bytes(line.event), line.rejected) for line in lines] == [
        ("fall", entry(2, note="Señora\nDíaz").body, ""),
        ("fall", entry(1).body, "No."),
    ]
    whole = hashlib.sha256(head + b"".join(events)).hexdigest()
    assert msgspec.json.decode(end, type=OutboxEnd) == OutboxEnd(2, whole)
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "outbox.jsonl"
    file.write_text("of yesterday")
    with pytest.raises(Refused) as refused:
        write_outbox(file, head_of(DANA), [entry(1)], [])
    assert str(refused.value) == f"There is a file {file} already, and it was left as it is; name a new one."
    assert file.read_text() == "of yesterday"
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    file = tmp_path / "stick" / "outbox.jsonl"
    with pytest.raises(Refused) as refused:
        write_outbox(file, head_of(DANA), [entry(1)], [])
    assert str(refused.value) == (
        f"The file {file} cannot be written (No such file or directory); name a new file in a folder of yours, "
        "or make some room."
    )


def test_a_file_that_could_not_be_finished_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("phonetui.client.private_files.os.fsync", full)
    with pytest.raises(Refused, match="No space left on device"):
        write_outbox(tmp_path / "outbox.jsonl", head_of(DANA), [entry(1)], [])
    assert list(tmp_path.iterdir()) == []
