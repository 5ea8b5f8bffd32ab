"""What is open to a caller, signing up for a phone bank, and the calendar file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select, update

from phonetui.client.campaign_server import Offline
from phonetui.client.clock import SystemClock
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.commands import account, call_screen
from phonetui.core.campaign import Campaign, PhoneBank
from phonetui.server import tables
from phonetui.server.engine import database_url, sync_engine
from phonetui.wire import Membership
from tests.commands.conftest import PASSWORD, Types
from tests.shell import Shell

SATURDAY = datetime(2030, 11, 30, 15, 0, tzinfo=UTC)


@pytest.fixture
def banks(server: Path) -> None:
    """The campaign has phone banks ahead, far enough that no clock has passed them."""
    ahead = (
        PhoneBank("saturday", SATURDAY, SATURDAY + timedelta(hours=3), {"en": "Pizza, and calls"}),
        PhoneBank("sunday", SATURDAY + timedelta(days=1), SATURDAY + timedelta(days=1, hours=2)),
    )
    with sync_engine(database_url(server, None)).begin() as connection:
        body = connection.scalars(select(tables.campaigns.c.body)).one()
        campaign = msgspec.structs.replace(msgspec.json.decode(body, type=Campaign), phone_banks=ahead)
        connection.execute(update(tables.campaigns).values(body=msgspec.json.encode(campaign), version=2))


@pytest.fixture(autouse=True)
def east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The caller's own clock."""
    monkeypatch.setenv("TZ", "EST5")
    time.tzset()
    monkeypatch.setattr(SystemClock, "now", lambda self: datetime(2030, 11, 26, 17, 0, tzinfo=UTC))
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("banks", "joined")
def test_the_list_says_what_a_caller_chooses_by(shell: Shell) -> None:
    assert shell.run("campaigns") == 0, shell.err
    lines = shell.out.splitlines()
    assert lines[0] == "Weekend turnout, Your organisation"
    assert lines[1].endswith("In English. 0 households left to call, nobody calls now.")
    assert lines[2:] == [
        "  Saturday, November 30, 10:00 am to 1:00 pm your time: Pizza, and calls. Nobody signed up yet. [saturday]",
        "  Sunday, December 1, 10:00 am to 12:00 pm your time. Nobody signed up yet. [sunday]",
    ]


@pytest.mark.usefixtures("banks", "joined")
def test_a_script_reads_the_same_as_json(shell: Shell) -> None:
    [campaign] = msgspec.convert(shell.facts("campaigns")["campaigns"], list[dict[str, object]])
    assert (campaign["campaign_id"], campaign["organisation"]) == ("weekend-turnout", "Your organisation")


@pytest.mark.usefixtures("banks", "joined")
@pytest.mark.parametrize("name", ["saturday", "Pizza, and calls", "weekend-turnout/saturday"])
def test_signing_up_and_off_again(shell: Shell, name: str) -> None:
    assert shell.run("campaigns", "sign-up", name) == 0, shell.err
    assert shell.out == (
        "Weekend turnout, Your organisation: Saturday, November 30, 10:00 am to 1:00 pm your time: Pizza, and calls. "
        "One signed up; you are signed up.\n"
    )
    shell.run("campaigns")
    assert "One signed up; you are signed up. [saturday]" in shell.out
    assert shell.run("campaigns", "cancel", name) == 0
    assert shell.out.startswith("You are not signed up any more: Saturday, November 30, 10:00 am to 1:00 pm")
    shell.run("campaigns")
    assert "you are signed up" not in shell.out


@pytest.mark.usefixtures("banks", "joined")
def test_a_phone_bank_that_is_not_there_is_told_with_those_that_are(shell: Shell) -> None:
    assert shell.refusal("campaigns", "sign-up", "monday") == (
        "There is no phone bank monday ahead; there are weekend-turnout/saturday, weekend-turnout/sunday."
    )


@pytest.mark.usefixtures("joined")
def test_without_phone_banks_there_is_nothing_to_sign_up_for(shell: Shell) -> None:
    assert shell.refusal("campaigns", "sign-up", "saturday") == (
        "No phone bank is ahead in your campaigns; ask the campaign."
    )


@pytest.mark.usefixtures("banks", "joined")
def test_a_calendar_takes_in_what_one_signed_up_for(shell: Shell, tmp_path: Path, address: str) -> None:
    file = tmp_path / "calls.ics"
    assert shell.refusal("campaigns", "calendar", file) == (
        "You are signed up for no phone bank yet; type `phonetui campaigns sign-up NAME` first."
    )
    shell.run("campaigns", "sign-up", "saturday")
    assert shell.run("campaigns", "calendar", file) == 0
    assert shell.out == f"{file} holds one phone bank; open it with your calendar.\n"
    lines = file.read_text("utf-8").splitlines()
    assert f"UID:saturday.weekend-turnout@{address.removeprefix('http://')}" in lines
    assert {"DTSTAMP:20301126T170000Z", "DTSTART:20301130T150000Z", "DTEND:20301130T180000Z"} < set(lines)
    assert r"SUMMARY:Pizza\, and calls: Weekend turnout\, Your organisation" in lines
    assert shell.refusal("campaigns", "calendar", file) == (f"{file} is there already; name a new file.")
    assert shell.run("campaigns", "calendar", file, "--force") == 0


@pytest.mark.usefixtures("banks", "joined")
def test_a_calendar_file_that_cannot_be_written_is_told(shell: Shell, tmp_path: Path) -> None:
    shell.run("campaigns", "sign-up", "sunday")
    file = tmp_path / "nowhere" / "calls.ics"
    assert shell.refusal("campaigns", "calendar", file) == (
        f"{file} cannot be written (No such file or directory); name a file in a folder of yours."
    )


def test_nobody_is_logged_in(shell: Shell) -> None:
    assert shell.refusal("campaigns") == (
        "Nobody is logged in on this computer; type `phonetui login URL` or `phonetui join`."
    )


@pytest.fixture
def schools(shell: Shell, types: Types, server: Path, invite: Callable[[], str]) -> Callable[[], str]:
    """There is a second campaign, `fund-our-schools`; asks one person into it; the link."""
    text = Path("weekend.yaml").read_text("utf-8")
    Path("schools.yaml").write_text(text.replace("Weekend turnout", "Fund our schools"), "utf-8")
    shell.facts("server", "campaign", "add", "schools.yaml", "--data", server)

    def link() -> str:
        facts = shell.facts("server", "invite", "fund-our-schools", "--data", server)
        return invite().partition("#")[0] + "#" + str(facts["join"]).partition("#")[2]

    return link


DANA = ("Dana Reyes", "dana@example.org", "")


def test_the_campaign_just_joined_is_the_first_that_is_offered(
    shell: Shell,
    types: Types,
    invite: Callable[[], str],
    schools: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    types(schools(), *DANA, passwords=(PASSWORD, PASSWORD))
    shell.facts("join")
    opened: list[str] = []
    monkeypatch.setattr(account, "at_terminal", lambda: True)
    monkeypatch.setattr(call_screen, "call", lambda laptop, account, known=None: opened.append(account.campaign_id))
    types(invite(), *DANA, "1", passwords=(PASSWORD, PASSWORD))
    assert shell.run("join") == 0, shell.err
    asked = shell.err[shell.err.index("Which campaign") :]
    assert asked.startswith("Which campaign do you call for?\n  1  Weekend turnout, Your organisation\n     ")
    assert "\n  2  Fund our schools, Your organisation\n     " in asked
    assert "left to call, nobody calls now." in asked
    types("2", passwords=(PASSWORD,))
    assert shell.run("login") == 0, shell.err
    types("1", passwords=(PASSWORD,))
    assert shell.run("login") == 0, shell.err
    assert opened == ["weekend-turnout", "fund-our-schools", "fund-our-schools"]


def test_a_script_that_joins_is_told_of_the_campaign_just_joined(
    shell: Shell, types: Types, invite: Callable[[], str], schools: Callable[[], str]
) -> None:
    for link, campaign in (
        (invite(), "Weekend turnout"),
        (schools(), "Fund our schools"),
        (invite(), "Weekend turnout"),
    ):
        types(link, *DANA, passwords=(PASSWORD, PASSWORD))
        assert shell.run("join") == 0, shell.err
        assert shell.out.endswith(f"`phonetui` opens {campaign}.\n")


def test_where_the_campaigns_cannot_be_asked_about_they_are_offered_by_name_alone(
    shell: Shell,
    types: Types,
    invite: Callable[[], str],
    schools: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def gone(server: PhonetuiServer) -> tuple[Membership, ...]:
        raise Offline("Nothing answers.")

    for link in (invite(), schools()):
        types(link, *DANA, passwords=(PASSWORD, PASSWORD))
        shell.facts("join")
    monkeypatch.setattr(PhonetuiServer, "campaigns", gone)
    monkeypatch.setattr(account, "at_terminal", lambda: True)
    monkeypatch.setattr(call_screen, "call", lambda laptop, account, known=None: None)
    types("1", passwords=(PASSWORD,))
    assert shell.run("login") == 0, shell.err
    assert (
        "Which campaign do you call for?\n"
        "  1  Fund our schools, Your organisation\n"
        "  2  Weekend turnout, Your organisation\n"
        "1 to 2: "
    ) in shell.err
