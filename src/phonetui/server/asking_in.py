"""Asking people in: a link by which they join the campaign."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from phonetui.core.refusal import Refused
from phonetui.server.accounts import Caller
from phonetui.server.asked import WITH_TOKEN, problems
from phonetui.server.invitations import issue, join_link
from phonetui.server.problems import RequestRefused
from phonetui.server.supervising import OF_CAMPAIGN, WITH_BODY, Deed, Office
from phonetui.wire_supervisors import InvitationLink, WantedInvitation

MOST_USES = 1_000
MOST_HOURS = 90 * 24


def ask_in(at: Deed, wanted: WantedInvitation) -> InvitationLink:
    """A new invitation; raises `not-yours` where a supervisor would make owners."""
    if wanted.role == "owner" and not at.caller.owner:
        raise RequestRefused("not-yours", "Only owners ask in owners.")
    if not 1 <= wanted.uses <= MOST_USES:
        raise Refused(f"An invitation is good for 1 to {MOST_USES:,} people.")
    if not 1 <= wanted.hours <= MOST_HOURS:
        raise Refused(f"An invitation is good for 1 to {MOST_HOURS:,} hours.")
    expires_at = at.now + timedelta(hours=wanted.hours)
    campaign_id = None if wanted.role == "owner" else at.campaign_id
    secret = issue(at.connection, campaign_id, wanted.role, wanted.uses, expires_at)
    at.record("invited", f"{wanted.role} {wanted.uses}", everywhere=wanted.role == "owner")
    return InvitationLink(join_link(at.connection, secret), expires_at)


@post(f"{OF_CAMPAIGN}/invitations", status_code=200, security=WITH_TOKEN, responses=problems(*WITH_BODY))
async def invite(
    campaign_id: FromPath[str],
    data: JSONBody[WantedInvitation],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
) -> InvitationLink:
    """Makes a link by which others join."""
    return await office.do(caller, campaign_id, partial(ask_in, wanted=data))


ROUTES = [invite]
