"""Corrections of records, and words on the script, as callers wrote them down: the newest first."""

from __future__ import annotations

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Connection, bindparam, select, text

from phonetui.core.event import Remark, Report, decode
from phonetui.core.text import clean
from phonetui.core.voter import decode_voter
from phonetui.server.accounts import Caller
from phonetui.server.asked import WITH_TOKEN, problems
from phonetui.server.supervising import OF_CAMPAIGN, TO_SUPERVISORS, Office
from phonetui.server.tables import accounts, events, voters
from phonetui.wire_supervisors import TalkedOfLater, Told

#: So many are told; `phonetui server results reports` has all.
MOST_TOLD = 200
LONGEST = 2_000

_TOLD = (
    select(events.c.stored_at, events.c.body, events.c.voter_id, accounts.c.name, voters.c.body.label("voter"))
    .join_from(events, accounts, accounts.c.caller_id == events.c.caller_id, isouter=True)
    .join(
        voters, (voters.c.campaign_id == events.c.campaign_id) & (voters.c.voter_id == events.c.voter_id), isouter=True
    )
    .where(events.c.campaign_id == bindparam("campaign"), text("kind IN ('report', 'remark')"))  # the index's own words
    .order_by(events.c.stored_at.desc(), events.c.event_id.desc())
    .limit(MOST_TOLD)
)


def told(connection: Connection, campaign_id: str) -> Told:
    """What was written down, a mistake in a record or a word on a step of the script."""
    found = []
    for row in connection.execute(_TOLD, {"campaign": campaign_id}):
        event = decode(row.body)
        if not isinstance(event, Report | Remark) or not event.text:  # its voter was erased
            continue
        found.append(
            TalkedOfLater(
                at=min(event.at, row.stored_at),
                caller=row.name or "",
                kind="report" if isinstance(event, Report) else "remark",
                about=event.about if isinstance(event, Report) else event.step_id,
                text=clean(event.text, LONGEST),
                voter_id=str(row.voter_id or ""),
                voter=decode_voter(row.voter).full_name if row.voter else "",
            )
        )
    return Told(tuple(found))


@get(f"{OF_CAMPAIGN}/told", security=WITH_TOKEN, responses=problems(*TO_SUPERVISORS))
async def get_told(
    campaign_id: FromPath[str], caller: NamedDependency[Caller], office: NamedDependency[Office]
) -> Told:
    """Tells what callers wrote down for the campaign."""
    return await office.read(caller, campaign_id, lambda at: told(at.connection, at.campaign_id))


ROUTES = [get_told]
