"""A check-up: what is well, what is worth knowing, what to mend; never a wait that does not end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import keyring
import msgspec
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from phonetui.client import checkup_here, checkup_server
from phonetui.client.account import journal_path, save_account
from phonetui.client.checkup import Finding
from phonetui.client.checkup_here import look_at_calls, look_at_disk, look_at_keyring, look_at_versions
from phonetui.client.checkup_server import look_at_server
from phonetui.client.folders import folders_in
from phonetui.client.journal import Journal
from phonetui.client.outbox import Taken
from phonetui.client.reason import Reason
from phonetui.wire import PROBLEMS, Health, Session
from tests.client.loopback import http, json, listening, problem
from tests.client.people import KEY, NOON, reply
from tests.client.test_sending import DANA, record
from tests.core.example import CAMPAIGN

TYPED = "phonetui asks for your password at each start, and no call is lost by that"


# -- keyring -----------------------------------------------------------------------------------------------------------


class Backend(KeyringBackend):
    """A system's keyring that does what the test wants of it."""

    priority = 1
    name = "Test keyring"
    open_up = threading.Event()
    does = "work"

    def get_password(self, service: str, username: str) -> str | None:
        if self.does == "hang":
            self.open_up.wait(5)
        if self.does == "locked":
            raise KeyringLocked("dana's secrets")
        if self.does == "break":
            raise ValueError("dana's secrets")
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("a check-up writes nothing")


#: keyring's own `__init__` has no types.
BACKEND: Callable[[], Backend] = Backend


@pytest.fixture
def before() -> Iterator[None]:
    """The keyring of before is back afterwards."""
    usual = keyring.get_keyring()
    Backend.open_up.clear()
    yield
    keyring.set_keyring(usual)
    Backend.open_up.set()


async def _said(answer: bool | None) -> bool | None:
    return answer


@pytest.mark.usefixtures("before")
@pytest.mark.parametrize(
    ("does", "holds", "finding"),
    [
        ("work", True, Finding("Keyring", "well", "Test keyring holds the key to your calls")),
        ("work", None, Finding("Keyring", "well", "Test keyring is there")),
        ("work", False, Finding("Keyring", "note", "Test keyring does not hold the key to your calls", TYPED)),
        ("locked", False, Finding("Keyring", "note", "is locked", f"unlock it; until then {TYPED}")),
        ("break", False, Finding("Keyring", "note", "cannot be used", f"unlock it; until then {TYPED}")),
        ("hang", False, Finding("Keyring", "note", "does not answer within 0 seconds", TYPED)),
    ],
)
def test_a_keyring(does: str, holds: bool | None, finding: Finding, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup_here, "KEYRING_LIMIT", 0.1 if does == "hang" else 5)
    backend = BACKEND()
    backend.does = does
    keyring.set_keyring(backend)

    async def story() -> Finding:
        return await look_at_keyring(asyncio.create_task(_said(holds)))

    assert asyncio.run(story()) == finding


@pytest.mark.usefixtures("before")
@pytest.mark.parametrize("backend", ["null", "fail"])
def test_a_keyring_that_keeps_nothing(backend: str) -> None:
    from keyring.backends import fail, null

    keyring.set_keyring({"null": null, "fail": fail}[backend].Keyring())

    async def story() -> Finding:
        return await look_at_keyring(asyncio.create_task(_said(None)))

    assert asyncio.run(story()) == Finding("Keyring", "note", "there is none that keeps anything", TYPED)


# -- calls -------------------------------------------------------------------------------------------------------------


def looked(home: Path, key: bytes | None = KEY) -> list[Finding]:
    return asyncio.run(look_at_calls(folders_in(home), DANA, "calls.example.org", key))


def test_calls_are_counted_by_campaign(tmp_path: Path) -> None:
    assert looked(tmp_path) == [Finding("Calls", "well", "calls.example.org: none are kept here")]
    path = journal_path(folders_in(tmp_path), DANA, "fall")
    asyncio.run(record(path, 1, 2))
    told = "fall at calls.example.org: 2 entries unsent, 0 rejected; the file is sound"
    assert looked(tmp_path) == [Finding("Calls", "well", told)]

    async def rejected() -> None:
        journal = await Journal.open(path, KEY)
        taken = reply(campaign=msgspec.structs.replace(CAMPAIGN, name="Weekend turnout"))
        await journal.take(Taken(reply=taken, rejected=(("event-1", Reason("No.")),)))
        assert await look_at_calls(folders_in(tmp_path), DANA, "calls.example.org", KEY) == [
            Finding("Calls", "well", "calls.example.org: a campaign's are open in another phonetui")
        ]
        await journal.close()

    asyncio.run(rejected())
    told = "Weekend turnout at calls.example.org: 1 entry unsent, 1 rejected; the file is sound"
    assert looked(tmp_path) == [Finding("Calls", "note", told, "`phonetui outbox list` says why")]


def test_a_campaign_that_was_only_chosen_has_no_name_yet(tmp_path: Path) -> None:
    asyncio.run(record(journal_path(folders_in(tmp_path), DANA, "fall")))
    [finding] = looked(tmp_path)
    assert finding.found == "a campaign at calls.example.org: 0 entries unsent, 0 rejected; the file is sound"


def test_locked_calls_are_not_looked_at(tmp_path: Path) -> None:
    asyncio.run(record(journal_path(folders_in(tmp_path), DANA, "fall"), 1))
    [finding] = looked(tmp_path, None)
    assert (finding.state, finding.found) == ("note", "calls.example.org: locked, and not looked at")
    [finding] = looked(tmp_path, bytes(32))
    assert finding.state == "mend"
    assert finding.found.startswith("calls.example.org: ")
    assert "locked with another key" in finding.found


def test_damage_in_the_middle_is_found(tmp_path: Path) -> None:
    path = journal_path(folders_in(tmp_path), DANA, "fall")
    asyncio.run(record(path, *range(1, 60)))
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size - 4096 + 100)
        file.write(bytes(32))
    damaged = path.read_bytes()
    [finding] = looked(tmp_path)
    assert finding.state == "mend"
    assert "damaged" in finding.found
    assert path.read_bytes() == damaged


# -- disk --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Somebody has logged in here."""
    save_account(folders_in(tmp_path / "home"), DANA)
    asyncio.run(record(journal_path(folders_in(tmp_path / "home"), DANA, "fall"), 1))
    return tmp_path / "home"


class Usage:
    """What `shutil.disk_usage` answers."""

    def __init__(self, free: int) -> None:
        self.free = free


def test_a_good_disk(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda place: Usage(2_000_000_000))
    kept = "2 GB free; the folder is yours alone, and locks work"
    assert look_at_disk(folders_in(home)) == [Finding("Disk", "well", kept)]
    nothing = "2 GB free; nothing is kept yet"
    assert look_at_disk(folders_in(home / "not" / "there")) == [Finding("Disk", "well", nothing)]


@pytest.mark.parametrize(("free", "state"), [(50_000_000, "note"), (5_000_000, "mend")])
def test_little_room(home: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: str) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda place: Usage(free))
    [finding] = look_at_disk(folders_in(home))
    assert (finding.state, finding.found) == (state, f"{free // 1_000_000} MB are free at {home}")


def test_files_that_others_can_read(home: Path) -> None:
    next(home.rglob("*.journal")).chmod(0o644)
    told = Finding("Disk", "mend", f"files in {home} are open to other users", f"run chmod -R go= {home}")
    assert look_at_disk(folders_in(home)) == [told]


def test_a_folder_that_cannot_be_written(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda place, mode: False)
    [finding] = look_at_disk(folders_in(home))
    assert (finding.state, finding.found) == ("mend", f"{home} cannot be written")


def test_a_folder_in_which_locks_fail(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(file: object, how: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr("fcntl.lockf", no_locks)
    do = "set PHONETUI_HOME to a folder on this machine's own disk"
    assert look_at_disk(folders_in(home)) == [Finding("Disk", "mend", f"files in {home} cannot be locked", do)]


def test_versions() -> None:
    finding = look_at_versions()
    assert finding.state == "well"
    assert [part.split()[0] for part in finding.found.split(", ")] == ["phonetui", "Python", "Textual", "SQLCipher"]


# -- server ------------------------------------------------------------------------------------------------------------


class Clock:
    """This computer's, which is `off` by so much."""

    def __init__(self, off: timedelta = timedelta()) -> None:
        self.off = off

    def now(self) -> datetime:
        return NOON + self.off

    def tick(self) -> float:
        return 0.0

    def new_id(self) -> str:
        raise NotImplementedError


HEALTHY = json(Health("0.9.0", 1, NOON))
SESSION = json(Session("", "dana", "Dana", "dana@example.org", ()))


def server_says(*answers: bytes | None, token: str = "token", off: timedelta = timedelta()) -> list[Finding]:
    """What is found of a server that answers so; its address is HOST."""

    async def story() -> list[Finding]:
        async with listening(*answers) as server:
            account = msgspec.structs.replace(DANA, server_url=server.url)
            found = await look_at_server(account, asyncio.create_task(_token(token)), Clock(off))
            host = server.url.removeprefix("http://")
            return [
                Finding(each.about, each.state, each.found.replace(host, "HOST"), each.do.replace(host, "HOST"))
                for each in found
            ]

    return asyncio.run(story())


async def _token(token: str) -> str:
    return token


RIGHT = Finding("Clock", "well", "agrees with the campaign server's")


def test_a_server_that_knows_this_computer() -> None:
    found = "HOST answers, phonetui 0.9.0, and this computer is signed in"
    assert server_says(HEALTHY, SESSION) == [Finding("Server", "well", found), RIGHT]


def test_a_server_and_no_token() -> None:
    found = "HOST answers, phonetui 0.9.0; your password, asked for at the start, signs in"
    assert server_says(HEALTHY, token="") == [Finding("Server", "well", found), RIGHT]


def test_a_server_that_has_signed_this_computer_out() -> None:
    found = "HOST answers, phonetui 0.9.0, but has signed this computer out"
    do = "log in again; nothing is lost"
    assert server_says(HEALTHY, problem("signed-out", "401 Unauthorized")) == [
        Finding("Server", "mend", found, do),
        RIGHT,
    ]


def test_a_newer_server() -> None:
    found = "HOST answers, phonetui 9.0.0, which is newer"
    do = "install the newest phonetui when there is time"
    assert server_says(json(Health("9.0.0", 2, NOON)), SESSION) == [Finding("Server", "note", found, do), RIGHT]


@pytest.mark.parametrize(
    ("off", "found"),
    [
        (timedelta(minutes=90), "is 90 minutes ahead of the campaign server's"),
        (timedelta(hours=-3), "is 3 hours behind the campaign server's"),
        (timedelta(days=400), "is 400 days ahead of the campaign server's"),
    ],
)
def test_a_wrong_clock(off: timedelta, found: str) -> None:
    do = "set this computer's clock, for the results carry its times"
    assert server_says(HEALTHY, SESSION, off=off)[1] == Finding("Clock", "mend", found, do)
    assert server_says(HEALTHY, SESSION, off=timedelta(minutes=1))[1] == RIGHT


def test_a_hotel_is_no_server() -> None:
    [finding] = server_says(http(b"<h1>Welcome</h1>", kind="text/html"))
    assert (finding.state, finding.found.split(";")[0]) == (
        "mend",
        "What answers at HOST is not a phonetui campaign server",
    )


def test_a_busy_server_is_no_fault() -> None:
    [finding] = server_says(problem("server-error", "503 Service Unavailable"))
    assert (finding.state, finding.do) == (
        "note",
        "calls go on without it, and everything is kept until it answers",
    )
    assert "server-error" in PROBLEMS


def test_a_server_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup_server, "LIMIT", 0.3)
    [finding] = server_says(None)
    assert (finding.state, finding.found) == ("note", "HOST does not answer within 0 seconds")


def test_a_name_that_is_looked_up_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    never = threading.Event()
    monkeypatch.setattr(checkup_server, "LIMIT", 1.1)
    monkeypatch.setattr("socket.getaddrinfo", lambda *about: never.wait(10))

    async def story() -> list[Finding]:
        return await look_at_server(DANA, asyncio.create_task(_token("")), Clock())

    [finding] = asyncio.run(story())
    never.set()
    assert (finding.state, finding.found) == ("note", "calls.example.org does not answer within 1 seconds")


def test_offline_is_a_state() -> None:
    async def story() -> list[Finding]:
        nobody = msgspec.structs.replace(DANA, server_url="http://127.0.0.1:1")
        return await look_at_server(nobody, asyncio.create_task(_token("")), Clock())

    [finding] = asyncio.run(story())
    assert finding == Finding(
        "Server",
        "note",
        "Nothing answers at 127.0.0.1:1; check the address, or ask whether the server is running.",
        "calls go on without it, and everything is kept until it answers",
    )
