"""When a household is called again: worked out anew from its attempts whenever one is recorded or taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from phonetui.core.campaign import Campaign, Disposition
from phonetui.core.eligibility import known_zone, next_ready

State = Literal["ready", "resting", "closed"]

#: The number was dialed and someone else of the household was spoken to.
_NOT_ASKED = Disposition(id="", key="", label={}, about="person", again_after=timedelta(0))


class Attempted(Struct, frozen=True):
    """An attempt as far as it decides who is called again. `shared` says that the number dialed is the household's."""

    attempt_id: str
    voter_id: int
    caller_id: str
    lent_at: datetime
    at: datetime
    disposition: Disposition
    shared: bool
    call_at: datetime | None = None


class Standing(Struct, frozen=True):
    """How a household stands: `attempts` counts visits; `promised_to` is the caller whom it asked to call back."""

    state: State
    attempts: int = 0
    ready_at: datetime | None = None
    promised_to: str = ""


Visit = list[Attempted]


def disposition_of(campaign: Campaign, disposition_id: str) -> Disposition:
    """The campaign's disposition; one that it no longer has speaks of the person and reached nobody."""
    return campaign.disposition(disposition_id) or Disposition(id=disposition_id, key="", label={}, about="person")


def standing(
    campaign: Campaign, zones: Sequence[str], members: Sequence[int], attempts: Iterable[Attempted]
) -> Standing:
    """How a household stands whose number may be called; `members` are the voters who have not ended."""
    visits = _visits(attempts)
    count = len(visits)
    if not members:
        return Standing("closed", count)
    if not visits:
        return Standing("ready")
    promises = [promise for voter in members if (promise := _promise(visits, voter)) and promise.call_at]
    if promises:
        first = min(promises, key=lambda promise: (promise.call_at, promise.attempt_id))
        return Standing("resting", count, first.call_at, first.caller_id)
    times = [at for voter in members if (at := _next_call(campaign, zones, visits, voter))]
    return Standing("resting", count, min(times)) if times else Standing("closed", count)


def _visits(attempts: Iterable[Attempted]) -> list[Visit]:
    """What one caller did with the household in one lease is one visit, in the order of the leases."""
    ordered = sorted(attempts, key=lambda a: (a.lent_at, a.caller_id, a.at, a.attempt_id))
    return [list(visit) for _, visit in groupby(ordered, key=lambda a: (a.lent_at, a.caller_id))]


def counts_for(visit: Visit, voter_id: int) -> Attempted | None:
    """What a visit came to for one voter: their own last outcome, else one about the number that they share."""
    own = [attempt for attempt in visit if attempt.voter_id == voter_id]
    about_number = [attempt for attempt in visit if attempt.shared and attempt.disposition.about == "number"]
    return next(iter(own[-1:] or about_number[-1:]), None)


def _promise(visits: list[Visit], voter_id: int) -> Attempted | None:
    """The call back that this voter asked for and that nobody has made yet."""
    counted = [attempt for visit in visits if (attempt := counts_for(visit, voter_id))]
    own = next((attempt for attempt in reversed(counted) if attempt.voter_id == voter_id), None)
    if own is None or own.call_at is None or not own.disposition.call_back:
        return None
    kept = any(attempt.at >= own.call_at for attempt in counted)
    return None if kept else own


def _next_call(campaign: Campaign, zones: Sequence[str], visits: list[Visit], voter_id: int) -> datetime | None:
    """When the number may be dialed again for this voter; None for never."""
    counted = [attempt for visit in visits if (attempt := counts_for(visit, voter_id))]
    dialed_at = max(attempt.at for attempt in visits[-1])
    times = [
        next_ready(campaign, _NOT_ASKED, zones, dialed_at, 0, _dialed_that_day(campaign, zones, visits, dialed_at))
    ]
    if counted:
        last = counted[-1]
        today = _dialed_that_day(campaign, zones, visits, last.at)
        times.append(next_ready(campaign, _here(last.disposition), zones, last.at, len(counted), today))
    known = [at for at in times if at]
    return max(known) if len(known) == len(times) else None


def _here(disposition: Disposition) -> Disposition:
    """A number that ended closes its household; where the household is still called, it was another number."""
    return msgspec.structs.replace(disposition, ends=False) if disposition.about == "number" else disposition


def _dialed_that_day(campaign: Campaign, zones: Sequence[str], visits: list[Visit], at: datetime) -> int:
    zone = (known_zone(zones[0]) if zones else None) or ZoneInfo(campaign.zone)
    day = at.astimezone(zone).date()
    return sum(any(attempt.at.astimezone(zone).date() == day for attempt in visit) for visit in visits)
