"""The questions that wait for an answer, the first asked first: a few rows, however many were asked before."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select, text

from phonetui.core.event import decode_question
from phonetui.core.text import clean
from phonetui.core.voter import decode_voter
from phonetui.server.questions import LONGEST
from phonetui.server.tables import accounts, events, questions, voters
from phonetui.wire_supervisors import AskedNow

#: So many are shown; the others come when these are answered.
MOST_SHOWN = 50

_OPEN = (
    select(questions.c.event_id, questions.c.asked_at, events.c.body, accounts.c.name, voters.c.body.label("voter"))
    .join_from(
        questions,
        events,
        (events.c.campaign_id == questions.c.campaign_id) & (events.c.event_id == questions.c.event_id),
    )
    .join(accounts, accounts.c.caller_id == questions.c.caller_id, isouter=True)
    .join(
        voters, (voters.c.campaign_id == events.c.campaign_id) & (voters.c.voter_id == events.c.voter_id), isouter=True
    )
    .where(questions.c.campaign_id == bindparam("campaign"), text("answered_at IS NULL"))  # in the index's own words
    .order_by(questions.c.asked_at, questions.c.event_id)
    .limit(MOST_SHOWN)
)


def asked_now(connection: Connection, campaign_id: str) -> tuple[AskedNow, ...]:
    """The campaign's open questions."""
    return tuple(
        AskedNow(
            question_id=row.event_id,
            caller=row.name or "",
            asked_at=row.asked_at,
            text=clean(decode_question(row.body).text, LONGEST),
            voter=decode_voter(row.voter).full_name if row.voter else "",
        )
        for row in connection.execute(_OPEN, {"campaign": campaign_id})
    )
