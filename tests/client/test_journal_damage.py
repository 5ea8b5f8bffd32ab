"""A damaged journal is kept under a name of its own, and every call that can be read in it goes on to the campaign."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from contextlib import closing
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from sqlite3 import Connection

import msgspec
import pytest

from phonetui.client.journal import Journal, Loaded
from phonetui.client.journal_connection import connect
from phonetui.client.journal_file import JournalFile
from phonetui.client.journal_key import fingerprint, fingerprint_file
from phonetui.client.journal_lock import is_owned
from phonetui.client.journal_mending import LOG
from phonetui.client.journal_pages import PAGE
from phonetui.client.journal_refusals import DiskFull, JournalDamaged, JournalTooNew, WrongKey, set_aside
from phonetui.client.journal_tables import ONE_ROW, STEPS
from phonetui.client.outbox import Taken
from phonetui.core.call_actions import Result
from phonetui.core.event import decode
from phonetui.wire import ExchangeReply, ExchangeRequest
from tests.client.people import KEY, NOON, entry, lease, reply
from tests.client.test_desk import ANA, BEN, CampaignServer, Evening, sit_down
from tests.client.test_journal import columns, run, with_journal

MADE = 60
SECTOR = 512


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journals" / "fall.journal"


async def call_all_day(journal: Journal) -> None:
    """Sixty voters, a call to each, the first twenty received by the campaign."""
    numbers = range(1, MADE + 1)
    await journal.take(Taken(reply=reply(leases=tuple(lease(number) for number in numbers))))
    for number in numbers[:-1]:
        note = "x" * 9000 if number == 30 else ""
        await journal.record(entries=[entry(number, note=note)], finished=[f"h{number}"], call=b'"the next"')
    await journal.take(
        Taken(reply=reply(cursor="c2"), acknowledged=tuple(f"event-{number}" for number in range(1, 21)))
    )


UNSENT = tuple(entry(number, note="x" * 9000 if number == 30 else "") for number in range(21, MADE))


def opened(path: Path) -> tuple[Loaded, str]:
    """What a start finds, and what it says of damage."""

    async def start() -> tuple[Loaded, str]:
        journal = await Journal.open(path, KEY)
        try:
            return await journal.load(), journal.mended
        finally:
            await journal.close()

    return asyncio.run(start())


def overwrite(file: Path, at: int, content: bytes) -> bytes:
    """Damage at a place; the damaged file."""
    with file.open("r+b") as disk:
        disk.seek(at)
        disk.write(content)
    return file.read_bytes()


def killed_after(path: Path, story: str) -> None:
    """A laptop that dies with all of it in the log."""
    done = run(f"""
import asyncio, os
from pathlib import Path
from phonetui.client.journal import Journal
from tests.client.people import KEY, entry
from tests.client import test_journal_damage as damage

async def call_then_die():
    journal = await Journal.open(Path({str(path)!r}), KEY)
    await damage.{story}(journal)
    os._exit(9)

asyncio.run(call_then_die())
""")
    assert done.returncode == 9, done.stderr


def log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}{LOG}")


def root_page(path: Path, table: str) -> int:
    ((page,),) = columns(path, f"SELECT rootpage FROM sqlite_schema WHERE name = '{table}'")
    assert isinstance(page, int)
    return page


# -- what was damaged, and what is saved of it -------------------------------------------------------------------------


def test_a_sound_journal_is_opened_without_a_word(path: Path) -> None:
    with_journal(path, call_all_day)
    assert opened(path)[1] == ""


def test_the_damaged_file_is_kept_and_its_new_name_is_said(path: Path) -> None:
    with_journal(path, call_all_day)
    before = overwrite(path, 5 * PAGE, bytes(PAGE))
    loaded, said = opened(path)
    kept = path.with_name("fall-1.damaged")
    assert said == (
        f"The file with your calls was damaged; what could be read is saved, with {len(loaded.unsent)} entries unsent. "
        f"The damaged file is kept as {kept}."
    )
    assert kept.read_bytes() == before
    assert fingerprint_file(kept).read_text() == fingerprint_file(path).read_text() == fingerprint(KEY)
    assert opened(path) == (loaded, "")


@pytest.mark.parametrize(
    ("unsent", "words"), [(0, "nothing unsent."), (1, "1 entry unsent."), (2, "2 entries unsent.")]
)
def test_a_count_of_results_reads_well(tmp_path: Path, unsent: int, words: str) -> None:
    assert f"is saved, with {words}" in set_aside(tmp_path, unsent)


def test_without_its_first_page_everything_is_saved(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with_journal(path, call_all_day)
    before = opened(path)[0]
    overwrite(path, 0, os.urandom(SECTOR))
    loaded, said = opened(path)
    assert "with 39 entries unsent" in said
    assert loaded == before
    assert capfd.readouterr() == ("", "")  # SQLCipher's own log would go into the screen


def test_without_the_way_to_them_the_calls_are_found_all_the_same(path: Path) -> None:
    with_journal(path, call_all_day)
    before = opened(path)[0]
    for page in [root_page(path, table) for table in ("events", "events_unsent", "leases")]:
        overwrite(path, (page - 1) * PAGE, os.urandom(64))
    loaded, _ = opened(path)
    assert loaded.unsent == UNSENT
    assert (loaded.call, loaded.cursor, loaded.next_seq) == (before.call, "c2", MADE)


def test_a_page_of_zeros_is_not_taken_for_what_was_written(path: Path) -> None:
    """SQLCipher reads one without a word, and a note that ends on it would be sent as zeros."""
    with_journal(path, call_all_day)
    pages = len(path.read_bytes()) // PAGE
    for page in range(9, pages):
        overwrite(path, page * PAGE, bytes(PAGE))
    loaded, said = opened(path)
    assert said
    assert set(loaded.unsent) <= set(UNSENT)


def test_whichever_page_is_lost_nothing_is_made_up(path: Path, tmp_path: Path) -> None:
    """SQLCipher gives zeros for the end of a long note whose page it cannot read, and says so too late."""
    with_journal(path, call_all_day)
    whole = path.read_bytes()
    for page in range(len(whole) // PAGE):
        damaged = tmp_path / f"{page}" / path.name
        damaged.parent.mkdir()
        damaged.write_bytes(whole)
        overwrite(damaged, page * PAGE + 1000, os.urandom(SECTOR))
        loaded, said = opened(damaged)
        assert said
        assert set(loaded.unsent) <= set(UNSENT)
        assert len(loaded.unsent) >= len(UNSENT) - 20


def test_no_lost_row_takes_another_with_it(path: Path) -> None:
    with_journal(path, call_all_day)
    overwrite(path, (ONE_ROW["journal"] - 1) * PAGE + 100, b"damage")
    loaded, _ = opened(path)
    assert loaded.unsent == UNSENT
    assert (loaded.next_seq, loaded.cursor, loaded.outcomes) == (MADE, "", ())
    assert len(loaded.held) == MADE


@pytest.mark.parametrize("length", [0, 1, 512, PAGE, 3 * PAGE, 7 * PAGE + 100])
def test_a_file_that_was_cut_short_is_kept_as_it_is(path: Path, length: int) -> None:
    with_journal(path, call_all_day)
    os.truncate(path, length)
    before = path.read_bytes()
    loaded, said = opened(path)
    assert "was damaged" in said
    assert path.with_name("fall-1.damaged").read_bytes() == before
    assert set(loaded.unsent) <= set(UNSENT)


def test_damage_in_the_log_that_sqlite_passes_over_is_found(path: Path) -> None:
    killed_after(path, "call_all_day")
    log = log_of(path).read_bytes()
    before = overwrite(log_of(path), len(log) // 2, os.urandom(SECTOR))
    loaded, said = opened(path)
    assert "with 39 entries unsent" in said
    assert loaded.unsent == UNSENT
    assert path.with_name("fall-1.damaged-wal").read_bytes() == before


def test_a_log_without_its_first_bytes_is_read_all_the_same(path: Path) -> None:
    killed_after(path, "call_all_day")
    overwrite(log_of(path), 0, bytes(SECTOR))
    loaded, _ = opened(path)
    assert loaded.unsent == UNSENT


def test_a_log_without_its_file_is_read_too(path: Path) -> None:
    killed_after(path, "call_all_day")
    path.unlink()
    loaded, _ = opened(path)
    assert loaded.unsent == UNSENT


def test_a_log_that_ends_in_the_middle_of_a_commit_is_no_damage(path: Path) -> None:
    killed_after(path, "call_all_day")
    log = log_of(path)
    os.truncate(log, len(log.read_bytes()) - 100)
    loaded, said = opened(path)
    assert said == ""
    assert loaded.unsent == tuple(entry(n, note="x" * 9000 if n == 30 else "") for n in range(1, MADE))


def test_a_second_damage_takes_no_earlier_ones_name(path: Path) -> None:
    with_journal(path, call_all_day)
    kept = [overwrite(path, PAGE, os.urandom(SECTOR))]
    opened(path)
    kept.append(overwrite(path, PAGE, os.urandom(SECTOR)))
    opened(path)
    assert [path.with_name(f"fall-{count}.damaged").read_bytes() for count in (1, 2)] == kept


# -- what comes after --------------------------------------------------------------------------------------------------


def test_no_seq_that_is_known_of_is_given_again(path: Path) -> None:
    with_journal(path, call_all_day)
    overwrite(path, (ONE_ROW["journal"] - 1) * PAGE, os.urandom(SECTOR))

    async def one_more(journal: Journal) -> None:
        seq = (await journal.load()).next_seq
        await journal.record(entries=[entry(seq)], call=b"")

    assert with_journal(path, one_more).unsent == (*UNSENT, entry(MADE))


async def call_one(evening: Evening) -> None:
    await evening.until(lambda: evening.on_screen() != "")
    await evening.desk.act(Result("not_home"))
    await evening.until(lambda: evening.desk.view.unsent == 0)


def test_the_caller_is_told_on_the_screen_and_the_hand_comes_again(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)
    sit_down(tmp_path, server, call_one)
    file = tmp_path / "journals" / "riverside.journal"
    for table in ("leases", "call", "campaign"):
        overwrite(file, (root_page(file, table) - 1) * PAGE, os.urandom(SECTOR))

    async def look(evening: Evening) -> None:
        assert evening.said().startswith("The file with your calls was damaged;")
        await evening.until(lambda: evening.on_screen() != "")
        assert evening.said().startswith("The file with your calls was damaged;")

    sit_down(tmp_path, server, look)


def test_the_next_seq_comes_after_all_that_the_campaign_has(tmp_path: Path) -> None:
    server = CampaignServer(ANA)
    sit_down(tmp_path, server, call_one)
    os.truncate(tmp_path / "journals" / "riverside.journal", 0)
    server.leases = (BEN,)
    sit_down(tmp_path, server, call_one)
    assert [decode(body).seq for body in server.stored] == [1, 2]


class CountingServer(CampaignServer):
    """Says how far all has arrived without a gap, as a campaign server does."""

    async def exchange(self, request: ExchangeRequest) -> ExchangeReply:
        answer = await super().exchange(request)
        seqs = {decode(body).seq for body in self.stored}
        through = next(seq for seq in count(1) if seq not in seqs) - 1
        return msgspec.structs.replace(answer, stored_through=through)


def test_a_call_that_was_lost_does_not_have_the_others_sent_for_ever(path: Path) -> None:
    server = CountingServer(lease(70), lease(71))
    folder = path.parents[1]

    async def without_the_second(journal: Journal) -> None:
        await journal.record(entries=[entry(1), entry(3), entry(4)], call=b"")

    journal = folder / "journals" / "riverside.journal"
    with_journal(journal, without_the_second)

    async def call_both(evening: Evening) -> None:
        for _ in range(2):
            await call_one(evening)
            evening.desk.try_now()

    async def look(evening: Evening) -> None:
        await evening.until(lambda: evening.desk.view.line.state in ("online", "slow"))

    sit_down(folder, server, call_both)
    for _ in range(3):  # nor at each start
        sit_down(folder, server, look)
    sent = Counter(decode(body).seq for body in server.stored)
    assert set(sent) == {1, 3, 4, 5, 6}
    assert max(sent.values()) <= 2


@pytest.mark.parametrize("moves", range(5))
def test_a_kill_while_it_is_moved_aside_loses_nothing(path: Path, moves: int) -> None:
    killed_after(path, "call_all_day")
    log = overwrite(log_of(path), 4000, os.urandom(SECTOR))
    file = path.read_bytes()
    done = run(f"""
import os
from pathlib import Path
from phonetui.client.journal_file import JournalFile
from tests.client.people import KEY

left = {moves}
def replacing(move):
    def moved(*arguments):
        global left
        if not left:
            os._exit(9)
        left -= 1
        return move(*arguments)
    return moved
Path.rename, Path.replace = replacing(Path.rename), replacing(Path.replace)
JournalFile(Path({str(path)!r}), KEY)
""")
    assert done.returncode == 9, done.stderr
    loaded, said = opened(path)
    assert "with 39 entries unsent" in said
    assert loaded.unsent == UNSENT
    assert path.with_name("fall-1.damaged").read_bytes() == file
    assert path.with_name("fall-1.damaged-wal").read_bytes() == log


def test_damaged_files_go_seven_days_after_they_were_moved_aside_and_with_the_log_out(path: Path) -> None:
    with_journal(path, call_all_day)
    for _ in range(2):
        overwrite(path, PAGE, os.urandom(SECTOR))
        opened(path)
    aside = path.with_name("fall-1.fingerprint")
    eight_days_ago = aside.stat().st_mtime - timedelta(days=8).total_seconds()
    os.utime(aside, (eight_days_ago, eight_days_ago))
    expire(path)
    assert sorted(file.name for file in path.parent.glob("fall-*")) == ["fall-2.damaged", "fall-2.fingerprint"]

    async def log_out() -> None:
        journal = await Journal.open(path, KEY)
        await journal.purge(discard=len(UNSENT))

    asyncio.run(log_out())
    assert list(path.parent.iterdir()) == []


def test_a_damaged_file_that_nobody_called_from_for_weeks_stays_seven_days_too(path: Path) -> None:
    with_journal(path, call_all_day)
    damaged = overwrite(path, PAGE, os.urandom(SECTOR))
    weeks_ago = path.stat().st_mtime - timedelta(weeks=5).total_seconds()
    os.utime(path, (weeks_ago, weeks_ago))
    opened(path)
    expire(path)
    assert path.with_name("fall-1.damaged").read_bytes() == damaged


def test_a_damaged_log_goes_after_seven_days_without_its_file_too(path: Path) -> None:
    killed_after(path, "call_all_day")
    path.unlink()
    opened(path)
    assert sorted(file.name for file in path.parent.glob("fall-*")) == ["fall-1.damaged-wal", "fall-1.fingerprint"]
    expire(path, days_later=8)
    assert list(path.parent.glob("fall-*")) == []


def test_a_start_that_fails_gives_the_journal_up(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_journal(path, call_all_day)
    overwrite(path, PAGE, os.urandom(SECTOR))

    def fails(*_: object) -> None:
        raise DiskFull.of(path)

    with monkeypatch.context() as failing, pytest.raises(DiskFull):
        failing.setattr("phonetui.client.journal_reading.unsent", fails)
        opened(path)
    assert not is_owned(path)
    assert opened(path)[0].unsent == UNSENT


def expire(path: Path, days_later: int = 0) -> None:
    """The call screen is opened so many days after something was last moved aside."""
    moved_aside = max(file.stat().st_mtime for file in path.parent.glob("fall-*.fingerprint"))
    now = datetime.fromtimestamp(moved_aside, NOON.tzinfo) + timedelta(days=days_later)
    with_journal(path, lambda journal: journal.expire(now))


# -- damage that shows during a call -----------------------------------------------------------------------------------


def test_damage_that_shows_in_a_call_stops_it_there_and_the_next_start_mends_it(path: Path) -> None:
    with_journal(path, call_all_day)

    async def call_on() -> None:
        journal = await Journal.open(path, KEY)
        overwrite(path, (ONE_ROW["journal"] - 1) * PAGE, os.urandom(PAGE))
        await journal._run(journal._file._disconnect)  # as after a write that failed
        for _ in range(2):
            with pytest.raises(JournalDamaged) as refused:
                await journal.record(entries=[entry(MADE)], call=b"")
            assert str(refused.value) == (
                f"The file {path} with your calls is damaged and takes no more; "
                "leave and start phonetui again: it keeps the file, and saves what can be read."
            )
        await journal.close()

    asyncio.run(call_on())
    loaded, said = opened(path)
    assert "was damaged" in said
    assert loaded.unsent == UNSENT


# -- what is no damage -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("beside", [None, b"", b"\0" * 64, b"not a fingerprint"])
def test_a_fingerprint_that_is_gone_is_made_again(path: Path, beside: bytes | None) -> None:
    with_journal(path, call_all_day)
    if beside is None:
        fingerprint_file(path).unlink()
    else:
        fingerprint_file(path).write_bytes(beside)
    loaded, said = opened(path)
    assert (loaded.unsent, said) == (UNSENT, "")
    assert fingerprint_file(path).read_text() == fingerprint(KEY)


def test_a_wrong_key_without_a_fingerprint_changes_nothing(path: Path) -> None:
    with_journal(path, call_all_day)
    fingerprint_file(path).unlink()
    before = path.read_bytes()
    with pytest.raises(WrongKey):
        asyncio.run(Journal.open(path, bytes(32)))
    assert [(file.name, file.read_bytes()) for file in path.parent.iterdir()] == [("fall.journal", before)]


@pytest.mark.parametrize("version", [0, -1])
def test_a_version_that_never_was_is_damage(path: Path, version: int) -> None:
    with_journal(path, call_all_day)
    columns(path, f"PRAGMA user_version = {version}")
    loaded, said = opened(path)
    assert "with 39 entries unsent" in said
    assert loaded.unsent == UNSENT


def test_a_newer_versions_log_is_left_as_it_is(path: Path) -> None:
    killed_after(path, "call_all_day")
    columns_in_log = connect(path, KEY)
    columns_in_log.execute("PRAGMA user_version = 99")
    before = [file.read_bytes() for file in (path, log_of(path))]
    copies = [path.with_name("copy.journal"), path.with_name(f"copy.journal{LOG}")]
    for copy, content in zip(copies, before, strict=True):
        copy.write_bytes(content)
    columns_in_log.close()
    with pytest.raises(JournalTooNew):
        asyncio.run(Journal.open(copies[0], KEY))
    assert [copy.read_bytes() for copy in copies] == before


def test_a_newer_versions_damaged_file_is_left_to_it(path: Path) -> None:
    with_journal(path, call_all_day)
    columns(path, "PRAGMA user_version = 99")
    before = overwrite(path, (root_page(path, "events") - 1) * PAGE, os.urandom(SECTOR))
    with pytest.raises(JournalTooNew):
        asyncio.run(Journal.open(path, KEY))
    assert {file.name: file.read_bytes() for file in path.parent.glob("*.journal*")} == {path.name: before}
    assert sorted(file.suffix for file in path.parent.iterdir()) == [".fingerprint", ".journal"]


def test_an_earlier_versions_journal_is_brought_up_to_date(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_journal(path, call_all_day)
    steps = (*STEPS, ("ALTER TABLE events ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'",))
    monkeypatch.setattr("phonetui.client.journal_mending.STEPS", steps)
    monkeypatch.setattr("phonetui.client.journal_mending.SCHEMA", len(steps))
    loaded, said = opened(path)
    assert (loaded.unsent, said) == (UNSENT, "")
    assert columns(path, "PRAGMA user_version") == [(len(steps),)]
    assert columns(path, "SELECT DISTINCT colour FROM events") == [("red",)]


def two_entries_of_the_first_version(connection: Connection) -> None:
    connection.executemany(
        "INSERT INTO events (seq, id, body, voter_id, household_id, urgent) VALUES (?, ?, ?, ?, ?, ?)",
        [msgspec.structs.astuple(entry(seq)) for seq in (1, 2)],
    )
    connection.execute("UPDATE journal SET last_seq = 2")
    connection.execute("UPDATE call SET body = ?", (b'"in a call"',))


@pytest.mark.parametrize("damaged", [False, True])
def test_a_journal_of_the_first_version_is_brought_up_to_date_damaged_or_not(
    path: Path, monkeypatch: pytest.MonkeyPatch, damaged: bool
) -> None:
    steps = STEPS[:1]
    with monkeypatch.context() as patched:
        patched.setattr("phonetui.client.journal_mending.STEPS", steps)
        patched.setattr("phonetui.client.journal_mending.SCHEMA", len(steps))
        with closing(JournalFile(path, KEY)) as journal:
            journal.run(two_entries_of_the_first_version)
    if damaged:
        overwrite(path, 0, bytes(100))
    loaded, _ = opened(path)
    assert ([each.seq for each in loaded.unsent], loaded.next_seq, loaded.sent_again_after) == ([1, 2], 3, None)
    assert (loaded.call, loaded.begun_with, loaded.breaks) == (b'"in a call"', None, ())
    assert columns(path, "PRAGMA user_version") == [(len(STEPS),)]


def test_the_pages_of_the_tables_with_one_row_are_known(path: Path) -> None:
    with_journal(path)
    assert {table: root_page(path, table) for table in ONE_ROW} == ONE_ROW
