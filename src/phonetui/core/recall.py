"""When a household is called again: worked out anew from its attempts whenever one is recorded or taken back.

The campaign's server and every laptop ask here, so that the same attempts mean the same to both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec import Struct

from phonetui.core.campaign import Campaign, Disposition
from phonetui.core.eligibility import Resting, Verdict, clocks_of, may_call, next_ready, opens_at

State = Literal["ready", "resting", "closed"]

#: The number was dialed and someone else of the household was spoken to.
_NOT_ASKED = Disposition(id="", key="", label={}, about="person", again_after=timedelta(0))


class Attempted(Struct, frozen=True):
    """An attempt as far as it decides who is called again. `shared` says that the number dialed is the household's.

    `call_at` and `to_me` are as in `Outcome`: the time of a call back, or until when a voter wants quiet.
    """

    attempt_id: str
    voter_id: str
    caller_id: str
    lent_at: datetime
    at: datetime
    disposition: Disposition
    shared: bool
    call_at: datetime | None = None
    to_me: bool = False
    same_call: bool = False


class Standing(Struct, frozen=True):
    """How a household stands: `attempts` counts visits, and `because` says why it rests until `ready_at`.

    A household that asked to be called back, then, was promised it by `promised_to`, for the voter `promised`;
    `to_me` says that the call is for that caller alone.
    """

    state: State
    attempts: int = 0
    ready_at: datetime | None = None
    because: Resting = "resting"
    promised_to: str = ""
    promised: str = ""
    to_me: bool = False

    @property
    def promised_at(self) -> datetime | None:
        """When the voter was promised to be called."""
        return self.ready_at if self.promised else None


Visit = list[Attempted]


def disposition_of(campaign: Campaign, disposition_id: str) -> Disposition:
    """The campaign's disposition; one that it no longer has speaks of the person and reached nobody."""
    return campaign.disposition(disposition_id) or Disposition(id=disposition_id, key="", label={}, about="person")


def ends_number(disposition: Disposition) -> bool:
    """Whether nobody is called at the number any more: in the campaign, or where it suppresses, on the server."""
    return disposition.suppresses or (disposition.ends and disposition.about == "number")


def ends_voter(disposition: Disposition) -> bool:
    """Whether the voter is not called again, at any number."""
    return disposition.suppresses or (disposition.ends and disposition.about == "person")


def standing(
    campaign: Campaign, zones: Sequence[str], members: Sequence[str], attempts: Iterable[Attempted]
) -> Standing:
    """How a household stands whose number may be called; `members` are the voters who have not ended."""
    visits = _visits(attempts)
    count = len(visits)
    if not members:
        return Standing("closed", count)
    if not visits:
        return Standing("ready")
    promises = [promise for voter in members if (promise := _promise(visits, voter))]
    if promises:
        at, first = min(promises, key=lambda promise: (promise[0], promise[1].attempt_id))
        return Standing("resting", count, at, "promised", first.caller_id, first.voter_id, first.to_me)
    times = [next_call for voter in members if (next_call := _next_call(campaign, zones, visits, voter))]
    return Standing("resting", count, *min(times)) if times else Standing("closed", count)


def verdict(
    campaign: Campaign,
    zones: Sequence[str],
    now: datetime,
    standing: Standing,
    *,
    suppressed: bool = False,
    lease_until: datetime | None = None,
) -> Verdict:
    """Whether a household that stands so may be called at `now`, and if not, why and when then."""
    return may_call(
        campaign,
        zones,
        now,
        ready_at=standing.ready_at,
        because=standing.because,
        ended=standing.state == "closed",
        suppressed=suppressed,
        lease_until=lease_until,
    )


def quiet_until(campaign: Campaign, attempts: Iterable[Attempted], voter_id: str) -> datetime | None:
    """Until when this voter wants quiet: what they said last counts, and nothing that others said or did."""
    own = [attempt for attempt in attempts if attempt.voter_id == voter_id]
    said = [attempt for attempt in own if attempt.disposition.contact or attempt.disposition.quiet]
    if not said or not said[-1].disposition.quiet:
        return None
    return said[-1].call_at or said[-1].at + said[-1].disposition.again_after


def _visits(attempts: Iterable[Attempted]) -> list[Visit]:
    """What one caller did with the household in one lease is one visit, in the order of the leases.

    A call back that was due in the same lease is another.
    """
    visits: list[Visit] = []
    for attempt in sorted(attempts, key=lambda a: (a.lent_at, a.caller_id, a.at, a.attempt_id)):
        last = visits[-1] if visits else []
        if not last or _lease(last[0]) != _lease(attempt) or _calls_back(last, attempt):
            visits.append([attempt])
        else:
            last.append(attempt)
    return visits


def _lease(attempt: Attempted) -> tuple[datetime, str]:
    return attempt.lent_at, attempt.caller_id


def _calls_back(visit: Visit, attempt: Attempted) -> bool:
    promised = (one.call_at for one in visit if one.call_at and one.disposition.call_back)
    return not attempt.same_call and any(at <= attempt.at for at in promised)


def counts_for(visit: Visit, voter_id: str) -> Attempted | None:
    """What a visit came to for one voter: their own last outcome, else one about the number that they share."""
    own = [attempt for attempt in visit if attempt.voter_id == voter_id]
    about_number = [attempt for attempt in visit if attempt.shared and attempt.disposition.about == "number"]
    return next(iter(own[-1:] or about_number[-1:]), None)


def _promise(visits: list[Visit], voter_id: str) -> tuple[datetime, Attempted] | None:
    """The call back that this voter asked for and that nobody has made yet, and when it is due."""
    counted = [attempt for visit in visits if (attempt := counts_for(visit, voter_id))]
    own = next((attempt for attempt in reversed(counted) if attempt.voter_id == voter_id), None)
    if own is None or own.call_at is None or not own.disposition.call_back:
        return None
    kept = any(attempt.at >= own.call_at for attempt in counted)
    return None if kept else (own.call_at, own)


def _next_call(
    campaign: Campaign, zones: Sequence[str], visits: list[Visit], voter_id: str
) -> tuple[datetime, Resting] | None:
    """When the number may be dialed again for this voter, and why not before; None for never."""
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
    if len(known) < len(times):
        return None
    quiet = quiet_until(campaign, (attempt for visit in visits for attempt in visit), voter_id)
    if quiet is None:
        return max(known), "resting"
    opening = opens_at(campaign, zones, max(quiet, *known))
    return (opening, "quiet") if opening else None


def _here(disposition: Disposition) -> Disposition:
    """A number that ended closes its household; where the household is still called, it was another number.

    How long quiet lasts the voter said, not the campaign.
    """
    if disposition.quiet:
        return msgspec.structs.replace(disposition, again_after=timedelta(0))
    return msgspec.structs.replace(disposition, ends=False) if disposition.about == "number" else disposition


def _dialed_that_day(campaign: Campaign, zones: Sequence[str], visits: list[Visit], at: datetime) -> int:
    """How often the number was dialed on that day; of several calendars by the one on which it was most often."""
    return max(_dialed_on(at.astimezone(clock), visits) for clock in clocks_of(campaign, zones))


def _dialed_on(day: datetime, visits: list[Visit]) -> int:
    return sum(any(attempt.at.astimezone(day.tzinfo).date() == day.date() for attempt in visit) for visit in visits)
