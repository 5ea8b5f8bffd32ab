"""The server opens a line for each connection to Slack, closes it with the connection, and says what is wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from phonetui.server import connections, slack_line
from phonetui.server.connection_tables import connections as connections_table
from phonetui.server.connection_work import Office
from phonetui.server.engine import Database, sync_engine
from phonetui.server.slack_lines import SlackLines
from tests.server.conftest import Clock
from tests.server.connectors.slack_stand_in import APP, BOT, HELP, NOTICES, SlackStandIn
from tests.server.connectors.test_slack import slack  # noqa: F401 - a fixture
from tests.server.phone_bank import KEYS, PhoneBank


async def a_campaign(database: Database, clock: Clock) -> None:
    bank = PhoneBank(database, clock)
    await bank.add()
    await bank.household(1)


def office(clock: Clock, tmp_path: Path, **secrets: str) -> Office:
    environment = {f"PHONETUI_CONNECT_OFFICE_{name.upper()}": secret for name, secret in secrets.items()}
    return Office(
        data=tmp_path, environment=environment, erasing_key=KEYS.erasing, clock=clock, wait=lambda _seconds: None
    )


def connect(database: Database, clock: Clock, slack: SlackStandIn) -> None:  # noqa: F811 - what the fixture gave
    source = f"system: slack\ncampaign: turnout\nchannel: {HELP}\nnotices: {NOTICES}\nurl: {slack.url}\n"
    with sync_engine(database.url).begin() as connection:
        connections.add(connection, "office", source, "office.yaml", clock())


def test_a_line_is_there_as_long_as_its_connection(
    database: Database,
    clock: Clock,
    tmp_path: Path,
    slack: SlackStandIn,  # noqa: F811
) -> None:
    asyncio.run(a_campaign(database, clock))
    lines = SlackLines(sync_engine(database.url), office(clock, tmp_path, bot=BOT, app=APP))
    lines.follow()
    assert not slack.is_connected
    connect(database, clock, slack)
    lines.follow()
    asyncio.run(slack.until(lambda: slack.is_connected))
    lines.follow()
    with sync_engine(database.url).begin() as connection:
        connections.remove(connection, "office", clock())
    lines.follow()
    assert slack.asked.count("apps.connections.open") == 1


def test_a_token_that_was_renewed_is_taken_up(
    database: Database,
    clock: Clock,
    tmp_path: Path,
    slack: SlackStandIn,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(slack_line, "FIRST_REST", 0.01)
    asyncio.run(a_campaign(database, clock))
    connect(database, clock, slack)
    environment = {"PHONETUI_CONNECT_OFFICE_BOT": BOT, "PHONETUI_CONNECT_OFFICE_APP": APP}
    here = msgspec.structs.replace(office(clock, tmp_path), environment=environment)
    lines = SlackLines(sync_engine(database.url), here)
    slack.bot = "xoxb-renewed"
    lines.follow()
    asyncio.run(slack.until(lambda: slack.asked.count("apps.connections.open") > 1))  # it was refused, and tries again
    lines.follow()
    environment["PHONETUI_CONNECT_OFFICE_BOT"] = "xoxb-renewed"
    lines.follow()
    told = slack.somebody_writes(NOTICES, "Doors close at eight.")
    asyncio.run(slack.until(lambda: told in slack.ticks))
    with sync_engine(database.url).begin() as connection:
        connections.remove(connection, "office", clock())
    lines.follow()


def test_a_missing_secret_is_said_in_the_connections_status(
    database: Database,
    clock: Clock,
    tmp_path: Path,
    slack: SlackStandIn,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    asyncio.run(a_campaign(database, clock))
    connect(database, clock, slack)
    SlackLines(sync_engine(database.url), office(clock, tmp_path, bot=BOT)).follow()
    with sync_engine(database.url).begin() as connection:
        assert connection.scalar(select(connections_table.c.said)) == (
            "Give the app-level token with connections:write, which begins with xapp-: phonetui server connect office "
            "secret app, or set PHONETUI_CONNECT_OFFICE_APP in the environment."
        )
