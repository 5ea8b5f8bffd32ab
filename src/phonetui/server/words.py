"""What callers and supervisors wrote that is about no voter in particular: it may name one all the same."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from phonetui.core.campaign import Campaign
from phonetui.server.scrubbing import without_content
from phonetui.server.tables import events, news, questions

_WRITTEN = select(events.c.event_id, events.c.body).where(
    events.c.campaign_id == bindparam("campaign"),
    events.c.voter_id.is_(None),
    events.c.kind.in_(("report", "remark", "question")),
)
_EMPTY = update(events).where(events.c.campaign_id == bindparam("campaign"), events.c.event_id == bindparam("row"))


def forget_words(connection: Connection, campaign: Campaign, now: datetime) -> int:
    """Empties questions, remarks and reports, and deletes notices and answers; how many of both held words."""
    campaign_id = campaign.campaign_id
    written = [
        {"campaign": campaign_id, "row": row.event_id, "empty": empty}
        for row in connection.execute(_WRITTEN, {"campaign": campaign_id})
        if (empty := without_content(campaign, row.body)) != row.body
    ]
    if written:
        connection.execute(_EMPTY.values(body=bindparam("empty")), written)
    still_open = (questions.c.campaign_id == campaign_id) & questions.c.answered_at.is_(None)
    connection.execute(update(questions).where(still_open).values(answered_at=now))
    notices = (news.c.campaign_id == campaign_id) & (news.c.kind == "notice")
    return len(written) + connection.execute(delete(news).where(notices)).rowcount
