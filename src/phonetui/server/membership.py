"""Who calls for a campaign: promoting, signing out, removing. What a laptop has not sent is taken all the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Struct
from sqlalchemy import Connection, and_, case, func, or_, select, update
from sqlalchemy import delete as delete_from

from phonetui.core.refusal import Refused
from phonetui.server import audit
from phonetui.server.accounts import Caller
from phonetui.server.asked import WITH_TOKEN, problems
from phonetui.server.engine import insert
from phonetui.server.invitations import RANK
from phonetui.server.list_rules import checked_words
from phonetui.server.news import wake
from phonetui.server.problems import RequestRefused
from phonetui.server.supervising import OF_CAMPAIGN, TO_SUPERVISORS, WITH_BODY, Deed, Office
from phonetui.server.supervising_tables import presences, taken_roles
from phonetui.server.tables import accounts, devices, households, members
from phonetui.wire import Role
from phonetui.wire_supervisors import MemberNow, MemberRule, Members

_OF_MEMBER = members.c.caller_id == accounts.c.caller_id


class _Member(Struct, frozen=True):
    """Somebody as they are now."""

    caller_id: str
    name: str
    owner: bool
    role: Role | None


def who_calls(connection: Connection, campaign_id: str) -> Members:
    """Everybody who may call for the campaign, its owners included, by name."""
    is_left = presences.c.leaves & (presences.c.unsent == 0)
    heard = (
        select(
            presences.c.caller_id,
            func.sum(presences.c.unsent).label("unsent"),
            func.max(presences.c.heard_at, type_=presences.c.heard_at.type).label("heard_at"),
            func.min(case((~is_left, presences.c.heard_at)), type_=presences.c.heard_at.type).label("unheard_since"),
            func.sum(case((presences.c.leaves, 0), else_=1)).label("may_hold_more"),
        )
        .where(presences.c.campaign_id == campaign_id)
        .group_by(presences.c.caller_id)
        .subquery()
    )
    open_log_ins = (
        select(func.count())
        .where(devices.c.caller_id == accounts.c.caller_id, devices.c.ended_at.is_(None))
        .scalar_subquery()
    )
    rows = connection.execute(
        select(accounts.c.caller_id, accounts.c.name, accounts.c.email, accounts.c.owner)
        .add_columns(members.c.role, members.c.languages, members.c.tags)
        .add_columns(open_log_ins.label("devices"), heard.c.unsent, heard.c.heard_at, heard.c.may_hold_more)
        .add_columns(heard.c.unheard_since)
        .join_from(accounts, members, and_(_OF_MEMBER, members.c.campaign_id == campaign_id), isouter=True)
        .join(heard, heard.c.caller_id == accounts.c.caller_id, isouter=True)
        .where(or_(accounts.c.owner, members.c.role.is_not(None)))
    )
    found = (
        MemberNow(
            caller_id=row.caller_id,
            name=row.name,
            email=row.email,
            role="owner" if row.owner else row.role,
            languages=tuple((row.languages or "").split()),
            tags=tuple((row.tags or "").split()),
            devices=row.devices,
            unsent=row.unsent or 0,
            heard_at=row.heard_at,
            unheard_since=row.unheard_since,
            left=row.may_hold_more == 0 and not row.unsent,
        )
        for row in rows
    )
    return Members(tuple(sorted(found, key=lambda member: (member.name.casefold(), member.caller_id))))


def change(at: Deed, caller_id: str, wanted: MemberRule) -> None:
    """Gives a member another role, other languages or tags; what is not named stays as somebody else has made it.

    Owners alone make owners, and change what owners may do; the last owner stays one.
    """
    member = _found(at, caller_id)
    if (wanted.role == "owner" or member.owner) and not at.caller.owner:
        raise RequestRefused("not-yours", "Only owners make owners, or change what an owner may do.")
    if wanted.role is not None:
        _give_role(at, member, wanted.role)
    words = {"languages": ("language", wanted.languages), "tags": ("tag", wanted.tags)}
    for column, (what, these) in words.items():
        if these is not None:
            kept = checked_words(these, what)
            _keep(at, member, {column: kept})
            at.record("member", f"{caller_id} {column} {len(kept.split())}")


def _give_role(at: Deed, member: _Member, role: Role) -> None:
    """What is taken from the member stays so: no invitation from before gives it back."""
    before: Role | None = "owner" if member.owner else member.role
    if before is not None and RANK[role] < RANK[before]:
        _take_role(at, member)
    if member.owner != (role == "owner"):
        _make_owner(at, member, owner=not member.owner)
    _keep(at, member, {"role": "supervisor" if role == "owner" else role})
    at.record("member", f"{member.caller_id} {role}", everywhere=role == "owner" or member.owner)


def _keep(at: Deed, member: _Member, values: Mapping[str, str]) -> None:
    """Writes it into the member's row, which an owner may not have yet; nobody comes back who was just removed."""
    of = {"campaign_id": at.campaign_id, "caller_id": member.caller_id}
    this = (members.c.campaign_id == at.campaign_id) & (members.c.caller_id == member.caller_id)
    if at.connection.execute(update(members).where(this).values(dict(values))).rowcount:
        return
    if not member.owner:
        raise Refused(_nobody(at))
    at.connection.execute(members.insert().values({**of, "role": "supervisor", **values}))


def _take_role(at: Deed, member: _Member) -> None:
    """No invitation from before now makes this member what they are no more."""
    for campaign_id in (at.campaign_id, *([audit.WHOLE_SERVER] if member.owner else [])):
        row = insert(at.connection, taken_roles).values(campaign_id=campaign_id, caller_id=member.caller_id, at=at.now)
        of = ["campaign_id", "caller_id"]
        at.connection.execute(row.on_conflict_do_update(index_elements=of, set_={"at": at.now}))


def sign_out(at: Deed, caller_id: str) -> None:
    """Ends the member's log-ins, which are for every campaign of the server; all of them have it in their logs.

    What their laptops have not sent comes once they log in again, and until then the voters whom they hold stay theirs
    as long as they were lent: without a line they may be calling them.
    """
    _may_touch(at, _found(at, caller_id))
    still_open = (devices.c.caller_id == caller_id) & devices.c.ended_at.is_(None)
    at.connection.execute(update(devices).where(still_open).values(ended_at=at.now))
    at.record("signed-out", caller_id, everywhere=True)


def remove(at: Deed, caller_id: str) -> None:
    """The member calls no more for this campaign. Their log-ins stay, so that their laptops can send what they have."""
    member = _found(at, caller_id)
    _may_touch(at, member)
    if member.owner:
        raise Refused(f"{member.name} is an owner of the server; make them a caller first.")
    this = (members.c.campaign_id == at.campaign_id) & (members.c.caller_id == caller_id)
    at.connection.execute(delete_from(members).where(this))
    _take_role(at, member)
    _end_leases(at.connection, at.campaign_id, caller_id, at.now)
    at.record("removed", caller_id)
    wake(at.connection, at.campaign_id)


def _end_leases(connection: Connection, campaign_id: str, caller_id: str, now: datetime) -> None:
    """Their households go to others with the next lease that is asked for."""
    lent = and_(
        households.c.campaign_id == campaign_id,
        households.c.lent_to == caller_id,
        households.c.lent_to != "",
        households.c.lent_until > now,
    )
    connection.execute(update(households).where(lent).values(lent_until=now))


def _found(at: Deed, caller_id: str) -> _Member:
    """Raises `Refused` for somebody who does not call for the campaign."""
    chosen = (
        select(accounts.c.caller_id, accounts.c.name, accounts.c.owner, members.c.role)
        .join_from(accounts, members, and_(_OF_MEMBER, members.c.campaign_id == at.campaign_id), isouter=True)
        .where(accounts.c.caller_id == caller_id, or_(accounts.c.owner, members.c.role.is_not(None)))
    )
    row = at.connection.execute(chosen).first() if "\0" not in caller_id else None
    if row is None:
        raise Refused(_nobody(at))
    return _Member(*row)


def _nobody(at: Deed) -> str:
    return f"Nobody of that id calls for {at.campaign_id}; look at the members again."


def _may_touch(at: Deed, member: _Member) -> None:
    if member.owner and not at.caller.owner:
        raise RequestRefused("not-yours", "Only owners sign out or remove an owner.")


def _make_owner(at: Deed, member: _Member, *, owner: bool) -> None:
    """All owners are locked, so that no two take the last one's ownership from each other."""
    owners = at.connection.scalars(select(accounts.c.caller_id).where(accounts.c.owner).with_for_update()).all()
    if not owner and list(owners) == [member.caller_id]:
        raise Refused(f"{member.name} is the server's last owner; make somebody else an owner first.")
    this = accounts.c.caller_id == member.caller_id
    at.connection.execute(update(accounts).where(this).values(owner=owner))


# -- routes ------------------------------------------------------------------------------------------------------------

_MEMBER = f"{OF_CAMPAIGN}/members/{{caller_id:str}}"


@get(f"{OF_CAMPAIGN}/members", security=WITH_TOKEN, responses=problems(*TO_SUPERVISORS))
async def list_members(
    campaign_id: FromPath[str], caller: NamedDependency[Caller], office: NamedDependency[Office]
) -> Members:
    """Lists everybody who may call for the campaign."""
    return await office.read(caller, campaign_id, lambda at: who_calls(at.connection, at.campaign_id))


@put(_MEMBER, status_code=204, security=WITH_TOKEN, responses=problems(*WITH_BODY))
async def put_member(
    campaign_id: FromPath[str],
    caller_id: FromPath[str],
    data: JSONBody[MemberRule],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
) -> None:
    """Says what a member may do, and which lists they may call."""
    await office.do(caller, campaign_id, partial(change, caller_id=caller_id, wanted=data))


@post(f"{_MEMBER}/sign-out", status_code=204, security=WITH_TOKEN, responses=problems(*TO_SUPERVISORS, "refused"))
async def sign_member_out(
    campaign_id: FromPath[str],
    caller_id: FromPath[str],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
) -> None:
    """Ends a member's log-ins."""
    await office.do(caller, campaign_id, partial(sign_out, caller_id=caller_id))


@delete(_MEMBER, status_code=204, security=WITH_TOKEN, responses=problems(*TO_SUPERVISORS, "refused"))
async def remove_member(
    campaign_id: FromPath[str],
    caller_id: FromPath[str],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
) -> None:
    """Removes a member; what their laptops have not sent is still taken."""
    await office.do(caller, campaign_id, partial(remove, caller_id=caller_id))


ROUTES = [list_members, put_member, sign_member_out, remove_member]
