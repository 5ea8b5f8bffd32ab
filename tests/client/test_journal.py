"""What is in the journal stays in the journal, whatever happens to the laptop."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from phonetui.client.journal import Entry, Journal, Loaded
from phonetui.client.journal_records import Rejected
from phonetui.client.journal_refusals import (
    DiskFull,
    JournalFolder,
    JournalInUse,
    JournalRefused,
    JournalTooNew,
    WrongKey,
)
from phonetui.client.outbox import Taken
from phonetui.client.reason import Reason
from phonetui.core.refusal import Refused
from tests.client.people import KEY, NOON, entry, lease, outcome, reply, undo

NEVER_LENT = Reason("never lent to you", "no-ticket")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journals" / "fall.journal"


def with_journal(path: Path, *stories: Callable[[Journal], Awaitable[object]]) -> Loaded:
    """Open the journal once for each story, one after the other; what a last start finds."""

    async def tell() -> Loaded:
        for story in stories:
            journal = await Journal.open(path, KEY)
            try:
                await story(journal)
            finally:
                await journal.close()
        journal = await Journal.open(path, KEY)
        try:
            return await journal.load()
        finally:
            await journal.close()

    return asyncio.run(tell())


def on_hand(loaded: Loaded) -> list[str]:
    return [held.lease.household.household_id for held in loaded.held if not held.finished]


async def lend_three(journal: Journal) -> None:
    await journal.take(Taken(reply=reply(leases=(lease(1), lease(2), lease(3)))))


async def call_the_first(journal: Journal) -> None:
    await journal.record(entries=[entry(1)], finished=["h1"], call=b'"second"')


async def the_first_is_stored(journal: Journal) -> None:
    await journal.take(Taken(reply=reply(cursor="c2"), acknowledged=("event-1",)))


# -- what a start finds ------------------------------------------------------------------------------------------------


def test_a_new_journal_is_empty(path: Path) -> None:
    assert with_journal(path) == Loaded()


def test_a_start_goes_on_where_the_caller_was(path: Path) -> None:
    loaded = with_journal(path, lend_three, call_the_first)
    assert on_hand(loaded) == ["h2", "h3"]
    assert [held.lease for held in loaded.held if held.finished] == [lease(1)]
    assert loaded.unsent == (entry(1),)
    assert loaded.outcomes == (outcome(1),)
    assert (loaded.call, loaded.next_seq, loaded.cursor) == (b'"second"', 2, "c1")


def test_a_draft_is_recorded_without_an_event(path: Path) -> None:
    async def type_a_note(journal: Journal) -> None:
        await journal.record(call=b'"a note"')

    assert with_journal(path, call_the_first, type_a_note).call == b'"a note"'


def test_a_household_that_is_put_back_comes_next(path: Path) -> None:
    async def take_it_back(journal: Journal) -> None:
        await journal.record(entries=[undo(2, outcome(1))], returned=["h3", "h1"], call=b"")

    assert on_hand(with_journal(path, lend_three, call_the_first, take_it_back)) == ["h1", "h3", "h2"]


def test_the_servers_clock_is_remembered(path: Path) -> None:
    async def exchange(journal: Journal) -> None:
        await journal.take(Taken(reply=reply(), server_offset=timedelta(hours=-3)))

    assert with_journal(path, exchange).server_offset == timedelta(hours=-3)


# -- what a reply brings -----------------------------------------------------------------------------------------------


def test_an_acknowledged_event_is_sent_no_more_but_still_counts(path: Path) -> None:
    loaded = with_journal(path, lend_three, call_the_first, the_first_is_stored)
    assert loaded.unsent == ()
    assert loaded.outcomes == (outcome(1),)
    assert len(loaded.held) == 3


def test_a_rejected_event_is_listed_with_its_reason(path: Path) -> None:
    async def reject(journal: Journal) -> None:
        await journal.take(Taken(reply=reply(), rejected=(("event-1", NEVER_LENT),)))

    loaded = with_journal(path, call_the_first, reject)
    assert loaded.rejected == (Rejected(entry(1), NEVER_LENT),)
    assert loaded.outcomes == ()
    assert loaded.unsent == ()


def test_leases_on_hand_are_renewed(path: Path) -> None:
    later = NOON + timedelta(hours=4)

    async def renew(journal: Journal) -> None:
        await journal.take(Taken(reply=reply(renewed_until=later)))

    loaded = with_journal(path, lend_three, call_the_first, renew)
    assert [held.lease.until == later for held in loaded.held] == [False, True, True]


def test_a_household_that_is_withdrawn_leaves_its_tickets_alone(path: Path) -> None:
    async def withdraw(journal: Journal) -> None:
        gone = lease(2, names=())
        await journal.take(Taken(reply=reply(), changed=(gone, lease(3, names=("Bo",)))))
        await journal.record(returned=["h2"], call=b"")

    loaded = with_journal(path, lend_three, withdraw)
    assert on_hand(loaded) == ["h1", "h3"]
    assert [held.lease.household.voters for held in loaded.held if held.finished] == [()]
    assert loaded.held[-1].lease.household.voters[0].first_name == "Bo"


def test_a_do_not_call_is_kept_with_the_event(path: Path) -> None:
    async def do_not_call(journal: Journal) -> None:
        await journal.record(entries=[entry(1, urgent=True)], finished=["h1"], changed=[lease(3, names=())], call=b"")

    loaded = with_journal(path, lend_three, do_not_call)
    assert (on_hand(loaded), loaded.unsent) == (["h2"], (entry(1, urgent=True),))


def test_what_a_restored_server_has_forgotten_is_unsent_again(path: Path) -> None:
    again: list[Entry] = []

    async def forget(journal: Journal) -> None:
        await journal.record(entries=[entry(2), entry(3)], call=b"")
        await journal.take(Taken(reply=reply(), acknowledged=("event-2", "event-3")))
        again.extend(await journal.take(Taken(reply=reply(), forgotten_after=1)))

    loaded = with_journal(path, call_the_first, the_first_is_stored, forget)
    assert tuple(again) == loaded.unsent == (entry(2), entry(3))


# -- what goes, and when -----------------------------------------------------------------------------------------------


async def end_the_shift(journal: Journal) -> None:
    await journal.end_shift()


def test_after_the_shift_an_acknowledged_event_is_its_bytes_alone(path: Path) -> None:
    loaded = with_journal(path, lend_three, call_the_first, the_first_is_stored, end_the_shift)
    assert (loaded.held, loaded.call, loaded.outcomes, loaded.next_seq) == ((), b"", (), 2)
    assert columns(path, "SELECT body, voter_id, household_id FROM events") == [(entry(1).body, "", "")]
    assert columns(path, "SELECT count(*) FROM leases") == [(0,)]


def test_what_is_unsent_outlives_the_shift_with_its_voter(path: Path) -> None:
    loaded = with_journal(path, lend_three, call_the_first, end_the_shift)
    assert loaded.unsent == (entry(1),)
    assert loaded.held == ()
    assert columns(path, "SELECT household_id FROM leases") == [("h1",)]
    loaded = with_journal(path, the_first_is_stored)
    assert columns(path, "SELECT household_id FROM leases") == []
    assert columns(path, "SELECT voter_id FROM events") == [("",)]


def test_offline_the_voters_to_be_called_can_outlive_the_shift(path: Path) -> None:
    async def leave_for_lunch(journal: Journal) -> None:
        await journal.end_shift(keep_hand=True)

    loaded = with_journal(path, lend_three, call_the_first, leave_for_lunch)
    assert on_hand(loaded) == ["h2", "h3"]
    assert loaded.call == b'"second"'


@pytest.mark.parametrize(("days", "kept"), [(6.9, 1), (7.1, 0)])
def test_an_acknowledged_event_goes_after_seven_days(path: Path, days: float, kept: int) -> None:
    async def look_later(journal: Journal) -> None:
        await journal.record(entries=[entry(2)], call=b"")
        await journal.expire(NOON + timedelta(days=days))

    loaded = with_journal(path, call_the_first, the_first_is_stored, end_the_shift, look_later)
    assert columns(path, "SELECT count(*) FROM events WHERE stage = 'stored'") == [(kept,)]
    assert loaded.unsent == (entry(2),)
    assert loaded.next_seq == 3


def test_logging_out_is_refused_while_something_is_unsent(path: Path) -> None:
    async def log_out(journal: Journal) -> None:
        with pytest.raises(Refused) as refused:
            await journal.purge()
        assert str(refused.value) == (
            "1 entry is not with the campaign yet, so nothing was removed; "
            "connect once to send it, or give it up with --discard 1."
        )

    assert with_journal(path, call_the_first, log_out).unsent == (entry(1),)


@pytest.mark.parametrize(("days", "kept"), [(6.9, 3), (7.1, 1)])
def test_voters_go_seven_days_after_their_lease_unless_something_unsent_is_about_them(
    path: Path, days: float, kept: int
) -> None:
    with_journal(path, lend_three, call_the_first, lambda journal: journal.end_shift(keep_hand=True))
    ended = max(held.lease.until for held in with_journal(path).held)
    with_journal(path, lambda journal: journal.expire(ended + timedelta(days=days)))
    assert columns(path, "SELECT count(*) FROM leases") == [(kept,)]


def test_an_event_that_a_restored_server_got_again_goes_seven_days_after_the_first_time(path: Path) -> None:
    async def again(journal: Journal) -> None:
        await journal.take(Taken(reply=reply(at=NOON + timedelta(days=5)), forgotten_after=0))
        await journal.take(Taken(reply=reply(at=NOON + timedelta(days=5)), acknowledged=("event-1",)))
        await journal.expire(NOON + timedelta(days=8))

    with_journal(path, call_the_first, the_first_is_stored, again)
    assert columns(path, "SELECT count(*) FROM events") == [(0,)]


def test_what_the_campaign_rejected_outlives_seven_days_and_is_not_removed_unsaid(path: Path) -> None:
    async def rejected_long_ago(journal: Journal) -> None:
        await journal.take(Taken(reply=reply(), rejected=(("event-1", NEVER_LENT),)))
        await journal.expire(NOON + timedelta(days=30))
        with pytest.raises(Refused, match=r"^1 entry is not with the campaign yet, so nothing was removed"):
            await journal.purge()

    assert len(with_journal(path, call_the_first, rejected_long_ago).rejected) == 1


def test_logging_out_leaves_no_file(path: Path) -> None:
    async def log_out() -> None:
        journal = await Journal.open(path, KEY)
        await lend_three(journal)
        await call_the_first(journal)
        await journal.purge(discard=1)

    asyncio.run(log_out())
    assert list(path.parent.iterdir()) == []


# -- the file ----------------------------------------------------------------------------------------------------------


def test_the_files_are_the_callers_alone_under_any_umask(path: Path) -> None:
    before = os.umask(0)
    try:
        with_journal(path, check_modes)
    finally:
        os.umask(before)


async def check_modes(journal: Journal) -> None:
    folder = journal._file.path.parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {file.suffix: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert modes == dict.fromkeys([".journal", ".journal-wal", ".fingerprint", ".lock"], 0o600)


def test_nothing_on_the_disk_is_readable(path: Path) -> None:
    with_journal(path, lend_three, call_the_first)
    written = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"Diaz" not in written
    assert b"event-1" not in written
    assert b"SQLite format" not in written


def test_every_commit_is_synced(path: Path) -> None:
    async def look(journal: Journal) -> None:
        found = await journal._run(lambda: journal._file.run(pragmas))
        assert found == {"synchronous": 2, "journal_mode": "wal", "locking_mode": "exclusive", "secure_delete": 1}

    def pragmas(connection: dbapi2.Connection) -> dict[str, object]:
        names = ("synchronous", "journal_mode", "locking_mode", "secure_delete")
        return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names}

    with_journal(path, look)


def test_a_wrong_key_is_not_taken_for_damage(path: Path) -> None:
    with_journal(path, call_the_first)
    refuses(
        path, WrongKey, key=bytes(32), says=f"The calls in {path} are locked with another key than this sign-in has;"
    )
    assert with_journal(path).unsent == (entry(1),)


def test_a_second_window_is_told_at_once(path: Path) -> None:
    async def open_twice() -> None:
        journal = await Journal.open(path, KEY)
        with pytest.raises(
            JournalInUse, match=r"^Another phonetui has the calls in .* open; go on there, or close it first\.$"
        ):
            await Journal.open(path, KEY)
        await call_the_first(journal)
        await journal.close()

    asyncio.run(open_twice())


def test_a_second_process_is_told_at_once(path: Path) -> None:
    async def open_elsewhere(journal: Journal) -> None:
        script = f"""
import asyncio
from pathlib import Path
from phonetui.client.journal import Journal
from phonetui.client.journal_refusals import JournalInUse
try:
    asyncio.run(Journal.open(Path({str(path)!r}), bytes(range(32))))
except JournalInUse:
    print("in use")
"""
        assert run(script).stdout == "in use\n"

    with_journal(path, open_elsewhere)


def test_a_kill_loses_nothing_that_was_recorded(path: Path) -> None:
    killed = run(f"""
import asyncio, os
from pathlib import Path
from phonetui.client.journal import Journal
from tests.client.people import KEY, entry
from tests.client.test_journal import lend_three

async def call_then_die():
    journal = await Journal.open(Path({str(path)!r}), KEY)
    await lend_three(journal)
    for seq in (1, 2):
        await journal.record(entries=[entry(seq)], finished=[f"h{{seq}}"], call=b'"third"')
    os._exit(9)

asyncio.run(call_then_die())
""")
    assert killed.returncode == 9
    loaded = with_journal(path)
    assert loaded.unsent == (entry(1), entry(2))
    assert on_hand(loaded) == ["h3"]
    assert loaded.call == b'"third"'


def test_a_newer_versions_file_is_left_as_it_is(path: Path) -> None:
    with_journal(path, call_the_first)
    columns(path, "PRAGMA user_version = 99")
    refuses(
        path, JournalTooNew, says=f"The calls in {path} were written by a newer phonetui; install that one to go on."
    )
    assert columns(path, "PRAGMA user_version") == [(99,)]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "journals").write_text("a file, not a folder")
    path = tmp_path / "journals" / "fall.journal"
    says = (
        f"The folder {path.parent} cannot be written (File exists); "
        "make it writable, or set PHONETUI_HOME to a folder on this machine's own disk."
    )
    refuses(path, JournalFolder, says=says)


def test_a_sound_file_has_no_complaints(path: Path) -> None:
    async def look(journal: Journal) -> None:
        assert await journal.complaints() == ()

    with_journal(path, lend_three, call_the_first, look)


# -- what cannot be written --------------------------------------------------------------------------------------------


def test_a_full_disk_is_said_and_changes_nothing(path: Path) -> None:
    async def fill_up(journal: Journal) -> None:
        await journal._run(lambda: journal._file.run(lambda c: c.execute("PRAGMA max_page_count = 1").fetchone()))
        with pytest.raises(DiskFull) as refused:
            await journal.record(entries=[entry(2, note="x" * 50_000)], finished=["h2"], call=b'"third"')
        assert str(refused.value) == (
            f"The disk with {path.parent} is full, so nothing can be saved; make some room and try again."
        )
        loaded = await journal.load()
        assert (loaded.unsent, loaded.call, on_hand(loaded)) == ((entry(1),), b'"second"', ["h2", "h3"])
        await journal.record(entries=[entry(2)], finished=["h2"], call=b'"third"')

    loaded = with_journal(path, lend_three, call_the_first, fill_up)
    assert loaded.unsent == (entry(1), entry(2))


def test_an_event_recorded_twice_is_refused_whole(path: Path) -> None:
    async def record_again(journal: Journal) -> None:
        with pytest.raises(JournalRefused):
            await journal.record(entries=[entry(2), entry(1)], finished=["h2"], call=b'"third"')

    loaded = with_journal(path, lend_three, call_the_first, record_again)
    assert loaded.unsent == (entry(1),)
    assert on_hand(loaded) == ["h2", "h3"]


def refuses(path: Path, kind: type[JournalRefused], *, says: str, key: bytes = KEY) -> None:
    with pytest.raises(kind) as refused:
        asyncio.run(Journal.open(path, key))
    assert str(refused.value).startswith(says)


def columns(path: Path, statement: str) -> list[tuple[object, ...]]:
    connection = dbapi2.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    try:
        return list(connection.execute(statement).fetchall())
    finally:
        connection.close()


def run(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
