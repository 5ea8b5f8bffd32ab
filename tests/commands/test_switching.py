"""From one campaign to another and to another account, with something unsent in all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from phonetui.client import left_behind
from phonetui.client.account import Account, journal_path, load_accounts
from phonetui.client.calls import Calls, Rest
from phonetui.client.campaign_server import Offline
from phonetui.client.desk import PhoneDesk
from phonetui.client.elsewhere import Place
from phonetui.client.journal import Entry, Journal
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.client.sign_in import resume
from phonetui.commands import call_screen, front_end
from phonetui.core.event import Remark, encode
from phonetui.server import tables
from phonetui.server.engine import database_url, sync_engine
from phonetui.tui import app
from phonetui.wire import ExchangeReply, ExchangeRequest
from tests.commands.conftest import PASSWORD, Types
from tests.shell import Shell

TURNOUT, SCHOOLS = "weekend-turnout", "fund-our-schools"
#: Seconds after which what was waited for will not come.
PATIENCE = 120.0
NOON = datetime(2026, 10, 6, 16, 0, tzinfo=UTC)

#: What a caller does at a desk until leaving it.
Shift = Callable[[PhoneDesk], Awaitable[None]]


class Line:
    """The line to the campaign server, which can be `down`, or `silent`: what was asked `hangs` then.

    `hangs` has the campaigns whose requests do.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.down = self.silent = False
        self.hangs: set[str] = set()
        exchange = PhonetuiServer.exchange

        async def carry(server: PhonetuiServer, request: ExchangeRequest) -> ExchangeReply:
            if self.down:
                raise Offline("No network.")
            if self.silent:
                self.hangs.add(request.campaign_id)
                try:
                    await asyncio.Future()
                finally:
                    self.hangs.discard(request.campaign_id)
            return await exchange(server, request)

        monkeypatch.setattr(PhonetuiServer, "exchange", carry)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    monkeypatch.setattr(left_behind, "FIRST", 0.05)
    return Line(monkeypatch)


@pytest.fixture(autouse=True)
def new_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has called anybody since it began."""
    monkeypatch.setattr(call_screen, "_RESTS", {})


@pytest.fixture
def accounts(shell: Shell, types: Types, server: Path, invite: Callable[[], str]) -> dict[str, Account]:
    """Eli in one campaign, and Dana, who joined last, in two."""
    text = Path("weekend.yaml").read_text("utf-8").replace("Weekend turnout", "Fund our schools")
    Path("schools.yaml").write_text(text, "utf-8")
    shell.facts("server", "campaign", "add", "schools.yaml", "--data", server)
    facts = shell.facts("server", "invite", SCHOOLS, "--data", server)
    schools = f"{invite().partition('#')[0]}#{str(facts['join']).partition('#')[2]}"
    for name, link in (("Eli", invite()), ("Dana", schools), ("Dana", invite())):
        types(link, name, f"{name.lower()}@example.org", passwords=(PASSWORD, PASSWORD))
        shell.facts("join")
    return {account.name: account for account in load_accounts(call_screen.this_laptop().folders)}


def write_down(account: Account, campaign_id: str, text: str) -> None:
    """Leaves a word for the campaign in the journal, as a call screen without a line does."""
    laptop = call_screen.this_laptop()
    event = Remark(id=f"{account.name}-{campaign_id}", seq=1, at=NOON, campaign_id=campaign_id, step_id="", text=text)

    async def write() -> None:
        known = await resume(laptop, account)
        assert known is not None
        journal = await Journal.open(journal_path(laptop.folders, account, campaign_id), known.key)
        await journal.record(entries=[Entry(1, event.id, encode(event))], call=b"")
        await journal.close()

    asyncio.run(write())


def arrived(server: Path) -> set[str]:
    """The events that the server has."""
    with sync_engine(database_url(server, None)).connect() as connection:
        return set(connection.scalars(select(tables.events.c.event_id)))


async def until(is_so: Callable[[], bool], what: str) -> None:
    """Waits for it, not for ever."""
    for _ in range(round(PATIENCE / 0.02)):
        if is_so():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"This never came: {what}")


async def until_arrived(server: Path, events: set[str]) -> None:
    """Waits for all of them, and for no others."""
    await until(lambda: arrived(server) == events, f"{events} at the server")


def shifts(monkeypatch: pytest.MonkeyPatch, *those: Shift) -> list[PhoneDesk]:
    """Has a caller work so, one shift after the other, in place of the screen; the desks they were at."""
    left, desks = list(those), list[PhoneDesk]()

    async def work(open_desk: Callable[[], Awaitable[PhoneDesk]]) -> int:
        desk = await open_desk()
        desks.append(desk)
        try:
            await desk.start()
            await left.pop(0)(desk)
        finally:
            await desk.close()
        return 0

    monkeypatch.setattr(app, "call", lambda open_desk, **settings: asyncio.run(work(open_desk)))
    monkeypatch.setattr(front_end, "why_plain", lambda environ: "")
    return desks


def to(account: Account, campaign_id: str) -> Shift:
    """Chooses another campaign at once."""

    async def shift(desk: PhoneDesk) -> None:
        assert desk.elsewhere is not None
        desk.elsewhere.goes_on_at = Place(account, campaign_id)

    return shift


def has_a_script(then: Shift) -> Shift:
    """Waits for the campaign's script."""

    async def shift(desk: PhoneDesk) -> None:
        await until(lambda: desk.view.campaign is not None, "the script")
        await then(desk)

    return shift


def test_switching_sends_what_is_unsent_on_both_sides(
    shell: Shell, accounts: dict[str, Account], server: Path, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    dana = accounts["Dana"]
    write_down(dana, TURNOUT, "In the first.")
    write_down(dana, SCHOOLS, "In the other.")
    line.down = True

    async def calls_on(desk: PhoneDesk) -> None:
        assert desk.view.unsent == 1
        await asyncio.sleep(0.1)
        assert arrived(server) == set()
        line.down = False
        desk.try_now()
        await until_arrived(server, {f"Dana-{TURNOUT}", f"Dana-{SCHOOLS}"})

    shifts(monkeypatch, to(dana, SCHOOLS), calls_on)
    assert shell.run() == 0, shell.err
    assert load_accounts(call_screen.this_laptop().folders)[0].campaign_id == SCHOOLS
    assert shell.run("outbox", "send") == 0  # the desk may have closed before it read the answer
    assert shell.facts("outbox", "list")["outboxes"] == []


def test_a_number_that_was_called_rests_in_the_other_campaign_too(
    shell: Shell, accounts: dict[str, Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    dana, rest = accounts["Dana"], Rest(NOON, TURNOUT, "Weekend turnout")
    seen: list[object] = []

    async def calls(desk: PhoneDesk) -> None:
        assert desk.elsewhere is not None
        desk._calls = Calls(elsewhere={"+18125550166": rest})
        await to(dana, SCHOOLS)(desk)

    async def looks(desk: PhoneDesk) -> None:
        assert desk.elsewhere is not None
        seen.append(desk.elsewhere.rests)

    shifts(monkeypatch, has_a_script(calls), looks)
    assert shell.run() == 0, shell.err
    assert seen == [{"+18125550166": rest}]


def test_another_account_is_opened_and_what_both_left_is_sent(
    shell: Shell, accounts: dict[str, Account], server: Path, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_down(accounts["Dana"], TURNOUT, "Dana's.")
    write_down(accounts["Eli"], TURNOUT, "Eli's.")
    line.down = True

    async def calls_on(desk: PhoneDesk) -> None:
        assert desk.view.caller_name == "Eli"
        line.down = False
        desk.try_now()
        await until_arrived(server, {f"Dana-{TURNOUT}", f"Eli-{TURNOUT}"})

    desks = shifts(monkeypatch, to(accounts["Eli"], TURNOUT), calls_on)
    assert shell.run() == 0, shell.err
    assert [desk.view.caller_name for desk in desks] == ["Dana", "Eli"]


def test_there_and_back_again(
    shell: Shell, accounts: dict[str, Account], server: Path, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    dana = accounts["Dana"]
    write_down(dana, TURNOUT, "In the first.")
    write_down(dana, SCHOOLS, "In the other.")
    line.down = True

    async def leaves(desk: PhoneDesk) -> None:
        assert desk.view.unsent == 1

    shifts(monkeypatch, to(dana, SCHOOLS), to(dana, TURNOUT), leaves)
    assert shell.run() == 0, shell.err
    line.down = False
    assert shell.run("outbox", "send") == 0
    assert arrived(server) == {f"Dana-{TURNOUT}", f"Dana-{SCHOOLS}"}


def test_the_others_on_this_laptop_are_offered(
    shell: Shell, accounts: dict[str, Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []

    async def looks(desk: PhoneDesk) -> None:
        assert desk.elsewhere is not None
        seen.append([each.campaign_id for each in await desk.elsewhere.campaigns()])
        seen.append([other.email for other in desk.elsewhere.others])

    shifts(monkeypatch, looks)
    assert shell.run() == 0, shell.err
    assert seen == [[SCHOOLS, TURNOUT], ["eli@example.org"]]


def test_without_a_line_the_campaigns_called_for_before_are_offered(
    shell: Shell, accounts: dict[str, Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    dana = accounts["Dana"]
    seen: list[str] = []

    async def looks(desk: PhoneDesk) -> None:
        assert desk.elsewhere is not None
        seen.extend(each.campaign_id for each in await desk.elsewhere.kept_campaigns())

    shifts(monkeypatch, has_a_script(to(dana, SCHOOLS)), looks)
    assert shell.run() == 0, shell.err
    assert seen == [TURNOUT]


def test_a_campaign_whose_calls_are_being_sent_is_offered_without_a_line_too(
    shell: Shell, accounts: dict[str, Account], server: Path, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    dana = accounts["Dana"]
    seen: list[str] = []

    async def leaves(desk: PhoneDesk) -> None:
        """For today."""

    async def looks(desk: PhoneDesk) -> None:
        assert desk.elsewhere is not None
        await until(lambda: TURNOUT in line.hangs, "what is being sent")
        seen.extend(each.campaign_id for each in await desk.elsewhere.kept_campaigns())
        line.silent = False
        await until_arrived(server, {f"Dana-{TURNOUT}"})

    shifts(monkeypatch, has_a_script(leaves), to(dana, SCHOOLS), looks)
    assert shell.run() == 0, shell.err
    write_down(dana, TURNOUT, "In the first.")
    line.silent = True
    assert shell.run() == 0, shell.err
    assert seen == [TURNOUT]
