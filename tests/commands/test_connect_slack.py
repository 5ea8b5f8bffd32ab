"""A line that the server keeps open is not spoken of as pulls and pushes are."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from phonetui.commands.connect_words import status_text
from phonetui.server.clock import utc_now
from phonetui.server.connection_tables import connections
from phonetui.server.engine import database_url, sync_engine
from phonetui.server.push_status import Status
from tests.shell import Shell


def status(said: str = "") -> str:
    return status_text(
        Status(
            name="office",
            system="slack",
            campaign="turnout",
            every=0,
            pushed=0,
            waiting=0,
            in_doubt=0,
            young=0,
            refused_count=0,
            waiting_since=None,
            refused=(),
            lost={},
            shortened={},
            pulled_at=None,
            pushed_at=None,
            next_run=None,
            said=said,
        )
    )


@pytest.mark.parametrize("run", ["pull", "push"])
def test_there_is_nothing_to_pull_or_push_while_the_line_is_up(
    shell: Shell, server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: str
) -> None:
    file = tmp_path / "office.yaml"
    file.write_text("system: slack\ncampaign: weekend-turnout\nchannel: C0123456789\n")
    assert shell.run("server", "connect", "office", "add", file, "--data", server) == 0
    for secret in ("BOT", "APP"):
        monkeypatch.setenv(f"PHONETUI_CONNECT_OFFICE_{secret}", "xoxb-1")
    with sync_engine(database_url(server, None)).begin() as connection:
        connection.execute(update(connections).values(busy_until=utc_now() + timedelta(seconds=50), said="It is down."))
    assert shell.refusal("server", "connect", "office", run, "--data", server) == (
        "The running server keeps the line to Slack open; there is nothing to pull or push."
    )
    assert shell.run("server", "connect", "office", "status", "--data", server) == 0
    assert shell.out.endswith("The line failed: It is down.\n")


def test_the_server_keeps_the_line_to_slack_open() -> None:
    assert status() == "office: slack, campaign turnout; the running server keeps the line open."


def test_a_line_to_slack_that_failed_says_why() -> None:
    assert status("Slack asks for a pause.").splitlines() == [
        "office: slack, campaign turnout; the running server keeps the line open.",
        "The line failed: Slack asks for a pause.",
    ]
