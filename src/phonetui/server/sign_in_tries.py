"""How often a password may be guessed, and a code be mailed: limits per account and address, and per address.

A device that has signed in to the account before has a limit of its own, so that no stranger at the same address, such
as a campaign office, can lock it out.
"""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from phonetui.server.problems import RequestRefused
from phonetui.server.sign_in_tables import sign_in_tries
from phonetui.server.tables import accounts, devices

WINDOW = timedelta(minutes=15)
#: Failed tries in that time, by one account from one origin, and by all accounts from one origin.
MOST_FOR_A_PAIR = 10
MOST_FOR_AN_ORIGIN = 100
#: Mails in that time, to one address, and for all who ask from one origin, such as a hall full of new volunteers.
MOST_MAILS_TO_ONE = 3
MOST_MAILS_FROM_AN_ORIGIN = 60
#: Begins the origin of a mail, so that mails and passwords are counted apart.
_MAILS = "mail "


async def count_try(connection: AsyncConnection, email: str, device_id: str, address: str, now: datetime) -> str:
    """Counts a try and returns its origin; raises the problem `too-many-tries` once the limit is reached."""
    origin = device_id if await _knows(connection, email, device_id) else network(address)
    await _take_turns(connection, origin)
    await connection.execute(delete(sign_in_tries).where(sign_in_tries.c.at <= now - WINDOW))
    of_origin = sign_in_tries.c.origin == origin
    of_pair = of_origin & (sign_in_tries.c.email_hash == hash_email(email))
    if (
        await _tries(connection, of_pair) >= MOST_FOR_A_PAIR
        or await _tries(connection, of_origin) >= MOST_FOR_AN_ORIGIN
    ):
        raise _too_many()
    await connection.execute(sign_in_tries.insert().values(email_hash=hash_email(email), origin=origin, at=now))
    return origin


async def count_mail(connection: AsyncConnection, email: str, address: str, now: datetime) -> None:
    """Counts a mail with a code; raises the problem `too-many-tries` once the limit is reached."""
    origin = f"{_MAILS}{network(address)}"[:45]
    await _take_turns(connection, origin)
    await _take_turns(connection, hash_email(email))
    await connection.execute(delete(sign_in_tries).where(sign_in_tries.c.at <= now - WINDOW))
    to_one = (sign_in_tries.c.email_hash == hash_email(email)) & sign_in_tries.c.origin.startswith(_MAILS)
    if (
        await _tries(connection, to_one) >= MOST_MAILS_TO_ONE
        or await _tries(connection, sign_in_tries.c.origin == origin) >= MOST_MAILS_FROM_AN_ORIGIN
    ):
        raise _too_many()
    await connection.execute(sign_in_tries.insert().values(email_hash=hash_email(email), origin=origin, at=now))


async def forget_tries(connection: AsyncConnection, email: str, origin: str) -> None:
    """Takes back the tries of an account from there, once its right password was given."""
    pair = (sign_in_tries.c.origin == origin) & (sign_in_tries.c.email_hash == hash_email(email))
    await connection.execute(delete(sign_in_tries).where(pair))


def network(address: str) -> str:
    """The address, or of IPv6 the /64 that one household has to itself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:  # a socket without one, such as a proxy's own
        return address[:45]
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))


async def _knows(connection: AsyncConnection, email: str, device_id: str) -> bool:
    signed_in = devices.join(accounts, accounts.c.caller_id == devices.c.caller_id)
    wanted = select(devices.c.device_id).select_from(signed_in)
    this = (accounts.c.email == email) & (devices.c.device_id == device_id)
    return (await connection.execute(wanted.where(this).limit(1))).first() is not None


async def _take_turns(connection: AsyncConnection, origin: str) -> None:
    """Tries from one origin are counted one after the other, until the transaction ends; on SQLite all are anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(origin, 0))))


def _too_many() -> RequestRefused:
    minutes = WINDOW // timedelta(minutes=1)
    detail = f"Too many tries; wait {minutes} minutes, then try again."
    return RequestRefused("too-many-tries", detail, retry_after=minutes * 60)


async def _tries(connection: AsyncConnection, those: ColumnElement[bool]) -> int:
    tries: int = (await connection.execute(select(func.count()).select_from(sign_in_tries).where(those))).scalar_one()
    return tries


def hash_email(email: str) -> str:
    """How an address is stored that may be nobody's."""
    return hashlib.sha256(email.encode()).hexdigest()
