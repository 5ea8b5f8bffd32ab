"""Results that the campaign does not have: seen, sent, and carried on a stick."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO
from unittest.mock import Mock

import msgspec
import pytest
from sqlalchemy import func, select

from phonetui.client.account import Account, journal_path, load_accounts, save_account
from phonetui.client.clock import SystemClock
from phonetui.client.credentials import SecretsInMemory
from phonetui.client.desk_surface import Desk
from phonetui.client.folders import Folders, folders_in
from phonetui.client.journal import Journal
from phonetui.client.journal_key import fingerprint, fingerprint_file, read_fingerprint
from phonetui.client.journal_records import Entry
from phonetui.client.opening import open_desk
from phonetui.client.outbox import Taken
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.client.reason import Reason
from phonetui.client.sign_in import Laptop, SignedIn, join, resume
from phonetui.commands import call_screen, front_end
from phonetui.commands.progress import Tell
from phonetui.core.event import AnyEvent, Outcome, Undo, encode
from phonetui.core.pace import Pace, Work
from phonetui.core.tally import Tally
from phonetui.server import admin
from phonetui.server.app import create_app
from phonetui.server.engine import database_url, sync_engine
from phonetui.server.run import Running, serve_in_background
from phonetui.server.tables import households
from phonetui.server.voter_import import import_voters
from phonetui.tui import app as tui_app
from phonetui.wire import ExchangeRequest, Lease
from tests.client.people import reply
from tests.commands.conftest import PASSWORD, Types
from tests.core import example
from tests.ports import kept_port
from tests.shell import Shell

IN_USE = (
    "The call screen is open and has what is unsent; in its command palette, Ctrl+P, “Try now” sends them "
    "and “Export” writes them to a file."
)
#: Tuesday noon in New York.
NOON = datetime(2026, 10, 6, 16, 0, tzinfo=UTC)
CAMPAIGN = """
name: Turnout
organisation: Riverside Votes
languages: [en]
zone: America/New_York
dates: {starts: 2026-09-01, ends: 2026-11-03}
calling: {hours: {mon-sun: 9:00-21:00}}
disclosure: Riverside Votes pays for this call.
script: [{id: hello, say: "Hello, {first_name}!", ends: true}]
"""
VOTERS = "Voter ID,First Name,Last Name,Phone,ZIP\n" + "".join(
    f"{n},Ana{n},Ruiz,(212) 555-01{n:02},10001\n" for n in range(1, 6)
)


class Campaign:
    """A campaign server for turnout at noon, which can be taken off the line and put back at the same address."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.url = database_url(folder, None)
        self.port = port
        self._running: Running | None = None

    def serve(self) -> str:
        """Puts it on the line."""
        app = create_app(*admin.open_server(self.url, self.folder, {}), lambda: NOON)
        self._running = serve_in_background(app, port=self.port)
        return self._running.url

    def stop(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.stop()


class Beginning(msgspec.Struct, frozen=True):
    """A campaign's folder, a volunteer's home in it, what her keyring holds, and who was lent to her."""

    folder: Path
    port: int
    secrets: dict[str, str]
    leases: tuple[Lease, ...]


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beginning]:
    """Dana has joined and has five voters; then the line goes down. Made once, and copied for each test."""
    with kept_port() as port:
        yield _begin(tmp_path_factory.mktemp("beginning"), port)


def _begin(folder: Path, port: int) -> Beginning:
    keyring = SecretsInMemory()
    (folder / "turnout.yaml").write_text(CAMPAIGN)
    (folder / "voters.csv").write_text(VOTERS)
    campaign = Campaign(folder / "server", port)
    admin.init(campaign.url, campaign.folder, admin.PUBLIC_URL, {}, NOON)
    admin.add_campaign(campaign.url, folder / "turnout.yaml", NOON)
    with sync_engine(campaign.url).connect() as connection:
        import_voters(connection, "turnout", folder / "voters.csv", erasing_key=b"e" * 32, now=NOON)
    secret = admin.invite(campaign.url, "turnout", "caller", 1, NOON + timedelta(days=1), NOON).partition("#")[2]
    link = f"{campaign.serve()}/join/#{secret}"
    laptop = Laptop(folders_in(folder / "home"), keyring, SystemClock().new_id)

    async def join_and_borrow() -> tuple[Lease, ...]:
        known = await join(laptop, link, "dana@example.org", "Dana Reyes", PASSWORD)
        server = PhonetuiServer(known.account.server_url, known.token)
        asked = ExchangeRequest(campaign_id="turnout", device_id=known.account.device_id, want=5)
        lent = await server.exchange(asked)
        await server.close()
        return lent.leases

    leases = asyncio.run(join_and_borrow())
    campaign.stop()
    return Beginning(folder, port, dict(keyring._secrets), leases)


@pytest.fixture
def campaign(beginning: Beginning, tmp_path: Path) -> Iterator[Campaign]:
    """The campaign server, off the line."""
    campaign = Campaign(shutil.copytree(beginning.folder / "server", tmp_path / "server"), beginning.port)
    yield campaign
    campaign.stop()


class Dana:
    """A volunteer at her computer."""

    def __init__(self, shell: Shell, home: Path, keyring: SecretsInMemory, leases: Sequence[Lease]) -> None:
        self.shell = shell
        self.folders: Folders = folders_in(home)
        self.keyring = keyring
        self._leases = leases
        self._seq = 0

    @property
    def account(self) -> Account:
        return load_accounts(self.folders)[0]

    @property
    def journal(self) -> Path:
        return journal_path(self.folders, self.account, "turnout")

    async def signed_in(self) -> SignedIn:
        known = await resume(Laptop(self.folders, self.keyring, SystemClock().new_id), self.account)
        assert known is not None
        return known

    def outcome(self, nth: int, disposition: str, note: str = "") -> Outcome:
        """What came of calling the `nth` voter, with this caller's next number."""
        self._seq += 1
        [voter] = self._leases[nth].household.voters
        return Outcome(
            id=f"event-{self._seq}",
            seq=self._seq,
            at=NOON,
            campaign_id="turnout",
            voter_id=voter.voter_id,
            ticket=self._leases[nth].tickets[voter.voter_id],
            disposition=disposition,
            number_ending=self._leases[nth].household.number[-2:],
            note=note,
        )

    def undo(self, outcome: Outcome) -> Undo:
        self._seq += 1
        return Undo(
            id=f"event-{self._seq}",
            seq=self._seq,
            at=NOON,
            campaign_id="turnout",
            voter_id=outcome.voter_id,
            ticket=outcome.ticket,
            supersedes=outcome.id,
        )

    def records(self, *events: AnyEvent, rejected: str = "") -> None:
        """Keeps events in the journal, as the call screen does; `rejected` is the campaign's answer to them."""

        async def story() -> None:
            journal = await Journal.open(self.journal, (await self.signed_in()).key)
            entries = [Entry(each.seq, each.id, encode(each), each.voter_id) for each in events]
            await journal.record(entries=entries, call=b"")
            if rejected:
                settled = tuple((each.id, Reason(rejected)) for each in events)
                await journal.take(Taken(reply=reply(stored_through=self._seq), rejected=settled))
            await journal.close()

        asyncio.run(story())


@pytest.fixture
def dana(shell: Shell, beginning: Beginning, campaign: Campaign, keyring: SecretsInMemory, tmp_path: Path) -> Dana:
    """She has five voters, and no line."""
    keyring._secrets.update(beginning.secrets)
    return Dana(shell, shutil.copytree(beginning.folder / "home", tmp_path / "home"), keyring, beginning.leases)


@pytest.fixture(autouse=True)
def in_denver(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Her computer's clock is in Denver, two hours behind the campaign's."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "America/Denver")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def two_calls(dana: Dana) -> Dana:
    """And has called two of them since."""
    dana.records(dana.outcome(0, "talked", note="Ask for Señora Ruiz."), dana.outcome(1, "not_home"))
    return dana


def attempts(shell: Shell, campaign: Campaign) -> list[str]:
    """The dispositions that the campaign has, in order."""
    assert shell.run("server", "results", "export", "turnout", "--data", campaign.folder, "--json") == 0
    return sorted(row["disposition"] for row in msgspec.json.decode(shell.out))


# -- list --------------------------------------------------------------------------------------------------------------


def test_the_list_shows_when_and_what_and_nobodys_name(two_calls: Dana, shell: Shell) -> None:
    call = two_calls.outcome(2, "refused")
    two_calls.records(call, rejected="The event's ticket is none.")
    two_calls.records(two_calls.undo(call))
    host = two_calls.account.server_url.removeprefix("http://")
    assert shell.run("outbox", "list") == 0
    assert shell.out == (
        f"turnout at {host}: 3 entries unsent, 1 rejected\n"
        "  Oct 6, 10:00 am   talked\n"
        "  Oct 6, 10:00 am   not_home\n"
        "  Oct 6, 10:00 am   a result taken back\n"
        "  Oct 6, 10:00 am   refused, rejected: The event's ticket is none.\n"
        "What is rejected stays here. Tell the organiser: `phonetui outbox export FILE` writes it, with the reasons, "
        "to a file for them.\n"
    )


def test_what_the_campaign_calls_a_result_is_what_the_list_calls_it(two_calls: Dana, campaign: Campaign) -> None:
    campaign.serve()

    async def look_in() -> None:
        desk = await open_desk(two_calls.folders, await two_calls.signed_in(), "turnout", SystemClock())
        sent = asyncio.Event()
        desk.listen(lambda: sent.set() if desk.view.campaign and not desk.view.unsent else None)
        await desk.start()
        async with asyncio.timeout(120):
            await sent.wait()
        await desk.close()

    asyncio.run(look_in())
    campaign.stop()
    two_calls.records(two_calls.outcome(2, "talked"))
    facts = two_calls.shell.facts("outbox", "list")
    unsent = [{"at": "2026-10-06T16:00:00Z", "result": "Talked", "reason": ""}]
    assert facts == {
        "outboxes": [
            {"server": two_calls.account.server_url, "campaign": "Turnout", "unsent": unsent, "rejected": []},
        ],
        "not_read": [],
    }
    assert two_calls.shell.run("outbox", "list") == 0
    assert "  Oct 6, 10:00 am   Talked\n" in two_calls.shell.out


def test_with_everything_sent_the_list_says_so(dana: Dana, shell: Shell) -> None:
    assert shell.run("outbox", "list") == 0
    assert shell.out == "The campaign has everything.\n"


@pytest.mark.parametrize("words", [["list"], ["send"], ["export", "outbox.jsonl"]])
def test_where_nobody_is_logged_in_there_is_no_outbox(shell: Shell, words: list[str]) -> None:
    assert shell.refusal("outbox", *words) == "Nobody is logged in on this computer."


@pytest.mark.parametrize("words", [["list"], ["export", "outbox.jsonl"]])
def test_while_the_call_screen_is_open_it_says_where_to_do_that(two_calls: Dana, words: list[str]) -> None:
    async def story() -> str:
        journal = await Journal.open(two_calls.journal, (await two_calls.signed_in()).key)
        try:
            return await asyncio.to_thread(two_calls.shell.refusal, "outbox", *words)
        finally:
            await journal.close()

    assert asyncio.run(story()) == IN_USE


def test_without_a_keyring_the_password_opens_it(two_calls: Dana, types: Types, campaign: Campaign) -> None:
    campaign.serve()
    two_calls.keyring._secrets.clear()
    types(passwords=(PASSWORD,))
    assert two_calls.shell.run("outbox", "list") == 0
    assert "2 entries unsent" in two_calls.shell.out


# -- send --------------------------------------------------------------------------------------------------------------


def test_everything_is_sent_without_the_call_screen(two_calls: Dana, shell: Shell, campaign: Campaign) -> None:
    url = campaign.serve()
    assert shell.run("outbox", "send") == 0
    assert shell.out == f"turnout at {url.removeprefix('http://')}: 2 entries sent, 0 rejected, 0 still unsent.\n"
    assert shell.err == ""
    assert attempts(shell, campaign) == ["not_home", "talked"]
    assert shell.run("outbox", "send") == 0
    assert shell.out == "The campaign has everything.\n"


def test_ctrl_c_in_mid_send_keeps_what_is_not_answered_and_says_how_much_is(
    two_calls: Dana, shell: Shell, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign.serve()

    @contextmanager
    def ctrl_c(out: TextIO, *, quiet: bool) -> Iterator[Tell]:
        yield lambda words: os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patched:
        patched.setattr("phonetui.client.outbox.MOST_EVENTS", 1)
        patched.setattr("phonetui.commands.outbox.progress", ctrl_c)
        assert shell.run("outbox", "send") == 130
    assert shell.err == ("Stopped: 1 of 2 entries answered. The rest is still here; `phonetui outbox send` goes on.\n")
    assert len(attempts(shell, campaign)) == 1
    assert shell.run("outbox", "send") == 0
    assert "1 entry sent, 0 rejected, 0 still unsent." in shell.out
    assert attempts(shell, campaign) == ["not_home", "talked"]


def test_without_a_line_it_says_so_and_keeps_everything(two_calls: Dana, shell: Shell) -> None:
    host = two_calls.account.server_url.removeprefix("http://")
    assert shell.run("outbox", "send") == 1
    assert shell.out == (
        f"turnout at {host}: 0 entries sent, 0 rejected, 2 still unsent.\n"
        f"  Nothing answers at {host}; check the address, or ask whether the server is running.\n"
    )
    assert shell.run("outbox", "send", "--json") == 1
    [facts] = msgspec.json.decode(shell.out)["outboxes"]
    assert (facts["sent"], facts["unsent"], facts["rejected"]) == (0, 2, [])


def test_a_damaged_journal_is_told_and_what_is_saved_of_it_goes(
    two_calls: Dana, shell: Shell, campaign: Campaign
) -> None:
    campaign.serve()
    with two_calls.journal.open("r+b") as file:
        file.write(bytes(512))
    assert shell.run("outbox", "send") == 0
    kept = two_calls.journal.with_name(f"{two_calls.journal.stem}-1.damaged")
    assert shell.out.endswith(
        "2 entries sent, 0 rejected, 0 still unsent.\n"
        "  The file with your calls was damaged; what could be read is saved, with 2 entries unsent. "
        f"The damaged file is kept as {kept}.\n"
    )


def test_what_the_campaign_rejects_is_told_with_the_reason(dana: Dana, shell: Shell, campaign: Campaign) -> None:
    good, forged = dana.outcome(0, "talked"), dana.outcome(1, "busy")
    dana.records(good, msgspec.structs.replace(forged, ticket="made-up"))
    url = campaign.serve()
    assert shell.run("outbox", "send") == 1
    assert shell.out == (
        f"turnout at {url.removeprefix('http://')}: 1 entry sent, 1 rejected, 0 still unsent.\n"
        "  rejected: The event's ticket is not one that this server gave this caller for this voter.\n"
    )


def test_why_is_told_in_the_callers_language_and_to_the_organiser_in_the_servers(
    dana: Dana, shell: Shell, campaign: Campaign, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dana.records(msgspec.structs.replace(dana.outcome(0, "busy"), ticket="made-up"))
    campaign.serve()
    with monkeypatch.context() as patched:
        patched.setenv("LC_ALL", "es_US.UTF-8")
        why = "El permiso del registro no es uno que este servidor le haya dado a esta persona para este votante."
        assert shell.run("outbox", "send") == 1
        assert shell.out.endswith(f"  rechazado: {why}\n")
        assert shell.run("outbox", "list") == 0
        assert why in shell.out
    campaign.stop()
    shell.facts("outbox", "export", tmp_path / "stick")
    exported = msgspec.json.decode((tmp_path / "stick").read_bytes().splitlines()[1])
    assert exported["rejected"] == ("The event's ticket is not one that this server gave this caller for this voter.")


def test_sending_while_the_call_screen_is_open_leaves_it_to_that(two_calls: Dana) -> None:
    async def story() -> int:
        journal = await Journal.open(two_calls.journal, (await two_calls.signed_in()).key)
        try:
            return await asyncio.to_thread(two_calls.shell.run, "outbox", "send")
        finally:
            await journal.close()

    assert asyncio.run(story()) == 1
    assert two_calls.shell.out == f"{two_calls.account.server_url.removeprefix('http://')}: {IN_USE}\n"


# -- after the shift ---------------------------------------------------------------------------------------------------


def test_whoever_leaves_with_something_unsent_is_told_what_sends_it(
    two_calls: Dana, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look_in(open_desk: Callable[[], Awaitable[Desk]]) -> None:
        desk = await open_desk()
        await desk.start()
        await desk.close()

    def at_the_screen(open_desk: Callable[[], Awaitable[Desk]], **_: object) -> None:
        asyncio.run(look_in(open_desk))

    monkeypatch.setattr(front_end, "why_plain", lambda environ: "")
    monkeypatch.setattr(tui_app, "call", at_the_screen)
    laptop = Laptop(two_calls.folders, two_calls.keyring, SystemClock().new_id)
    answer = call_screen.call(laptop, msgspec.structs.replace(two_calls.account, campaign_id="turnout"))
    assert answer.text == (
        "2 entries are not sent yet, and safe on this laptop.\n"
        "`phonetui outbox send` sends them, and so does the next start."
    )


@pytest.mark.parametrize(
    ("calls", "unsent", "rejected", "text"),
    [
        (0, 0, 0, ""),
        (12, 0, 0, "{summary}\nAll of it is sent. Thank you!"),
        (
            1,
            1,
            0,
            "{summary}\n1 entry is not sent yet, and safe on this laptop.\n"
            "`phonetui outbox send` sends it, and so does the next start.",
        ),
        (
            0,
            2,
            0,
            "2 entries are not sent yet, and safe on this laptop.\n"
            "`phonetui outbox send` sends them, and so does the next start.",
        ),
        (
            12,
            0,
            2,
            "{summary}\nAll of it is sent. Thank you!\n"
            "The campaign did not take 2 entries; `phonetui outbox list` says why.",
        ),
    ],
)
def test_the_end_of_a_shift_has_its_own_words(calls: int, unsent: int, rejected: int, text: str) -> None:
    done = Work(Tally(attempts=calls, results={"not_home": calls}), timedelta(minutes=40))
    pacing = Mock(pace=Mock(return_value=Pace(shift=done, today=done, goal=40)))
    view = Mock(unsent=unsent, rejected=rejected, campaign=example.CAMPAIGN)
    desk = Mock(calls_today=Mock(return_value=("call",) * calls), pacing=pacing, view=view)
    assert call_screen.after_shift(desk).text == text.format(
        summary="Riverside Votes · Weekend turnout\n"
        f"This shift: {calls} call{'s' if calls > 1 else ''}, 0 people reached (0%), 0 talks, in 40 min.\n"
        f"Not home {calls}"
    )


# -- a stick -----------------------------------------------------------------------------------------------------------


def test_a_stick_carries_a_shift_and_the_line_brings_nothing_twice(
    two_calls: Dana, shell: Shell, campaign: Campaign, tmp_path: Path
) -> None:
    stick = tmp_path / "stick.jsonl"
    host = two_calls.account.server_url.removeprefix("http://")
    assert shell.run("outbox", "export", stick) == 0
    assert shell.out == (
        f"{stick} holds 2 entries for {host}; there, `phonetui server results import` takes it in. "
        "Everything stays here too until the campaign has confirmed it, and counts once.\n"
    )
    for personal in (b"Ana", b"+1812555", b"Dana", b"dana@example.org"):
        assert personal not in stick.read_bytes()
    imports = ("server", "results", "import", stick, "--data", campaign.folder)
    assert shell.run(*imports) == 0
    assert shell.out == "2 entries from Dana Reyes: 2 stored, 0 here already, 0 rejected.\n"
    assert shell.run(*imports) == 0
    assert shell.out == "2 entries from Dana Reyes: 0 stored, 2 here already, 0 rejected.\n"
    campaign.serve()
    assert shell.run("outbox", "list") == 0
    assert "2 entries unsent, 0 rejected" in shell.out
    assert shell.run("outbox", "send") == 0
    assert ": 2 entries sent, 0 rejected, 0 still unsent." in shell.out
    assert attempts(shell, campaign) == ["not_home", "talked"]


def test_an_import_tells_what_was_rejected(two_calls: Dana, shell: Shell, campaign: Campaign, tmp_path: Path) -> None:
    two_calls.records(msgspec.structs.replace(two_calls.outcome(2, "busy"), ticket="made-up"), rejected="No.")
    stick = tmp_path / "stick.jsonl"
    assert shell.facts("outbox", "export", stick)["rejected"] == 1
    assert shell.run("server", "results", "import", stick, "--data", campaign.folder) == 1
    assert shell.out == (
        "3 entries from Dana Reyes: 2 stored, 0 here already, 1 rejected.\n"
        "          1  The event's ticket is not one that this server gave this caller for this voter.\n"
    )


def test_with_another_servers_secret_nothing_is_imported(
    two_calls: Dana, shell: Shell, campaign: Campaign, tmp_path: Path
) -> None:
    stick = tmp_path / "stick.jsonl"
    assert shell.run("outbox", "export", stick) == 0
    shell.facts("server", "init", "--data", tmp_path / "other")
    (campaign.folder / "secret").write_bytes((tmp_path / "other" / "secret").read_bytes())
    assert shell.refusal("server", "results", "import", stick, "--data", campaign.folder) == (
        f"The server's secret is not the one that the database in {campaign.folder} was made with; "
        "put its own copy back."
    )


def test_a_file_that_is_there_is_not_replaced(two_calls: Dana, shell: Shell, tmp_path: Path) -> None:
    stick = tmp_path / "stick.jsonl"
    stick.write_text("mine")
    assert shell.refusal("outbox", "export", stick) == (
        f"There is a file {stick} already, and it was left as it is; name a new one."
    )


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a signal ends the process at once")
def test_an_export_that_is_told_to_end_leaves_nothing_behind(
    two_calls: Dana, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr(os, "fsync", lambda _: signal.raise_signal(signal.SIGTERM))
    assert shell.run("outbox", "export", stick / "outbox.jsonl") == 128 + signal.SIGTERM
    assert list(stick.iterdir()) == []


def test_with_nothing_unsent_there_is_nothing_to_export(dana: Dana, shell: Shell, tmp_path: Path) -> None:
    assert shell.refusal("outbox", "export", tmp_path / "stick.jsonl") == (
        "The campaign has everything; there is nothing to export."
    )
    assert not (tmp_path / "stick.jsonl").exists()


def test_one_journal_that_cannot_be_read_keeps_no_other_back(two_calls: Dana, shell: Shell, tmp_path: Path) -> None:
    damaged = two_calls.journal.with_name("0000.journal")
    damaged.write_bytes(bytes(8192))
    fingerprint_file(damaged).write_text(read_fingerprint(two_calls.journal))
    sentence = (
        f"The file {damaged} with your calls is damaged and takes no more; "
        "leave and start phonetui again: it keeps the file, and saves what can be read."
    )
    assert shell.run("outbox", "list") == 1
    assert "2 entries unsent, 0 rejected\n" in shell.out
    assert shell.out.endswith(f"\n\n{sentence}\n")
    assert shell.run("outbox", "export", tmp_path / "stick.jsonl") == 1
    assert shell.out.endswith(f"counts once.\n{sentence}\n")
    two_calls.journal.unlink()
    assert shell.refusal("outbox", "list") == sentence
    assert shell.refusal("outbox", "export", tmp_path / "2.jsonl") == sentence


# -- several accounts --------------------------------------------------------------------------------------------------


@pytest.fixture
def eli(two_calls: Dana) -> Account:
    """Another caller's account on the same computer, with a result of its own."""
    key = bytes(range(32))
    name = fingerprint(key)
    eli = msgspec.structs.replace(
        two_calls.account, server_url="https://calls.example.org", caller_id="eli", email="eli@example.org", key_id=name
    )
    two_calls.keyring._secrets[f"journal key {name}"] = b64encode(key).decode()
    save_account(two_calls.folders, eli)

    async def record() -> None:
        journal = await Journal.open(journal_path(two_calls.folders, eli, "turnout"), key)
        event = two_calls.outcome(3, "busy")
        await journal.record(entries=[Entry(event.seq, event.id, encode(event))], call=b"")
        await journal.close()

    asyncio.run(record())
    return eli


def test_one_account_is_exported_at_a_time(eli: Account, two_calls: Dana, shell: Shell, tmp_path: Path) -> None:
    stick = tmp_path / "stick.jsonl"
    [_, dana] = load_accounts(two_calls.folders)
    assert shell.refusal("outbox", "export", stick) == (
        f"Several accounts have entries here: eli@example.org at calls.example.org, dana@example.org at "
        f"{dana.server_url.removeprefix('http://')}; choose one with --account."
    )
    assert not stick.exists()
    assert shell.facts("outbox", "export", stick, "--account", "calls.example.org") == {
        "file": str(stick),
        "unsent": 1,
        "rejected": 0,
        "not_read": [],
        "server": "https://calls.example.org",
    }
    assert shell.facts("outbox", "export", tmp_path / "2.jsonl", "--account", "dana@example.org")["unsent"] == 2
    assert shell.run("outbox", "list") == 0
    assert "turnout at calls.example.org: 1 entry unsent, 0 rejected\n" in shell.out
    assert "2 entries unsent, 0 rejected\n" in shell.out


# -- going out for good ------------------------------------------------------------------------------------------------


def holds(dana: Dana) -> None:
    """She has her five voters in the journal, and the campaign."""

    async def story() -> None:
        known = await dana.signed_in()
        server = PhonetuiServer(known.account.server_url, known.token)
        answer = await server.exchange(ExchangeRequest(campaign_id="turnout", device_id=known.account.device_id))
        journal = await Journal.open(dana.journal, known.key)
        await journal.take(Taken(reply=answer))
        await journal.close()
        await server.close()

    asyncio.run(story())


def lent(campaign: Campaign) -> int:
    with sync_engine(campaign.url).connect() as connection:
        chosen = select(func.count()).select_from(households).where(households.c.state == "lent")
        return connection.scalar(chosen) or 0


def test_who_logs_out_gives_back_who_is_on_hand(dana: Dana, shell: Shell, campaign: Campaign) -> None:
    campaign.serve()
    holds(dana)
    assert lent(campaign) == 5
    assert shell.run("logout") == 0
    assert shell.out.endswith(
        "nothing of it is left on this computer. 5 households on hand went back to the campaign.\n"
    )
    assert lent(campaign) == 0


def test_without_a_line_they_stay_lent_and_that_is_said(dana: Dana, shell: Shell, campaign: Campaign) -> None:
    host = campaign.serve().removeprefix("http://")
    holds(dana)
    campaign.stop()
    facts = shell.facts("logout")
    assert (facts["given_back"], facts["still_lent"], facts["server_told"]) == (0, 5, False)
    assert host in str(facts["server"])


def damage(dana: Dana) -> None:
    with dana.journal.open("r+b") as file:
        file.write(b"\xff" * 4096)


def test_who_logs_out_is_told_of_a_damaged_file(two_calls: Dana, shell: Shell) -> None:
    damage(two_calls)
    journal = two_calls.journal
    aside = journal.with_name(f"{journal.stem}-1.damaged")
    assert shell.refusal("logout") == (
        "The file with your calls was damaged; what could be read is saved, with 2 entries unsent. "
        f"The damaged file is kept as {aside}.\n"
        "2 entries are not with the campaign yet, so nothing was removed; connect once to send them, "
        "or give them up with --discard 2."
    )
    damage(two_calls)
    assert shell.run("logout", "--discard", "2") == 0
    assert "The file with the calls was damaged; it is gone with what could not be read of it." in shell.out
    assert not journal.parent.exists()
