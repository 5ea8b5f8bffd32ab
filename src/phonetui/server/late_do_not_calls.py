"""Do-not-calls that come in after their voter was erased: where the voter was called is known for a while, sealed.

It is opened for such a do-not-call alone, with a key that is not in the database.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct
from sqlalchemy import Connection, delete, select

from phonetui.core.campaign import Campaign
from phonetui.core.event import decode_outcome, ending
from phonetui.core.recall import disposition_of
from phonetui.server.engine import insert
from phonetui.server.erasing_tables import sealed_numbers
from phonetui.server.keys import NONCE
from phonetui.server.suppressing import BY_CALL, suppress_numbers
from phonetui.server.tables import attempts

#: So long a laptop may be without a line.
KEPT = timedelta(days=90)


class Reached(Struct, frozen=True):
    """A voter's numbers, the first to call first, and the number of each household where they may have been called."""

    numbers: tuple[str, ...]
    homes: dict[int, str]

    def called(self, household_id: int, last_digits: str) -> str:
        """The number that an outcome is about, as `CalledNumbers.find` tells it of voters who are there."""
        first = self.homes.get(household_id) or next(iter(self.numbers), "")
        if last_digits in ("", ending(first)):
            return first
        return next((number for number in self.numbers if ending(number) == last_digits), "")


_decode = msgspec.json.Decoder(Reached).decode


def seal(
    connection: Connection, ticket_key: bytes, campaign_id: str, reached: Mapping[int, Reached], now: datetime
) -> None:
    """Keeps where these voters, by their ids, were called."""
    rows = [
        {
            "campaign_id": campaign_id,
            "voter_id": voter_id,
            "sealed": _sealed(ticket_key, _whose(campaign_id, voter_id), msgspec.json.encode(where)),
            "erased_at": now,
        }
        for voter_id, where in reached.items()
    ]
    if rows:
        connection.execute(insert(connection, sealed_numbers).on_conflict_do_nothing(), rows)


def forget_old(connection: Connection, now: datetime) -> None:
    """Deletes what was kept long enough."""
    connection.execute(delete(sealed_numbers).where(sealed_numbers.c.erased_at < now - KEPT))


def suppress_late(
    connection: Connection, ticket_key: bytes, campaign: Campaign, attempt_ids: Collection[str], now: datetime
) -> None:
    """Suppresses the numbers at which erased voters wanted no more calls, as far as these attempts of theirs stand.

    It is for good: which call it was is not kept beside the number.
    """
    if not attempt_ids:
        return
    these = (attempts.c.campaign_id == campaign.campaign_id) & attempts.c.attempt_id.in_(sorted(attempt_ids))
    chosen = select(attempts.c.voter_id, attempts.c.household_id, attempts.c.disposition, attempts.c.body)
    numbers = set()
    for row in connection.execute(chosen.where(these, attempts.c.number == "")).all():
        if not disposition_of(campaign, row.disposition).suppresses:
            continue
        if reached := _opened(connection, ticket_key, campaign.campaign_id, row.voter_id):
            numbers.add(reached.called(row.household_id, decode_outcome(row.body).number_ending))
    suppress_numbers(connection, campaign.campaign_id, numbers - {""}, now, reason=BY_CALL)


def _opened(connection: Connection, ticket_key: bytes, campaign_id: str, voter_id: int) -> Reached | None:
    this = (sealed_numbers.c.campaign_id == campaign_id) & (sealed_numbers.c.voter_id == voter_id)
    sealed: bytes | None = connection.scalar(select(sealed_numbers.c.sealed).where(this))
    if sealed is None:
        return None
    nonce, kept = sealed[:NONCE], sealed[NONCE:]
    try:
        return _decode(AESGCM(_key(ticket_key)).decrypt(nonce, kept, _whose(campaign_id, voter_id)))
    except InvalidTag:  # the server has another secret since
        return None


def _sealed(ticket_key: bytes, whose: bytes, text: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(_key(ticket_key)).encrypt(nonce, text, whose)


def _key(ticket_key: bytes) -> bytes:
    return hmac.digest(ticket_key, b"phonetui numbers of erased voters", "sha256")


def _whose(campaign_id: str, voter_id: int) -> bytes:
    return f"{campaign_id}/{voter_id}".encode()
