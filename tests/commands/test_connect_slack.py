"""A line that the server keeps open is not spoken of as pulls and pushes are."""

from __future__ import annotations

from phonetui.commands.connect_words import status_text
from phonetui.server.push_status import Status


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


def test_the_server_keeps_the_line_to_slack_open() -> None:
    assert status() == "office: slack, campaign turnout; the running server keeps the line open."


def test_a_line_to_slack_that_failed_says_why() -> None:
    assert status("Slack asks for a pause.").splitlines() == [
        "office: slack, campaign turnout; the running server keeps the line open.",
        "The line failed: Slack asks for a pause.",
    ]
