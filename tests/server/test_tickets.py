from __future__ import annotations

from datetime import UTC, datetime

import pytest

from phonetui.server.tickets import Ticket, read_ticket, write_ticket

KEY = b"t" * 32
LENT = Ticket(household_id=12, lent_at=datetime(2026, 10, 6, 16, 0, tzinfo=UTC), round=1)
TICKET = write_ticket(KEY, "turnout", "dana", "7", LENT)


def test_a_ticket_says_what_was_lent() -> None:
    assert read_ticket(KEY, "turnout", "dana", "7", TICKET) == LENT


def test_a_ticket_is_short() -> None:
    assert len(TICKET) < 40


@pytest.mark.parametrize(
    ("key", "campaign_id", "caller_id", "voter_id"),
    [
        (b"u" * 32, "turnout", "dana", "7"),
        (KEY, "schools", "dana", "7"),
        (KEY, "turnout", "eli", "7"),
        (KEY, "turnout", "dana", "8"),
        (KEY, "turnout", "dana7", ""),
    ],
)
def test_a_ticket_is_good_for_nothing_else(key: bytes, campaign_id: str, caller_id: str, voter_id: str) -> None:
    assert read_ticket(key, campaign_id, caller_id, voter_id, TICKET) is None


@pytest.mark.parametrize(
    "forged",
    ["", ".", "x", TICKET[:-1], TICKET + "A", TICKET.replace("-c-", "-d-"), TICKET.split(".")[0] + ".", "é.é", "\x00"],
)
def test_a_ticket_cannot_be_made_up(forged: str) -> None:
    assert read_ticket(KEY, "turnout", "dana", "7", forged) is None
