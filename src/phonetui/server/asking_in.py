"""Asking people in: links by which they join the campaign, those that are still open, and ending one."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy import ColumnElement, or_, select, update

from phonetui.core.refusal import Refused
from phonetui.server.accounts import Caller
from phonetui.server.asked import WITH_TOKEN, problems
from phonetui.server.invitations import issue, join_link
from phonetui.server.problems import RequestRefused
from phonetui.server.supervising import OF_CAMPAIGN, TO_SUPERVISORS, WITH_BODY, Deed, Office
from phonetui.server.tables import accounts, invitations
from phonetui.wire_supervisors import InvitationLink, OpenInvitation, OpenInvitations, WantedInvitation

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
    secret = issue(at.connection, campaign_id, wanted.role, wanted.uses, expires_at, at.now, at.caller.caller_id)
    at.record("invited", f"{wanted.role} {wanted.uses}", everywhere=wanted.role == "owner")
    return InvitationLink(join_link(at.connection, secret), expires_at)


def still_open(at: Deed) -> OpenInvitations:
    """The invitations by which somebody may still join this campaign."""
    of = invitations.c
    chosen = (
        select(of.secret_hash, of.role, of.uses_left, of.expires_at, of.issued_at, of.issued_by, accounts.c.name)
        .join_from(invitations, accounts, accounts.c.caller_id == of.issued_by, isouter=True)
        .where(_open(at))
        .order_by(of.expires_at.desc(), of.secret_hash)
    )
    return OpenInvitations(
        tuple(
            OpenInvitation(
                invitation_id=row.secret_hash,
                role=row.role,
                uses_left=row.uses_left,
                expires_at=row.expires_at,
                issued_at=row.issued_at,
                by=row.name or row.issued_by,
            )
            for row in at.connection.execute(chosen)
        )
    )


def end(at: Deed, invitation_id: str) -> None:
    """Nobody joins by this invitation any more; raises `Refused` where it is not open."""
    this = _open(at) & (invitations.c.secret_hash == invitation_id)
    role = at.connection.scalar(select(invitations.c.role).where(this)) if "\0" not in invitation_id else None
    if role is None:
        raise Refused("This invitation is open no more; look at the invitations again.")
    at.connection.execute(update(invitations).where(this).values(uses_left=0))
    at.record("invitation-ended", role, everywhere=role == "owner")


def _open(at: Deed) -> ColumnElement[bool]:
    """Of the campaign; those for owners are of the whole server, and are shown to owners."""
    of = invitations.c
    these = of.campaign_id == at.campaign_id
    if at.caller.owner:
        these = or_(these, of.campaign_id.is_(None))
    return these & (of.uses_left > 0) & (of.expires_at > at.now)


@post(f"{OF_CAMPAIGN}/invitations", status_code=200, security=WITH_TOKEN, responses=problems(*WITH_BODY))
async def invite(
    campaign_id: FromPath[str],
    data: JSONBody[WantedInvitation],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
) -> InvitationLink:
    """Makes a link by which others join."""
    return await office.do(caller, campaign_id, partial(ask_in, wanted=data))


@get(f"{OF_CAMPAIGN}/invitations", security=WITH_TOKEN, responses=problems(*TO_SUPERVISORS))
async def list_invitations(
    campaign_id: FromPath[str], caller: NamedDependency[Caller], office: NamedDependency[Office]
) -> OpenInvitations:
    """Lists the invitations by which somebody may still join."""
    return await office.read(caller, campaign_id, still_open)


@delete(
    f"{OF_CAMPAIGN}/invitations/{{invitation_id:str}}",
    status_code=204,
    security=WITH_TOKEN,
    responses=problems(*TO_SUPERVISORS, "refused"),
)
async def end_invitation(
    campaign_id: FromPath[str],
    invitation_id: FromPath[str],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
) -> None:
    """Ends an invitation."""
    await office.do(caller, campaign_id, partial(end, invitation_id=invitation_id))


ROUTES = [invite, list_invitations, end_invitation]
