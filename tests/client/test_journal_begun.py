"""What was begun and is not over outlasts the program: a call by the script it was begun with, and a break."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlcipher3 import dbapi2

from phonetui.client.journal import Journal, Loaded
from phonetui.client.journal_refusals import JournalFolder
from phonetui.client.outbox import Taken
from phonetui.core.campaign import Campaign
from phonetui.core.pace import Break
from tests.client.people import NOON, lease, reply
from tests.client.test_bad_disk import Disk
from tests.client.test_journal import columns, on_hand, with_journal
from tests.client.test_journal_damage import opened, overwrite
from tests.core.test_call import CAMPAIGN


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journals" / "fall.journal"


def script(version: int) -> Campaign:
    return msgspec.structs.replace(CAMPAIGN, version=version)


async def comes(journal: Journal, version: int) -> None:
    await journal.take(Taken(reply=reply(cursor=f"c{version}", campaign=script(version))))


def versions(loaded: Loaded) -> tuple[int | None, int | None]:
    """Of the script that the call goes by, where that is an older one, and of the newest."""
    begun_with = loaded.begun_with.version if loaded.begun_with else None
    return begun_with, loaded.campaign.version if loaded.campaign else None


# -- a call and its script ---------------------------------------------------------------------------------------------


async def begin_with_the_first(journal: Journal) -> None:
    await comes(journal, 1)
    await journal.record(call=b'"in a call"', version=1)


async def two_newer_ones_come(journal: Journal) -> None:
    await comes(journal, 2)
    await comes(journal, 3)


def test_a_call_keeps_the_script_it_was_begun_with_however_many_come(path: Path) -> None:
    assert versions(with_journal(path, begin_with_the_first)) == (None, 1)
    assert versions(with_journal(path, two_newer_ones_come)) == (1, 3)

    async def type_on(journal: Journal) -> None:
        await journal.record(call=b'"still in it"', version=1)

    assert versions(with_journal(path, type_on)) == (1, 3)


def test_the_next_call_goes_by_the_newest_and_the_older_go(path: Path) -> None:
    async def begin_the_next(journal: Journal) -> None:
        await journal.record(call=b'"the next call"', version=3)

    assert versions(with_journal(path, begin_with_the_first, two_newer_ones_come, begin_the_next)) == (None, 3)
    assert versions(with_journal(path, lambda journal: comes(journal, 4))) == (3, 4)
    assert columns(path, "SELECT version FROM begun_with") == [(3,)]


def test_a_call_that_was_just_being_begun_when_another_script_came_keeps_its_own(path: Path) -> None:
    async def is_written_down_late(journal: Journal) -> None:
        await comes(journal, 2)
        await comes(journal, 3)
        await journal.record(call=b'"begun with the second"', version=2)

    assert versions(with_journal(path, begin_with_the_first, is_written_down_late)) == (2, 3)


def test_a_call_that_could_not_be_saved_leaves_the_script_with_the_one_before(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk()
    monkeypatch.setattr(dbapi2, "connect", disk.connect)

    async def fail(journal: Journal) -> None:
        disk.fails = {"COMMIT": "after"}
        with pytest.raises(JournalFolder):
            await journal.record(call=b'"the next call"', version=3)
        loaded = await journal.load()
        assert (versions(loaded), loaded.call) == ((1, 3), b'"in a call"')

    with_journal(path, begin_with_the_first, two_newer_ones_come, fail)


@pytest.mark.parametrize("damaged", [False, True])
def test_it_is_found_in_a_damaged_file_too(path: Path, damaged: bool) -> None:
    with_journal(path, begin_with_the_first, two_newer_ones_come, rest_twice)
    if damaged:
        overwrite(path, 0, bytes(100))
    loaded, said = opened(path)
    assert bool(said) == damaged
    assert (versions(loaded), loaded.call, loaded.breaks) == ((1, 3), b'"in a call"', RESTED)


# -- what was typed about somebody no longer lent ----------------------------------------------------------------------


def test_a_household_with_something_unsettled_stays_for_one_more_shift_with_its_tickets(path: Path) -> None:
    async def lend_and_end(journal: Journal) -> None:
        await journal.take(Taken(reply=reply(leases=(lease(1), lease(2)))))
        await journal.take(Taken(reply=reply(cursor="c2"), changed=(lease(1, names=()),)))

    loaded = with_journal(path, lend_and_end, lambda journal: journal.end_shift(keep_hand=True, keep_also="h1"))
    assert on_hand(loaded) == ["h2"]
    assert [held.lease.household.household_id for held in loaded.held if held.finished] == ["h1"]
    loaded = with_journal(path, lambda journal: journal.end_shift(keep_hand=True))
    assert [held.lease.household.household_id for held in loaded.held] == ["h2"]


# -- breaks ------------------------------------------------------------------------------------------------------------


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


RESTED = (Break(at(0), at(10)), Break(at(30)))


async def rest_twice(journal: Journal) -> None:
    """The second break goes on."""
    await journal.keep_break(Break(at(0)))
    for one in RESTED:
        await journal.keep_break(one)


def test_a_break_is_kept_as_it_begins_and_as_it_ends(path: Path) -> None:
    loaded = with_journal(path, rest_twice)
    assert (loaded.breaks, loaded.earlier_breaks) == (RESTED, ())
    loaded = with_journal(path, lambda journal: journal.end_shift(keep_hand=True))
    assert (loaded.breaks, loaded.earlier_breaks) == ((), RESTED)


def test_breaks_go_after_seven_days(path: Path) -> None:
    with_journal(path, rest_twice, lambda journal: journal.expire(at(20) + timedelta(days=7)))
    assert columns(path, "SELECT count(*) FROM breaks") == [(1,)]
