"""Invitations: a secret that a link carries, good for some uses until it expires, and the role that it grants.

Whoever a role was taken from does not get it back by an invitation from before.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from phonetui.server.engine import insert
from phonetui.server.problems import RequestRefused
from phonetui.server.supervising_tables import taken_roles
from phonetui.server.tables import accounts, invitations, members, settings
from phonetui.wire import Role

#: Which role includes which: a greater one is never replaced by a lesser one.
RANK: dict[Role, int] = {"caller": 1, "supervisor": 2, "owner": 3}

TAKEN_SINCE = "The invitation is from before you were taken off; ask the campaign's organiser for a new one."


class Invitation(Struct, frozen=True):
    """What an invitation grants: a role in one campaign, or in all of them where `campaign_id` is None."""

    secret_hash: str
    campaign_id: str | None
    role: Role
    issued_at: datetime | None


def issue(
    connection: Connection,
    campaign_id: str | None,
    role: Role,
    uses: int,
    expires_at: datetime,
    now: datetime,
    by: str = "",
) -> str:
    """Stores an invitation and returns its secret, which is kept nowhere; `by` is whoever asks, if not the console."""
    secret = secrets.token_urlsafe(32)
    row = {"secret_hash": _hashed(secret), "campaign_id": campaign_id, "role": role, "uses_left": uses}
    connection.execute(invitations.insert().values(**row, expires_at=expires_at, issued_at=now, issued_by=by))
    return secret


def join_link(connection: Connection, secret: str) -> str:
    """The link that carries an invitation's secret to the server's public address."""
    url = connection.scalar(select(settings.c.value).where(settings.c.name == "url"))
    return f"{url}/join/#{secret}"


async def find(connection: AsyncConnection, secret: str) -> Invitation:
    """The invitation, spent or not; raises the problem `invitation-ended` for an unknown secret."""
    of = invitations.c
    wanted = select(of.secret_hash, of.campaign_id, of.role, of.issued_at).where(of.secret_hash == _hashed(secret))
    row = (await connection.execute(wanted)).first()
    if row is None:
        raise RequestRefused("invitation-ended")
    return Invitation(*row)


async def spend(connection: AsyncConnection, invitation: Invitation, now: datetime) -> None:
    """Takes one use; raises `invitation-ended` when none is left or its time is over."""
    one_less = update(invitations).where(_good(invitation, now)).values(uses_left=invitations.c.uses_left - 1)
    if (await connection.execute(one_less)).rowcount != 1:
        raise RequestRefused("invitation-ended")


async def check(connection: AsyncConnection, invitation: Invitation, now: datetime) -> None:
    """Raises `invitation-ended` where `spend` would."""
    wanted = select(invitations.c.secret_hash).where(_good(invitation, now))
    if (await connection.execute(wanted)).first() is None:
        raise RequestRefused("invitation-ended")


async def granted(connection: AsyncConnection, invitation: Invitation, caller_id: str) -> bool:
    """Whether the caller has all that the invitation grants already."""
    if await _is_owner(connection, caller_id):
        return True
    if invitation.campaign_id is None:
        return False
    wanted = select(members.c.role).where(
        members.c.campaign_id == invitation.campaign_id, members.c.caller_id == caller_id
    )
    role: Role | None = (await connection.execute(wanted)).scalar()
    return role is not None and RANK[role] >= RANK[invitation.role]


async def grant(connection: AsyncConnection, invitation: Invitation, caller_id: str) -> None:
    """Makes the caller what the invitation says; raises `invitation-ended` where that was taken from them since."""
    taken = select(taken_roles.c.at).where(
        taken_roles.c.campaign_id == (invitation.campaign_id or ""), taken_roles.c.caller_id == caller_id
    )
    taken_at: datetime | None = (await connection.execute(taken)).scalar()
    if taken_at is not None and (invitation.issued_at is None or invitation.issued_at <= taken_at):
        raise RequestRefused("invitation-ended", TAKEN_SINCE)
    if invitation.campaign_id is None:
        await connection.execute(update(accounts).where(accounts.c.caller_id == caller_id).values(owner=True))
        return
    membership = insert(connection, members).values(
        campaign_id=invitation.campaign_id, caller_id=caller_id, role=invitation.role
    )
    await connection.execute(
        membership.on_conflict_do_update(
            index_elements=["campaign_id", "caller_id"], set_={"role": membership.excluded.role}
        )
    )


def _good(invitation: Invitation, now: datetime) -> ColumnElement[bool]:
    return and_(
        invitations.c.secret_hash == invitation.secret_hash,
        invitations.c.uses_left > 0,
        invitations.c.expires_at > now,
    )


async def _is_owner(connection: AsyncConnection, caller_id: str) -> bool:
    return bool((await connection.execute(select(accounts.c.owner).where(accounts.c.caller_id == caller_id))).scalar())


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.strip().encode()).hexdigest()
