"""Looking into a journal changes nothing, whoever wrote it and however it was left."""

from __future__ import annotations

import asyncio
import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from phonetui.client import journal_peek
from phonetui.client.journal import Journal
from phonetui.client.journal_key import fingerprint_file
from phonetui.client.journal_pages import PAGE
from phonetui.client.journal_peek import NotTaken, read_complaints, read_not_taken
from phonetui.client.journal_refusals import JournalDamaged, JournalInUse, JournalTooNew, TemporaryFolder, WrongKey
from phonetui.client.journal_tables import ONE_ROW
from phonetui.client.outbox import Taken
from phonetui.client.reason import Reason
from tests.client.people import KEY, entry, reply


def tree(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """The folder and all in it: modes, the time of the last change, contents."""
    return {
        str(place): (place.stat().st_mode, place.stat().st_mtime_ns, place.read_bytes() if place.is_file() else b"")
        for place in (folder, *folder.rglob("*"))
    }


async def two_calls(path: Path) -> None:
    """One result unsent, one rejected."""
    journal = await Journal.open(path, KEY)
    await journal.record(entries=[entry(1), entry(2)], call=b"")
    await journal.take(Taken(reply=reply(), rejected=(("event-1", Reason("No.")),)))
    await journal.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal with one result unsent and one rejected."""
    file = tmp_path / "fall.journal"
    asyncio.run(two_calls(file))
    return file


def shown(found: NotTaken) -> tuple[list[str], list[tuple[str, str]]]:
    return [each.id for each in found.unsent], [(each.entry.id, each.reason.text) for each in found.rejected]


def test_it_shows_what_the_campaign_does_not_have_and_changes_nothing(path: Path) -> None:
    before = tree(path.parent)
    found = read_not_taken(path, KEY)
    assert shown(found) == (["event-2"], [("event-1", "No.")])
    assert found.unsent[0].body == entry(2).body
    assert read_complaints(path, KEY) == ()
    assert tree(path.parent) == before


def test_what_a_kill_left_in_the_log_is_seen(path: Path) -> None:
    script = (
        "import asyncio, os\n"
        "from phonetui.client.journal import Journal\n"
        "from tests.client.people import KEY, entry\n"
        "async def call():\n"
        f"    journal = await Journal.open(__import__('pathlib').Path({str(path)!r}), KEY)\n"
        "    await journal.record(entries=[entry(3)], call=b'')\n"
        "    os._exit(0)\n"
        "asyncio.run(call())\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
    assert path.with_name("fall.journal-wal").stat().st_size > 0
    before = tree(path.parent)
    assert shown(read_not_taken(path, KEY))[0] == ["event-2", "event-3"]
    assert tree(path.parent) == before


def test_a_journal_that_is_open_is_left_alone(path: Path) -> None:
    async def story() -> None:
        journal = await Journal.open(path, KEY)
        with pytest.raises(JournalInUse):
            read_not_taken(path, KEY)
        await journal.record(entries=[entry(3)], call=b"")
        await journal.close()

    asyncio.run(story())
    assert shown(read_not_taken(path, KEY))[0] == ["event-2", "event-3"]


def by_a_newer_phonetui(path: Path, statement: str) -> None:
    connection = dbapi2.connect(str(path), isolation_level=None)
    for sql in (f"PRAGMA key = \"x'{KEY.hex()}'\"", statement, "PRAGMA user_version = 99"):
        connection.execute(sql)
    connection.close()


def test_a_newer_phonetuis_journal_is_read_as_far_as_it_can_be(path: Path) -> None:
    by_a_newer_phonetui(path, "ALTER TABLE events ADD COLUMN mood TEXT")
    assert shown(read_not_taken(path, KEY)) == (["event-2"], [("event-1", "No.")])


def test_a_newer_phonetuis_journal_that_cannot_be_read_says_so(path: Path) -> None:
    by_a_newer_phonetui(path, "ALTER TABLE events RENAME TO happenings")
    with pytest.raises(JournalTooNew) as refused:
        read_not_taken(path, KEY)
    assert str(refused.value) == f"The calls in {path} were written by a newer phonetui; install that one to go on."


def test_what_can_be_read_of_a_newer_phonetuis_damaged_journal_is_seen(path: Path) -> None:
    """No start of this version saves it, so it would never reach the campaign."""
    by_a_newer_phonetui(path, "ALTER TABLE events ADD COLUMN mood TEXT")
    with path.open("r+b") as file:
        file.seek((ONE_ROW["journal"] - 1) * PAGE)
        file.write(os.urandom(PAGE))
    before = tree(path.parent)
    assert shown(read_not_taken(path, KEY)) == (["event-2"], [("event-1", "No.")])
    assert tree(path.parent) == before


def test_of_one_that_was_cut_short_too(path: Path) -> None:
    by_a_newer_phonetui(path, "CREATE TABLE moods (name TEXT)")
    os.truncate(path, path.stat().st_size - PAGE)
    assert shown(read_not_taken(path, KEY)) == (["event-2"], [("event-1", "No.")])
    with pytest.raises(JournalTooNew):
        asyncio.run(Journal.open(path, KEY))
    assert [file.name for file in path.parent.glob("*.damaged")] == []


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
        (dbapi2.OperationalError("database or disk is full"), "database or disk is full"),
    ],
)
def test_where_there_is_no_room_to_read_it_the_folder_without_room_is_named(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception, reason: str
) -> None:
    by_a_newer_phonetui(path, "CREATE TABLE moods (name TEXT)")
    path.write_bytes(path.read_bytes()[: -3 * PAGE])

    def fails(*_: object) -> None:
        raise failure

    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    monkeypatch.setattr(journal_peek, "salvage", fails)
    with pytest.raises(TemporaryFolder) as refused:
        read_not_taken(path, KEY)
    assert str(refused.value) == (
        f"Damaged calls are read by way of the folder {room}, which cannot be written ({reason}); "
        "make some room there, or set TMPDIR to another folder."
    )
    assert list(room.iterdir()) == []


def test_another_key_is_no_damage_without_a_fingerprint_too(path: Path) -> None:
    fingerprint_file(path).unlink()
    with pytest.raises(WrongKey):
        read_not_taken(path, bytes(32))


def test_another_key_is_no_damage(path: Path) -> None:
    with pytest.raises(WrongKey):
        read_not_taken(path, bytes(32))


def test_damage_is_told(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(0)
        file.write(os.urandom(4096))
    with pytest.raises(JournalDamaged):
        read_not_taken(path, KEY)


def test_a_log_that_nobody_can_read_is_left_as_it_is(path: Path) -> None:
    log = path.with_name(f"{path.name}-wal")
    log.write_bytes(os.urandom(9000))
    before = log.read_bytes()
    with pytest.raises(JournalDamaged):
        read_not_taken(path, KEY)
    assert log.read_bytes() == before


def test_an_empty_journal_has_nothing(path: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.journal"
    empty.touch()
    assert read_not_taken(empty, KEY) == NotTaken(None, (), ())
