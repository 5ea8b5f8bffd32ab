"""What needs a supervisor's look, each found by a few rows of an index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, func, select

from phonetui.core.campaign import Campaign
from phonetui.server.callers_now import Here
from phonetui.server.clock import midnight
from phonetui.server.connection_tables import connections, pushes
from phonetui.server.connections import decode_remarks
from phonetui.server.day_counts import AN_HOUR, DayCounts
from phonetui.server.scrubbing import ERASED
from phonetui.server.tables import bridge_calls, campaigns, voters
from phonetui.wire_supervisors import AskedNow, CallerNow, ListNow, Look

#: A voter on the screen for longer is one with whom a caller is stuck.
STUCK_AFTER = timedelta(minutes=20)
#: A laptop that was heard of last so long ago may have calls that nobody else knows of.
SILENT_AFTER = timedelta(minutes=15)
#: After so long, one that had nothing unsent was most likely shut in the middle of a call list.
SHUT_AFTER = timedelta(hours=1)
#: A question ought to be answered while the call goes on.
ANSWERED_WITHIN = timedelta(minutes=5)
#: So many households given back within the hour, and more than were called, are many.
MANY_SKIPS = 15
#: So many calls that failed on the campaign's own line within the time are many.
MANY_FAILED = 3
FAILED_WITHIN = timedelta(minutes=15)
#: A list that ends sooner is said.
AHEAD = timedelta(hours=1)
#: A connection whose runs have failed so often in a row has stopped.
STOPPED_AFTER = 2
#: Of refused pushes only so many are counted.
MOST_COUNTED = 1000

_FAILED = (
    select(bridge_calls.c.ending, func.count().label("calls"), func.max(bridge_calls.c.at).label("at"))
    .where(
        bridge_calls.c.campaign_id == bindparam("campaign"),
        bridge_calls.c.ending != "",
        bridge_calls.c.at > bindparam("since"),
    )
    .group_by(bridge_calls.c.ending)
)
_CONNECTIONS = (
    select(connections)
    .where(connections.c.campaign_id == bindparam("campaign"), connections.c.removed_at.is_(None))
    .order_by(connections.c.name)
)
_REFUSED = (
    select(pushes.c.said, pushes.c.done_at)
    .where(
        pushes.c.campaign_id == bindparam("campaign"),
        pushes.c.name == bindparam("connection"),
        pushes.c.state == "refused",
        pushes.c.done_at >= bindparam("midnight"),
    )
    .limit(MOST_COUNTED)
)
_KEEP_UNTIL = select(campaigns.c.keep_until).where(campaigns.c.campaign_id == bindparam("campaign"))
_ANY_VOTER = (
    select(voters.c.voter_id).where(voters.c.campaign_id == bindparam("campaign"), voters.c.ended != ERASED).limit(1)
)


def of_callers(
    callers: Iterable[CallerNow], here: dict[str, list[Here]], day: DayCounts, now: datetime
) -> Iterator[Look]:
    """Those who are stuck, offline with calls, whose events were not taken, and who give back more than they call."""
    for caller in callers:
        of = {"caller": caller.name}
        if caller.doing == "calling" and now - caller.since > STUCK_AFTER:
            yield Look("stuck", caller.since, caller.caller_id, {**of, "voter": caller.voter})
        devices = here[caller.caller_id]
        silent = [device.heard_at for device in devices if _may_hold_calls(device, now)]
        if silent:
            yield Look("unsent", min(silent), caller.caller_id, of)
        rejected = sum(device.rejected for device in devices)
        if rejected:
            why = next(device.rejected_for for device in devices if device.rejected)
            said = {**of, "count": str(rejected), "code": why}
            yield Look("rejected", max(device.came_at for device in devices), caller.caller_id, said)
        skips = day.skips(caller.caller_id, now)
        if skips >= MANY_SKIPS and skips > caller.last_hour.attempts:
            since = day.begins(day.slice_of(now) - AN_HOUR)
            yield Look("many-skips", since, caller.caller_id, {**of, "count": str(skips)})


def _may_hold_calls(device: Here, now: datetime) -> bool:
    """Whether a silent laptop said that it had calls to send, or went silent with a voter on the screen."""
    silence = now - device.heard_at
    was_calling = device.household_id is not None and not device.leaves
    return silence > SILENT_AFTER and (device.unsent > 0 or (was_calling and silence < SHUT_AFTER))


def of_questions(questions: Sequence[AskedNow], now: datetime) -> Iterator[Look]:
    """The question that has waited longest, if too long."""
    late = [question for question in questions if now - question.asked_at > ANSWERED_WITHIN]
    if late:
        yield Look("unanswered", late[0].asked_at, of={"caller": late[0].caller, "count": str(len(late))})


def of_lists(lists: Iterable[ListNow], now: datetime) -> Iterator[Look]:
    """Those that end within the hour."""
    for each in lists:
        if each.ends_at is not None and each.ends_at <= now + AHEAD:
            of = {"list": each.name, "left": str(each.there), "later": str(each.left - each.there)}
            yield Look("list-ending", each.ends_at, of=of)


def of_line(connection: Connection, campaign_id: str, now: datetime) -> Iterator[Look]:
    """What went wrong on the campaign's own line lately."""
    rows = connection.execute(_FAILED, {"campaign": campaign_id, "since": now - FAILED_WITHIN}).all()
    for row in rows:
        if row.ending == "blocked":
            yield Look("labelled", row.at, of={"count": str(row.calls)})
    errors = [row for row in rows if row.ending != "blocked"]
    count = sum(row.calls for row in errors)
    if count >= MANY_FAILED:
        yield Look("trunk-errors", max(row.at for row in errors), of={"count": str(count)})


def of_systems(connection: Connection, campaign: Campaign, now: datetime) -> Iterator[Look]:
    """Connections that stopped, lack voters, or whose outcomes were refused today; and voters who are kept too long."""
    of = {"campaign": campaign.campaign_id}
    today = midnight(now, campaign.zone)
    for row in connection.execute(_CONNECTIONS, of).all():
        if why := _stopped(row.said, row.tries, row.rests_until):
            yield Look("push-stopped", row.pushed_at or row.added_at, of={"connection": row.name, "said": why})
        elif why := _stopped(row.pull_said, row.pull_tries, row.pull_rests_until):
            yield Look("push-stopped", row.pulled_at or row.added_at, of={"connection": row.name, "said": why})
        if remarks := decode_remarks(row.pull_remarks):
            said = {
                "connection": row.name,
                "count": str(sum(remarks.values())),
                "said": max(remarks, key=remarks.__getitem__),
            }
            yield Look("not-whole", row.pulled_at or row.added_at, of=said)
        refused = connection.execute(_REFUSED, {**of, "connection": row.name, "midnight": today}).all()
        if refused:
            last = max(refused, key=lambda one: one.done_at or row.added_at)
            said = {"connection": row.name, "count": str(len(refused)), "said": last.said}
            yield Look("refused-pushes", last.done_at or row.added_at, of=said)
    day = connection.scalar(_KEEP_UNTIL, of)
    zone = ZoneInfo(campaign.zone)
    if day is not None and now.astimezone(zone).date() > day and connection.scalar(_ANY_VOTER, of) is not None:
        ended = datetime(day.year, day.month, day.day, tzinfo=zone)
        yield Look("keep-until", ended, of={"day": day.isoformat()})


def _stopped(said: str, tries: int, rests_until: datetime | None) -> str:
    """Why runs do not come through: the system is silent again and again, or, neither silent nor busy, shut."""
    is_shut = tries == 0 and rests_until is None
    return said if tries >= STOPPED_AFTER or is_shut else ""
