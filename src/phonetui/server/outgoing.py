"""What another system is told of an attempt, put together from what the database knows of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, exists, select

from phonetui.core.campaign import Campaign
from phonetui.core.event import Outcome, decode_outcome
from phonetui.core.push import OLD_ENOUGH, Outgoing
from phonetui.core.recall import disposition_of
from phonetui.server.attempts import StoredAttempt, as_if_it_stood
from phonetui.server.exported_rows import Exported, exported
from phonetui.server.push_rows import History
from phonetui.server.scrubbing import ERASED
from phonetui.server.tables import accounts, attempts, events, voters


class _Attempt(Exported, frozen=True, kw_only=True):
    attempt_id: str
    caller_id: str
    voter_id: int
    number: str
    contact: bool
    talk: bool
    at: datetime
    body: bytes


def outgoing(
    connection: Connection, campaign: Campaign, history: History, attempt_id: str, event_id: str, corrects: str
) -> Outgoing | None:
    """What is told of that event; None where voter or event are not known any more, since they were erased.

    What was told in vain is told once more as it was, though something newer stands by now.
    """
    undone = history.is_undo(event_id)
    told = as_if_it_stood(connection, campaign, attempt_id, corrects) if corrects else None
    stored = told if undone else as_if_it_stood(connection, campaign, attempt_id, event_id)
    made = _with_voter(connection, stored) if stored else None
    if made is None:
        return None
    one = _outgoing(campaign, made)
    former = history.rows.get(corrects)
    remote_id = former.remote_id if former else ""
    since = former.first_tried_at if former and not former.is_there else None
    corrected = decode_outcome(told.body) if told else None
    if undone:
        one = msgspec.structs.replace(one, event_id=event_id, outcome=None, disposition=None, talk=False, contact=False)
    known = {"corrects": corrects, "corrected": corrected, "remote_id": remote_id, "corrects_since": since}
    return msgspec.structs.replace(one, **known)


def of_day(connection: Connection, campaign: Campaign, day: date, now: datetime) -> list[Outgoing]:
    """Everything that stands of one day on the campaign's clocks, in the order in which the attempts were made.

    What was first recorded less than ten minutes ago is left to the next time.
    """
    zone = ZoneInfo(campaign.zone)
    begins, ends = (datetime.combine(day + timedelta(days=days), time(0), zone) for days in (0, 1))
    old_enough = exists().where(
        events.c.campaign_id == attempts.c.campaign_id,
        events.c.attempt_id == attempts.c.attempt_id,
        events.c.stored_at <= now - OLD_ENOUGH,
    )
    these = (attempts.c.campaign_id == campaign.campaign_id) & (attempts.c.at >= begins) & (attempts.c.at < ends)
    known = these & old_enough & (voters.c.ended != ERASED)
    rows: Iterator[_Attempt] = exported(connection, _Attempt, attempts, known, attempts.c.attempt_id)
    return [_outgoing(campaign, row) for row in rows]


def day_of(connection: Connection, campaign: Campaign, attempt_id: str, event_ids: Sequence[str]) -> date | None:
    """The day of an attempt on the campaign's clocks; None where nothing is known of it any more."""
    this = (attempts.c.campaign_id == campaign.campaign_id) & (attempts.c.attempt_id == attempt_id)
    at = connection.scalar(select(attempts.c.at).where(this))
    if at is None:  # it was taken back
        found = (as_if_it_stood(connection, campaign, attempt_id, event_id) for event_id in event_ids)
        at = next((stored.at for stored in found if stored), None)
    return at.astimezone(ZoneInfo(campaign.zone)).date() if at else None


def _with_voter(connection: Connection, stored: StoredAttempt) -> _Attempt | None:
    this = (voters.c.campaign_id == stored.campaign_id) & (voters.c.voter_id == stored.voter_id)
    this &= voters.c.ended != ERASED
    voter = connection.execute(select(voters.c.file_key, voters.c.body).where(this)).first()
    if voter is None:
        return None
    caller = connection.scalar(select(accounts.c.name).where(accounts.c.caller_id == stored.caller_id))
    known = {
        name: getattr(stored, name) for name in _Attempt.__struct_fields__ if name in StoredAttempt.__struct_fields__
    }
    return _Attempt(**known, caller=caller, file_key=voter.file_key, voter=voter.body)


def _outgoing(campaign: Campaign, row: _Attempt) -> Outgoing:
    outcome: Outcome = decode_outcome(row.body)
    return Outgoing(
        event_id=outcome.id,
        attempt_id=row.attempt_id,
        voter_id=str(row.voter_id),
        file_id=row.file_id,
        voter=row.about,
        number=row.number,
        caller=row.caller or "",
        caller_id=row.caller_id,
        at=row.at,
        talk=row.talk,
        contact=row.contact,
        outcome=outcome,
        disposition=disposition_of(campaign, outcome.disposition),
    )
