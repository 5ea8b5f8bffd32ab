"""The campaigns that a caller may choose from: hours, languages, how many are left to call, how many call now.

Each is a few looks into indexes that stop after `MOST_COUNTED` rows, and what was counted is good for a while, so that
the list costs the same however many voters a campaign has, and however many callers ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from litestar import get
from litestar.di import NamedDependency
from msgspec import Struct
from sqlalchemy import Connection, Integer, bindparam, func, literal_column, select

from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import first_day_to_come
from phonetui.server.accounts import Caller
from phonetui.server.asked import WITH_TOKEN, problems
from phonetui.server.choosing import HEARD_OF
from phonetui.server.engine import Database
from phonetui.server.phone_banks import open_phone_banks
from phonetui.server.practice import practice
from phonetui.server.stored_campaign import StoredCampaign, find_campaign, is_over
from phonetui.server.tables import campaigns, households
from phonetui.wire import LENT_FOR, MOST_COUNTED, Membership, Memberships

#: So long are counts told again before they are made anew.
COUNTS_GOOD_FOR = timedelta(seconds=30)

_LEFT = select(func.count()).select_from(
    select(literal_column("1"))
    .where(households.c.campaign_id == bindparam("campaign"), households.c.state.in_(("ready", "lent", "resting")))
    .limit(bindparam("most", type_=Integer))
    .subquery()
)
_NOW = select(func.count(households.c.lent_to.distinct())).where(
    households.c.campaign_id == bindparam("campaign"),
    households.c.state == literal_column("'lent'"),
    households.c.lent_until > bindparam("since"),
)


class _Counts(Struct, frozen=True):
    left_to_call: int
    callers_now: int
    at: datetime


class OpenCampaigns:
    """Lists campaigns for callers, over one database."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._counted: dict[str, _Counts] = {}

    async def of(self, caller: Caller) -> Memberships:
        """Those open to the caller that are not over: those that are called for, then those to come."""
        now = self._clock()
        async with self._database.read() as connection:
            found = await connection.run_sync(lambda it: list(self._listed(it, caller, now)))
        return Memberships(tuple(sorted(found, key=lambda each: _place(each, now))))

    def _listed(self, connection: Connection, caller: Caller, now: datetime) -> Iterable[Membership]:
        for campaign_id in connection.scalars(select(campaigns.c.campaign_id).order_by(campaigns.c.campaign_id)).all():
            stored = find_campaign(connection, campaign_id) if caller.role(campaign_id) else None
            if stored is not None and stored.state != "closed" and not is_over(stored.campaign, now):
                yield self._membership(connection, caller, stored, now)

    def _membership(self, connection: Connection, caller: Caller, stored: StoredCampaign, now: datetime) -> Membership:
        campaign = stored.campaign
        counts = self._counts(connection, campaign, now)
        return Membership(
            campaign_id=campaign.campaign_id,
            name=campaign.name,
            organisation=campaign.organisation,
            role=caller.role(campaign.campaign_id) or "caller",
            state=stored.state,
            languages=campaign.languages,
            zone=campaign.zone,
            starts=campaign.starts,
            ends=campaign.ends,
            hours=campaign.calling.hours,
            holidays=campaign.calling.holidays,
            left_to_call=_about(counts.left_to_call),
            callers_now=counts.callers_now,
            practice=practice(connection, campaign, caller),
            phone_banks=open_phone_banks(connection, campaign, caller, now),
        )

    def _counts(self, connection: Connection, campaign: Campaign, now: datetime) -> _Counts:
        before = self._counted.get(campaign.campaign_id)
        if before is not None and before.at <= now < before.at + COUNTS_GOOD_FOR:
            return before
        of = {"campaign": campaign.campaign_id}
        left: int = connection.execute(_LEFT, {**of, "most": MOST_COUNTED}).scalar_one()
        callers: int = connection.execute(_NOW, {**of, "since": now + LENT_FOR - HEARD_OF}).scalar_one()
        self._counted[campaign.campaign_id] = counts = _Counts(left, callers, now)
        return counts


def _place(campaign: Membership, now: datetime) -> tuple[date, bool, str]:
    """Those that are paused come after those that are called for, and those to come by their first day."""
    to_come = first_day_to_come(campaign.starts, campaign.zone, now)
    return to_come or date.min, campaign.state == "paused", campaign.campaign_id


def _about(count: int) -> int:
    """The count to two digits, so that it says how much is to be done and not what the last minute brought."""
    step: int = 10 ** max(0, len(str(count)) - 2)
    return count // step * step


@get("/v1/campaigns", security=WITH_TOKEN, responses=problems("signed-out"))
async def list_campaigns(
    caller: NamedDependency[Caller], open_campaigns: NamedDependency[OpenCampaigns]
) -> Memberships:
    """Lists the campaigns open to the caller, and those to come."""
    return await open_campaigns.of(caller)


ROUTES = [list_campaigns]
