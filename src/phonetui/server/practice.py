"""Whether a caller must practise once before voters are lent: a campaign's `practice_first`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from litestar import put
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Connection, bindparam, select, update

from phonetui.core.campaign import Campaign
from phonetui.server.accounts import Caller
from phonetui.server.asked import WITH_TOKEN, problems
from phonetui.server.engine import Database
from phonetui.server.stored_campaign import campaign_open_to
from phonetui.server.tables import members

_PRACTISED = select(members.c.practised_at).where(
    members.c.campaign_id == bindparam("campaign"), members.c.caller_id == bindparam("caller")
)


def practice(connection: Connection, campaign: Campaign, caller: Caller) -> Literal["", "wanted", "done"]:
    """Whether the campaign wants this caller to practise first; those who run it need not."""
    if not campaign.practice_first or caller.role(campaign.campaign_id) != "caller":
        return ""
    asked = {"campaign": campaign.campaign_id, "caller": caller.caller_id}
    return "done" if connection.execute(_PRACTISED, asked).scalar() else "wanted"


async def note_practice(database: Database, caller: Caller, campaign_id: str, now: datetime) -> None:
    """The caller has practised; raises `no-such-campaign`."""
    mine = (members.c.campaign_id == campaign_id) & (members.c.caller_id == caller.caller_id)
    async with database.write() as connection:
        await connection.run_sync(campaign_open_to, caller, campaign_id)
        first = update(members).where(mine, members.c.practised_at.is_(None))
        await connection.execute(first.values(practised_at=now))


@put(
    "/v1/campaigns/{campaign_id:str}/practice",
    status_code=204,
    security=WITH_TOKEN,
    responses=problems("signed-out", "no-such-campaign"),
)
async def has_practised(
    campaign_id: FromPath[str],
    caller: NamedDependency[Caller],
    database: NamedDependency[Database],
    clock: NamedDependency[Callable[[], datetime]],
) -> None:
    """Notes that the caller has practised, so that voters are lent."""
    await note_practice(database, caller, campaign_id, clock())


ROUTES = [has_practised]
