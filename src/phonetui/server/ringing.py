"""Who may be rung over the bridge, asked of the database at that moment; and that they were is written down.

Whoever has a caller's token could dial at the campaign's cost. So callers have their own phone rung only at numbers
that a voter could have, few of them, and voters only who are lent to them, in calling hours, a few times.
"""

from __future__ import annotations

import hmac
import re
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Connection, Executable, bindparam, delete, func, select

from phonetui.core.bridge_call import REFUSED, AskedCall, PhoneAsk, PhoneState
from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import may_call
from phonetui.core.refusal import Refused
from phonetui.server.accounts import Caller
from phonetui.server.backups import pause
from phonetui.server.engine import INSERT
from phonetui.server.households import SAME_HOUSEHOLD
from phonetui.server.keys import ServerKeys
from phonetui.server.log import logger
from phonetui.server.moves import unusable
from phonetui.server.numbers import e164
from phonetui.server.problems import RequestRefused
from phonetui.server.stored_campaign import campaign_open_to, is_over
from phonetui.server.tables import bridge_calls, households, voters
from phonetui.server.tickets import Ticket, read_ticket

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
#: What was rung is remembered so long: an asking that comes later than that was made on no laptop that is still used.
REMEMBERED = timedelta(days=7)
#: Different phones of one caller in a day, and how often they are rung in an hour: nobody is to be rung to annoy them.
OWN_NUMBERS, OWN_RINGS = 3, 12
#: How often a household is rung while it is lent once: a call, its redials, and calls that the line itself failed.
MOST_RINGS = 6
_VOTER = re.compile(r"[0-9]{1,9}", re.ASCII)

_MINE = bridge_calls.c.caller_id == bindparam("caller")
_FORGET = delete(bridge_calls).where(_MINE, bridge_calls.c.at < bindparam("before"))
_OWN = select(bridge_calls.c.number_hash, bridge_calls.c.at).where(
    _MINE, bridge_calls.c.household_id.is_(None), bridge_calls.c.at > bindparam("after")
)
_RUNG = (
    select(func.count())
    .select_from(bridge_calls)
    .where(
        _MINE,
        bridge_calls.c.campaign_id == bindparam("campaign"),
        bridge_calls.c.household_id == bindparam("household"),
        bridge_calls.c.at >= bindparam("after"),
    )
)
_LENT = (
    select(households.c.number, households.c.zones, voters.c.ended)
    .join(voters, SAME_HOUSEHOLD)
    .where(
        households.c.campaign_id == bindparam("campaign"),
        households.c.household_id == bindparam("household"),
        voters.c.voter_id == bindparam("voter"),
        households.c.state != "closed",
        households.c.lent_to == bindparam("caller"),
        households.c.lent_device == bindparam("device"),
        households.c.lent_at == bindparam("lent_at"),
        households.c.lent_until > bindparam("now"),
    )
)


def count_at(now: datetime) -> int:
    """What states are counted by: it goes on counting up when the server has started anew."""
    return int(now.timestamp() * 1_000_000)


def refusing(ask: PhoneAsk, code: str, now: datetime) -> PhoneState:
    """The answer to a laptop that has no line here: whatever it asks for is refused."""
    return PhoneState(count_at(now), refused_id=ask.call.call_id if ask.call else ask.leg_id, refused=code)


class NotRung(Refused):
    """Why nobody is rung: a `code`, one of the `REFUSED`."""

    def __init__(self, code: str) -> None:
        super().__init__(REFUSED[code])
        self.code = code


def check_open(connection: Connection, caller: Caller, campaign_id: str, now: datetime) -> Campaign:
    """The campaign, if it makes calls; else, and while a restored server rests, raises `NotRung`."""
    try:
        stored = campaign_open_to(connection, caller, campaign_id)
    except RequestRefused:
        raise NotRung("not-open") from None
    if stored.state != "open" or is_over(stored.campaign, now) or pause(connection, now):
        raise NotRung("not-open")
    return stored.campaign


def ring_own_phone(
    connection: Connection, keys: ServerKeys, caller: Caller, campaign_id: str, leg_id: str, number: str, now: datetime
) -> None:
    """Writes down that the caller's own phone is rung; raises `NotRung` where it may not be."""
    check_open(connection, caller, campaign_id, now)
    _check_number(number)
    connection.execute(_FORGET, {"caller": caller.caller_id, "before": now - REMEMBERED})
    rung = connection.execute(_OWN, {"caller": caller.caller_id, "after": now - DAY}).all()
    if sum(row.at > now - HOUR for row in rung) >= OWN_RINGS:
        raise NotRung("rung-too-often")
    known = {row.number_hash for row in rung}
    hashed = hmac.digest(keys.naming, f"own number {number}".encode(), "sha256").hex()
    if hashed not in known and len(known) >= OWN_NUMBERS:
        raise NotRung("new-numbers")
    _write_down(connection, caller, campaign_id, leg_id, now, number_hash=hashed)
    if hashed not in known:
        logger.info("own number", extra={"fields": {"caller": caller.caller_id, "today": len(known) + 1}})


def ring_voter(
    connection: Connection, keys: ServerKeys, caller: Caller, campaign_id: str, asked: AskedCall, now: datetime
) -> tuple[str, float]:
    """Writes down that a voter is rung; the number, and for how many seconds. Raises `NotRung`, with why not now."""
    campaign = check_open(connection, caller, campaign_id, now)
    ticket = _ticket(keys, caller, campaign_id, asked)
    lent = {"campaign": campaign_id, "household": ticket.household_id, "voter": int(asked.voter_id), "now": now}
    lent |= {"caller": caller.caller_id, "device": caller.device_id, "lent_at": ticket.lent_at}
    row = connection.execute(_LENT, lent).first()
    if row is None or row.ended:
        raise NotRung("not-lent")
    if unusable(connection, campaign_id, [row.number]):
        raise NotRung("do-not-call")
    if not may_call(campaign, row.zones.split(), now).allowed:
        raise NotRung("outside-hours")
    visit = {"caller": caller.caller_id, "campaign": campaign_id, "household": ticket.household_id}
    if (connection.scalar(_RUNG, {**visit, "after": ticket.lent_at}) or 0) >= MOST_RINGS:
        raise NotRung("dialed-enough")
    _write_down(connection, caller, campaign_id, asked.call_id, now, household_id=ticket.household_id)
    return str(row.number), campaign.dialing.ring.total_seconds()


def _check_number(number: str) -> None:
    try:
        usual = e164(number)
    except Refused:
        raise NotRung("own-number") from None
    if usual != number:
        raise NotRung("own-number")


def _ticket(keys: ServerKeys, caller: Caller, campaign_id: str, asked: AskedCall) -> Ticket:
    ticket = None
    if _VOTER.fullmatch(asked.voter_id):
        ticket = read_ticket(keys.ticket, campaign_id, caller.caller_id, asked.voter_id, asked.ticket)
    if ticket is None:
        raise NotRung("not-lent")
    return ticket


def _write_down(
    connection: Connection, caller: Caller, campaign_id: str, call_id: str, now: datetime, **more: object
) -> None:
    """Raises `NotRung` for an id that was rung before: by a server that has ended since, and the call with it."""
    row = {"caller_id": caller.caller_id, "call_id": call_id, "campaign_id": campaign_id, "at": now, **more}
    if connection.scalar(_add(connection.dialect.name), row) is None:
        raise NotRung("lost")


@cache
def _add(dialect: str) -> Executable:
    return INSERT[dialect](bridge_calls).on_conflict_do_nothing().returning(bridge_calls.c.call_id)
