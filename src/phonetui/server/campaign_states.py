"""Opening, pausing and closing a campaign."""

from __future__ import annotations

from datetime import datetime

from litestar import put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy import Connection, update

from phonetui.core.refusal import Refused
from phonetui.server import audit
from phonetui.server.accounts import Caller
from phonetui.server.asked import WITH_TOKEN, problems
from phonetui.server.locked_campaign import lock_campaign
from phonetui.server.news import wake
from phonetui.server.stored_campaign import is_over, known_campaign
from phonetui.server.supervising import OF_CAMPAIGN, WITH_BODY, Deed, Office
from phonetui.server.tables import campaigns
from phonetui.wire import CampaignState
from phonetui.wire_supervisors import WantedState

#: What the audit log calls each.
DONE: dict[CampaignState, str] = {"open": "opened", "paused": "paused", "closed": "closed"}


def set_state(connection: Connection, campaign_id: str, state: CampaignState, caller_id: str, now: datetime) -> bool:
    """Brings a campaign to a state, of which its laptops hear at once; False where it is in that state already.

    Nobody is lent voters by a campaign that is not open, while what callers recorded is still taken. Raises `Refused`
    for a campaign whose last day is past, which stays closed.
    """
    campaign = lock_campaign(connection, campaign_id)
    if state != "closed" and is_over(campaign, now):
        raise Refused(
            f"The last day of {campaign.name} was {campaign.ends:%B} {campaign.ends.day}; "
            "change `ends` in its file to call on."
        )
    if known_campaign(connection, campaign_id).state == state:
        return False
    connection.execute(update(campaigns).where(campaigns.c.campaign_id == campaign_id).values(state=state))
    audit.record(connection, campaign_id, caller_id, DONE[state], "", now)
    wake(connection, campaign_id)
    return True


@put(f"{OF_CAMPAIGN}/state", status_code=204, security=WITH_TOKEN, responses=problems(*WITH_BODY))
async def put_state(
    campaign_id: FromPath[str],
    data: JSONBody[WantedState],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
) -> None:
    """Opens, pauses or closes the campaign."""

    def deed(at: Deed) -> bool:
        return set_state(at.connection, at.campaign_id, data.state, caller.caller_id, at.now)

    await office.do(caller, campaign_id, deed)


ROUTES = [put_state]
