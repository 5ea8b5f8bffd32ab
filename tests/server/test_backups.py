"""An organiser keeps a copy of the server, and one day needs it."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from phonetui.core.refusal import Refused
from phonetui.server import admin, backups, engine, tables
from phonetui.server.accounts import Accounts
from phonetui.server.backups import LENDS_AFTER, Pause, backup, end_what_was_open, lends_from, restore
from phonetui.server.engine import create_tables, database_url, open_database, sync_engine
from phonetui.server.keys import read_keys
from phonetui.server.mailed_codes import MailedCodes
from phonetui.server.passwords import Passwords
from phonetui.server.problems import RequestRefused
from phonetui.wire import Join, Session, SignIn

from .conftest import Clock
from .office import NOON
from .phone_bank import PhoneBank, number
from .spoiling import spoil
from .test_admin import FILE, SECRET

PASSWORD = "correct horse battery"

Result = TypeVar("Result")


@pytest.fixture
def campaign_file(tmp_path: Path) -> Path:
    file = tmp_path / "turnout.yaml"
    file.write_text(FILE)
    return file


def test_a_backup_is_the_database_as_it_was_in_one_moment(tmp_path: Path, clock: Clock, campaign_file: Path) -> None:
    url = database_url(tmp_path / "server", None)
    create_tables(url)
    admin.add_campaign(url, campaign_file, clock())
    with sync_engine(url).begin() as connection:  # a server that is writing
        connection.execute(update(tables.campaigns).values(version=99))
        backup(url, tmp_path / "copy.sqlite3")
    (tmp_path / "restored").mkdir()
    (tmp_path / "copy.sqlite3").rename(tmp_path / "restored" / engine.FILE_NAME)
    assert [c.version for c in admin.list_campaigns(database_url(tmp_path / "restored", None), clock())] == [1]


def test_a_backup_that_is_stopped_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, copy = database_url(tmp_path / "server", None), tmp_path / "copy.sqlite3"
    create_tables(url)

    with monkeypatch.context() as patched:
        patched.setattr(backups, "_damaged", ctrl_c)
        with pytest.raises(KeyboardInterrupt) as stopped:
            backup(url, copy)
    assert str(stopped.value) == f"Stopped; nothing is left of {copy}."
    assert not copy.exists()
    backup(url, copy)


def test_a_backup_is_of_one_moment_though_it_is_made_step_by_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock, campaign_file: Path
) -> None:
    monkeypatch.setattr(backups, "_STEP", 1)
    url = database_url(tmp_path / "server", None)
    create_tables(url)
    admin.add_campaign(url, campaign_file, clock())
    told: list[int] = []

    def the_server_writes(per_cent: int) -> None:
        told.append(per_cent)
        with sync_engine(url).begin() as connection:
            connection.execute(update(tables.campaigns).values(version=99))

    backup(url, tmp_path / "copy.sqlite3", progress=the_server_writes)
    assert len(told) > 50
    assert (told, told[-1]) == (sorted(told), 100)
    with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy:
        assert copy.execute("SELECT version FROM campaigns").fetchall() == [(1,)]


def test_ctrl_c_is_heard_while_a_copy_is_looked_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, copy = database_url(tmp_path / "server", None), tmp_path / "copy.sqlite3"
    create_tables(url)
    monkeypatch.setattr(backups, "_DEAF_FOR", 1)
    monkeypatch.setattr(backups, "_listen", ctrl_c)
    with pytest.raises(KeyboardInterrupt) as stopped:
        backup(url, copy)
    assert str(stopped.value) == f"Stopped; nothing is left of {copy}."
    assert not copy.exists()


def ctrl_c(*_: object) -> None:
    """At the moment when this is called."""
    raise KeyboardInterrupt


def test_a_backup_is_private_and_never_replaces_a_file(tmp_path: Path) -> None:
    url = database_url(tmp_path / "server", None)
    create_tables(url)
    copy = tmp_path / "copy.sqlite3"
    backup(url, copy)
    assert copy.stat().st_mode & 0o777 == 0o600
    before = copy.read_bytes()
    with pytest.raises(Refused) as refused:
        backup(url, copy)
    assert str(refused.value) == (
        f"The file {copy} cannot be made (File exists); name a new file in a folder of yours."
    )
    assert copy.read_bytes() == before


def test_a_backup_that_fails_leaves_no_half_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = database_url(tmp_path / "server", None)
    create_tables(url)

    def is_full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(sqlite3, "connect", is_full)
    copy = tmp_path / "copy.sqlite3"
    with pytest.raises(Refused) as refused:
        backup(url, copy)
    assert (
        str(refused.value)
        == f"The copy {copy} could not be finished (database or disk is full); nothing is left of it."
    )
    assert not copy.exists()


def test_a_damaged_database_is_not_copied_as_if_it_were_well(tmp_path: Path) -> None:
    url = database_url(tmp_path / "server", None)
    create_tables(url)
    spoil(tmp_path / "server" / engine.FILE_NAME, "campaigns")
    copy = tmp_path / "copy.sqlite3"
    with pytest.raises(Refused) as refused:
        backup(url, copy)
    assert str(refused.value) == (
        f"The copy {copy} could not be finished (the database is damaged; put an earlier backup in its place); "
        "nothing is left of it."
    )
    assert not copy.exists()


def test_a_damaged_backup_is_not_put_in_place(server: Server, copy: Path) -> None:
    spoil(copy, "campaigns")
    assert server.refuses(copy) == f"The backup {copy} is damaged; name an earlier one. Nothing was changed."
    assert [campaign.name for campaign in admin.list_campaigns(server.url, server.clock())] == ["Weekend turnout"]


def test_postgresql_is_copied_with_its_own_tool(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        backup(database_url(None, "postgresql://dana:secret@db/calls"), Path("calls.dump"))
    assert str(refused.value) == (
        "PostgreSQL is copied by its own tool: "
        "pg_dump --format=custom --file=calls.dump postgresql://dana:***@db/calls."
    )


# -- the way back ------------------------------------------------------------------------------------------------------


class Server:
    """A campaign server in a folder."""

    def __init__(self, folder: Path, clock: Clock, campaign_file: Path) -> None:
        self.folder, self.clock = folder, clock
        self.url = database_url(folder, None)
        self.owners_link = admin.init(self.url, folder, admin.PUBLIC_URL, {}, clock())
        admin.add_campaign(self.url, campaign_file, clock())

    def joins(self, email: str, link: str) -> Session:
        """Whoever opens the link."""
        asked = Join(link.partition("#")[2], email, "Dana", PASSWORD, f"laptop-{email[0]}")
        return asyncio.run(self._with_accounts(lambda accounts: accounts.join(asked, "192.0.2.7")))

    def signs_in(self, email: str) -> Session:
        """With the right password."""
        asked = SignIn(email, PASSWORD, f"laptop-{email[0]}")
        return asyncio.run(self._with_accounts(lambda accounts: accounts.sign_in(asked, "192.0.2.7")))

    def knows(self, session: Session) -> bool:
        """Whether the token is still good."""
        try:
            asyncio.run(self._with_accounts(lambda accounts: accounts.caller(session.token)))
        except RequestRefused as refused:
            assert refused.problem.type == "signed-out"
            return False
        return True

    def invitation(self, uses: int = 1) -> str:
        """A link for callers."""
        return admin.invite(self.url, "weekend-turnout", "caller", uses, self.clock() + timedelta(days=7), self.clock())

    def restores(self, copy: Path) -> Path | None:
        """The former database."""
        return restore(self.url, self.folder, copy, {}, self.clock())

    def refuses(self, copy: Path) -> str:
        """Why it does not restore, with nothing changed."""
        before = {file.name: file.read_bytes() for file in self.folder.iterdir()}
        with pytest.raises(Refused) as refused:
            self.restores(copy)
        assert {file.name: file.read_bytes() for file in self.folder.iterdir()} == before
        return str(refused.value)

    async def _with_accounts(self, story: Callable[[Accounts], Awaitable[Result]]) -> Result:
        database = open_database(self.url)
        try:
            keys = read_keys(self.folder, {})
            codes = MailedCodes(database, keys.mailing, self.clock, str)
            return await story(Accounts(database, keys.naming, self.clock, Passwords(), codes))
        finally:
            await database.close()


@pytest.fixture
def server(tmp_path: Path, clock: Clock, campaign_file: Path) -> Server:
    return Server(tmp_path / "server", clock, campaign_file)


@pytest.fixture
def copy(server: Server, tmp_path: Path) -> Path:
    """A backup of the server before anybody has joined."""
    backup(server.url, tmp_path / "copy.sqlite3")
    return tmp_path / "copy.sqlite3"


def test_a_backup_comes_into_place_and_the_database_that_was_there_is_kept(
    server: Server, copy: Path, clock: Clock
) -> None:
    server.joins("dana@example.org", server.invitation())
    former = server.restores(copy)
    assert former == server.folder / "before-20261006T160000.000000-phonetui.sqlite3"
    assert sorted(file.name for file in server.folder.iterdir()) == [former.name, engine.FILE_NAME, "secret"]
    assert (server.folder / engine.FILE_NAME).stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(former)) as kept, closing(sqlite3.connect(server.folder / engine.FILE_NAME)) as back:
        assert kept.execute("SELECT count(*) FROM accounts").fetchone() == (1,)
        assert back.execute("SELECT count(*) FROM accounts").fetchone() == (0,)


def test_no_log_in_is_revived(server: Server, tmp_path: Path) -> None:
    link = server.invitation(uses=2)
    dana, eli = server.joins("dana@example.org", link), server.joins("eli@example.org", link)
    backup(server.url, tmp_path / "later.sqlite3")
    again = server.signs_in("dana@example.org")  # on the same laptop: the token before it has ended
    assert [server.knows(session) for session in (dana, eli, again)] == [False, True, True]
    server.restores(tmp_path / "later.sqlite3")
    assert [server.knows(session) for session in (dana, eli, again)] == [False, False, False]
    assert server.knows(server.signs_in("dana@example.org"))


def test_no_invitation_is_spent_twice(server: Server, tmp_path: Path) -> None:
    link = server.invitation()
    backup(server.url, tmp_path / "unspent.sqlite3")
    server.joins("dana@example.org", link)
    server.restores(tmp_path / "unspent.sqlite3")
    for spent in (link, server.owners_link):
        with pytest.raises(RequestRefused) as refused:
            server.joins("eve@example.org", spent)
        assert refused.value.problem.type == "invitation-ended"


def test_whoever_joined_since_is_the_same_caller_once_they_join_again(server: Server, copy: Path) -> None:
    first = server.joins("dana@example.org", server.invitation())
    server.restores(copy)
    again = server.joins("dana@example.org", server.invitation())
    assert again.caller_id == first.caller_id
    assert again.caller_id != server.joins("eli@example.org", server.invitation()).caller_id


def test_a_backup_is_not_served_before_it_is_put_in_place(server: Server, copy: Path) -> None:
    for file in server.folder.glob(f"{engine.FILE_NAME}*"):
        file.unlink()
    shutil.copy(copy, server.folder / engine.FILE_NAME)
    with pytest.raises(Refused) as refused:
        admin.open_server(server.url, server.folder, {})
    assert str(refused.value) == (
        f"The database in {server.folder} is a backup as it was made, with log-ins that may have ended since; put it "
        "in place with `phonetui server restore FILE`."
    )
    server.restores(copy)
    database, _ = admin.open_server(server.url, server.folder, {})
    asyncio.run(database.close())


def test_a_lost_disk_needs_the_secret_and_the_backup(server: Server, copy: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    with pytest.raises(Refused, match="put its copy back"):
        restore(database_url(new, None), new, copy, {}, server.clock())
    shutil.copy(server.folder / "secret", new)
    assert restore(database_url(new, None), new, copy, {}, server.clock()) is None
    assert [campaign.name for campaign in admin.list_campaigns(database_url(new, None), server.clock())] == [
        "Weekend turnout"
    ]


#: Restores in a process that is killed when it is about to give a file the name of that number; 0 is none.
KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from phonetui.server import backups
folder, copy, at = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
url = backups.engine.database_url(folder, None)
put_in_place, done = backups._put_in_place, 0

def named(event, arguments):
    global done
    if event in ("os.link", "os.rename"):
        done += 1
        if done == at:
            os._exit(9)

def watched(*files):
    sys.addaudithook(named)
    return put_in_place(*files)

backups._put_in_place = watched
backups.restore(url, folder, copy, {}, datetime(2026, 10, 6, 16, tzinfo=UTC))
print(done)
"""


def killed(folder: Path, copy: Path, at: int = 0) -> int:
    """How many names were given; 0 where it was killed before that many."""
    words = [sys.executable, "-c", KILLED, str(folder), str(copy), str(at)]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stderr) == (9 if at else 0, "")
    return int(ended.stdout or 0)


@pytest.fixture
def left(server: Server, copy: Path, tmp_path: Path) -> Path:
    """What the server leaves that is killed since the backup: a journal that holds its last transaction."""
    folder = tmp_path / "left"
    with (
        sync_engine(server.url).connect() as connection,
        closing(sqlite3.connect(server.folder / engine.FILE_NAME)) as reader,
    ):
        connection.execute(update(tables.campaigns).values(version=2))
        connection.commit()
        reader.execute("SELECT count(*) FROM campaigns")  # while it is open the journal stays
        shutil.copytree(server.folder, folder)
    assert (folder / f"{engine.FILE_NAME}-wal").stat().st_size
    return folder


def test_killed_at_any_moment_one_of_the_two_databases_is_in_place_whole(
    left: Path, copy: Path, tmp_path: Path
) -> None:
    shutil.copytree(left, tmp_path / "whole")
    names = killed(tmp_path / "whole", copy)
    assert names == 2  # the former database's further one, and the new one's
    assert versions(tmp_path / "whole") == [1]
    for at in range(1, names + 1):
        folder = tmp_path / f"killed-{at}"
        shutil.copytree(left, folder)
        killed(folder, copy, at)
        assert versions(folder) == [2]
        assert restore(database_url(folder, None), folder, copy, {}, NOON + timedelta(hours=1))
        assert versions(folder) == [1]


def versions(folder: Path) -> list[int]:
    """The campaigns' versions by the database that is in place."""
    return [campaign.version for campaign in admin.list_campaigns(database_url(folder, None), NOON)]


def test_ctrl_c_while_a_backup_is_restored_changes_nothing(
    server: Server, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {file.name: file.read_bytes() for file in server.folder.iterdir()}
    with pytest.raises(KeyboardInterrupt, match=r"^Stopped; the database is as it was\.$"):
        restore(server.url, server.folder, copy, {}, NOON, progress=ctrl_c)
    monkeypatch.setattr(backups, "_DEAF_FOR", 1)
    monkeypatch.setattr(backups, "_listen", ctrl_c)
    with pytest.raises(KeyboardInterrupt, match=r"^Stopped; the database is as it was\.$"):
        restore(server.url, server.folder, copy, {}, NOON)
    assert {file.name: file.read_bytes() for file in server.folder.iterdir()} == before


def test_a_full_disk_while_log_ins_are_ended_changes_nothing(
    server: Server, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OperationalError("UPDATE devices", {}, sqlite3.OperationalError("database or disk is full"))

    monkeypatch.setattr(backups, "_end_what_was_open", full)
    assert server.refuses(copy) == (
        f"The copy {copy} cannot be put in place (database or disk is full); nothing was changed."
    )


def test_a_database_that_cannot_be_replaced_stays(server: Server, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", denied)
    with pytest.raises(Refused) as refused:
        server.restores(copy)
    assert str(refused.value) == (
        f"The database in {server.folder} cannot be replaced (Permission denied); it is as it was."
    )
    assert versions(server.folder) == [1]


def test_on_a_disk_where_a_file_has_one_name_the_former_database_is_copied(
    server: Server, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(Path, "hardlink_to", unknown)
    before = (server.folder / engine.FILE_NAME).read_bytes()
    former = server.restores(copy)
    assert former is not None
    assert former.read_bytes() == before


def test_a_journal_that_could_not_be_brought_home_is_kept_with_its_database_and_not_taken_for_the_new_ones(
    left: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "_bring_to_rest", lambda file: None)
    former = restore(database_url(left, None), left, copy, {}, NOON)
    assert former is not None
    assert versions(left) == [1]
    with closing(sqlite3.connect(former)) as kept:
        assert kept.execute("SELECT version FROM campaigns").fetchall() == [(2,)]


def test_a_damaged_database_is_replaced_and_kept(server: Server, copy: Path) -> None:
    (server.folder / engine.FILE_NAME).write_bytes(b"no database at all" * 1000)
    former = server.restores(copy)
    assert former is not None
    assert former.read_bytes() == b"no database at all" * 1000
    assert [campaign.name for campaign in admin.list_campaigns(server.url, server.clock())] == ["Weekend turnout"]


def test_a_server_that_runs_is_not_restored_over(server: Server, copy: Path) -> None:
    database, _ = admin.open_server(server.url, server.folder, {})  # nobody has asked it for anything
    with pytest.raises(Refused) as refused:
        server.restores(copy)
    assert str(refused.value) == (
        f"The database in {server.folder} is in use; stop the server, and whatever else is at work on it."
    )
    asyncio.run(database.close())
    assert server.restores(copy)


def test_a_file_that_is_no_backup_is_refused(server: Server, copy: Path, tmp_path: Path) -> None:
    assert server.refuses(tmp_path / "gone") == f"There is no file {tmp_path / 'gone'}."
    text = tmp_path / "text"
    text.write_text("a shopping list")
    assert (
        server.refuses(text) == f"The copy {text} cannot be put in place (file is not a database); nothing was changed."
    )
    other = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(other)) as database:
        database.execute("CREATE TABLE shopping (item)")
    assert server.refuses(other) == (
        f"The file {other} is no backup of a campaign server; name one that `server backup` made."
    )
    with closing(sqlite3.connect(copy)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    assert server.refuses(copy) == f"This phonetui is too old for the backup {copy}; install the newer phonetui."


def test_a_backup_of_another_server_is_refused(server: Server, tmp_path: Path, clock: Clock) -> None:
    url = database_url(tmp_path / "elsewhere", None)
    admin.init(url, tmp_path / "elsewhere", admin.PUBLIC_URL, SECRET, clock())
    backup(url, tmp_path / "theirs.sqlite3")
    assert server.refuses(tmp_path / "theirs.sqlite3") == (
        f"The backup {tmp_path / 'theirs.sqlite3'} is of a server with another secret; put that secret in place first."
    )


def test_postgresql_is_restored_with_its_own_tool() -> None:
    url = database_url(None, "postgresql://dana:secret@db/calls")
    with pytest.raises(Refused) as refused:
        restore(url, None, Path("calls.dump"), SECRET, NOON)
    assert str(refused.value) == (
        "PostgreSQL is restored by its own tool, pg_restore; after it, leave out the FILE here."
    )


def test_a_restored_server_lends_nobody_until_laptops_have_had_time_to_report(url: str, clock: Clock) -> None:
    end_what_was_open(url, clock())
    database = open_database(url)

    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.household(1)
        await bank.household(2)
        clock.passes(hours=1)
        dana = await bank.join("dana")
        reply = await dana.sends(want=25)
        assert (reply.campaign_state, reply.leases) == ("paused", ())
        lends_again = clock() + LENDS_AFTER
        assert reply.out.resumes_at == lends_again
        clock.now += LENDS_AFTER - timedelta(seconds=1)
        assert (await dana.sends(want=25)).leases == ()
        restarted = PhoneBank(database, clock)
        clock.passes(seconds=1)
        assert await (await restarted.join("eli")).borrows(25) == [number(1), number(2)]
        assert (await dana.sends()).campaign_state == "open"
        assert (await dana.sends()).out.resumes_at == lends_again  # names the restore from now on

    asyncio.run(story())
    asyncio.run(database.close())


def test_the_organiser_sees_that_a_restored_server_lends_nobody_yet_and_until_when(server: Server, copy: Path) -> None:
    def listed() -> list[tuple[str, Pause | None]]:
        return [(each.state, each.pause) for each in admin.list_campaigns(server.url, server.clock())]

    assert listed() == [("open", None)]
    server.restores(copy)
    assert listed() == [("paused", Pause(None))]
    with sync_engine(server.url).begin() as connection:
        lends = lends_from(connection, server.clock())
    assert listed() == [("paused", Pause(lends))]
    server.clock.passes(minutes=10)
    assert listed() == [("open", None)]


def test_a_laptop_that_waits_is_told_at_once_when_a_restored_server_lends_again(url: str, clock: Clock) -> None:
    end_what_was_open(url, clock())
    database = open_database(url)

    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        dana = await bank.join("dana")
        assert (await dana.sends()).campaign_state == "paused"
        clock.now += LENDS_AFTER - timedelta(seconds=0.2)
        watch = asyncio.create_task(dana.sends(wait=300))
        while not (bank.exchange.bells.waiting or watch.done()):
            await asyncio.wait([watch], timeout=0.001)
        clock.passes(seconds=0.2)
        assert (await asyncio.wait_for(watch, 120)).campaign_state == "open"

    asyncio.run(story())
    asyncio.run(database.close())
