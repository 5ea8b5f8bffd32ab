"""Two windows never have one caller's calls, wherever the folder lies."""

from __future__ import annotations

import asyncio
import errno
from pathlib import Path

import pytest

from phonetui.client import journal_lock
from phonetui.client.journal import Journal
from phonetui.client.journal_lock import JournalLock, is_owned, lock_file
from phonetui.client.journal_refusals import JournalInUse, JournalLocks
from tests.client.people import KEY

CANNOT_BE_LOCKED = (
    "The calls in {} cannot be locked, as on some network homes, so two windows could spoil them; "
    "set PHONETUI_HOME to a folder on this machine's own disk."
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journals" / "fall.journal"


def test_one_owner_at_a_time_and_nothing_is_left_of_it(path: Path) -> None:
    lock = JournalLock(path)
    assert is_owned(path)
    with pytest.raises(JournalInUse):
        JournalLock(path)
    lock.release()
    lock.release()
    assert not is_owned(path)
    assert list(path.parent.iterdir()) == []
    JournalLock(path).release()


def test_a_lock_that_a_kill_left_is_no_obstacle(path: Path) -> None:
    path.parent.mkdir()
    lock_file(path).touch()
    assert not is_owned(path)
    JournalLock(path).release()


def test_a_lock_whose_file_its_owner_just_removed_is_none(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    lock = journal_lock._lock

    def lock_as_the_owner_leaves(descriptor: int) -> None:
        lock(descriptor)
        taken.append(descriptor)
        if len(taken) == 1:
            lock_file(path).unlink()

    monkeypatch.setattr(journal_lock, "_lock", lock_as_the_owner_leaves)
    held = JournalLock(path)
    assert len(taken) == 2
    assert lock_file(path).exists()
    held.release()


def test_a_folder_that_cannot_lock_is_told_with_its_mend(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(descriptor: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(journal_lock, "_lock", no_locks)
    with pytest.raises(JournalLocks) as refused:
        asyncio.run(Journal.open(path, KEY))
    assert str(refused.value) == CANNOT_BE_LOCKED.format(path.parent)
    assert not path.exists()


def test_sqlites_own_lock_is_not_taken_for_another_window(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite says “locked” too where the system says that it has no locks."""

    async def open_twice() -> None:
        journal = await Journal.open(path, KEY)
        monkeypatch.setattr(journal_lock, "_lock", lambda descriptor: None)
        with pytest.raises(JournalLocks) as refused:
            await Journal.open(path, KEY)
        assert str(refused.value) == CANNOT_BE_LOCKED.format(path.parent)
        await journal.close()

    asyncio.run(open_twice())
