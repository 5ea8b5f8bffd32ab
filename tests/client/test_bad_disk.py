"""A disk that fails in the middle of a commit: what was refused is not in the journal, what was saved is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from phonetui.client.journal import Journal, Loaded
from phonetui.client.journal_refusals import JournalFolder
from tests.client.people import KEY, entry, lease, outcome, undo
from tests.client.test_journal import call_the_first, lend_three, on_hand

connect = dbapi2.connect


class Disk:
    """Lets a statement fail as a failed sync does: before it had any effect, or after it had all of it.

    While it is `dead` no commit has any effect.
    """

    def __init__(self) -> None:
        self.fails: dict[str, str] = {}
        self.dead = False

    def connect(self, *arguments: object, **options: object) -> BadConnection:
        return BadConnection(self, connect(*arguments, **options))


class BadConnection:
    def __init__(self, disk: Disk, connection: dbapi2.Connection) -> None:
        self._disk = disk
        self._connection = connection

    def execute(self, statement: str, *values: object) -> object:
        when = "before" if self._disk.dead and statement == "COMMIT" else self._disk.fails.pop(statement, "")
        if when == "before":
            raise failed_sync()
        cursor = self._connection.execute(statement, *values)
        if when == "after":
            raise failed_sync()
        return cursor

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)


def failed_sync() -> dbapi2.OperationalError:
    error = dbapi2.OperationalError("disk I/O error")
    error.sqlite_errorcode = 1034  # SQLITE_IOERR_FSYNC
    return error


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk()
    monkeypatch.setattr(dbapi2, "connect", disk.connect)
    return disk


def tell(path: Path, story: Callable[[Journal], Awaitable[None]]) -> Loaded:
    """The story on a hand of three, and what a start after it finds."""

    async def told() -> Loaded:
        journal = await Journal.open(path, KEY)
        await lend_three(journal)
        await story(journal)
        await journal.close()
        journal = await Journal.open(path, KEY)
        try:
            return await journal.load()
        finally:
            await journal.close()

    return asyncio.run(told())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journals" / "fall.journal"


def test_a_commit_that_failed_is_said_and_the_key_works_again(path: Path, disk: Disk) -> None:
    async def press_twice(journal: Journal) -> None:
        disk.fails = {"COMMIT": "before"}
        with pytest.raises(JournalFolder) as refused:
            await call_the_first(journal)
        assert str(refused.value) == (
            f"The folder {path.parent} cannot be written (disk I/O error); "
            "make it writable, or set PHONETUI_HOME to a folder on this machine's own disk."
        )
        assert (await journal.load()).unsent == ()
        await call_the_first(journal)

    assert tell(path, press_twice).unsent == (entry(1),)


def test_a_commit_that_is_there_after_all_counts_once_it_is_synced(path: Path, disk: Disk) -> None:
    async def press_once(journal: Journal) -> None:
        disk.fails = {"COMMIT": "after"}
        await call_the_first(journal)

    loaded = tell(path, press_once)
    assert loaded.unsent == (entry(1),)
    assert on_hand(loaded) == ["h2", "h3"]


def test_a_commit_that_is_there_but_cannot_be_synced_is_taken_out_again(path: Path, disk: Disk) -> None:
    async def press_another_key(journal: Journal) -> None:
        await call_the_first(journal)
        disk.fails = {"COMMIT": "after", "PRAGMA wal_checkpoint(truncate)": "before"}
        with pytest.raises(JournalFolder):
            await journal.record(
                entries=[undo(2, outcome(1))],
                finished=["h3"],
                returned=["h1"],
                changed=[lease(2, names=())],
                call=b'"first"',
            )
        loaded = await journal.load()
        assert loaded.unsent == (entry(1),)
        assert (on_hand(loaded), loaded.call, loaded.next_seq) == (["h2", "h3"], b'"second"', 2)
        await journal.record(entries=[entry(2)], finished=["h2"], call=b'"third"')

    loaded = tell(path, press_another_key)
    assert loaded.unsent == (entry(1), entry(2))
    assert (on_hand(loaded), loaded.call) == (["h3"], b'"third"')


def test_a_disk_that_stays_bad_goes_on_refusing(path: Path, disk: Disk) -> None:
    async def press_until_it_works(journal: Journal) -> None:
        for _ in range(3):
            disk.fails = {"COMMIT": "after", "PRAGMA wal_checkpoint(truncate)": "before"}
            with pytest.raises(JournalFolder):
                await call_the_first(journal)
        disk.fails = {}
        await journal.record(entries=[entry(1, 2)], finished=["h2"], call=b"")

    loaded = tell(path, press_until_it_works)
    assert loaded.unsent == (entry(1, 2),)
    assert on_hand(loaded) == ["h1", "h3"]


def test_what_was_refused_is_taken_out_however_long_the_disk_is_dead(path: Path, disk: Disk) -> None:
    async def press_until_it_works(journal: Journal) -> None:
        disk.fails = {"COMMIT": "after", "PRAGMA wal_checkpoint(truncate)": "before"}
        with pytest.raises(JournalFolder):
            await call_the_first(journal)
        disk.dead = True
        for _ in range(3):
            with pytest.raises(JournalFolder):
                await call_the_first(journal)
        disk.dead = False
        await journal.record(entries=[entry(1, 2)], finished=["h2"], call=b"")

    loaded = tell(path, press_until_it_works)
    assert loaded.unsent == (entry(1, 2),)
    assert on_hand(loaded) == ["h1", "h3"]
