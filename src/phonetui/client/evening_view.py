"""What supervisors are shown of an evening, in words and figures; no widget is known here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo

from msgspec import Struct

from phonetui.core.eligibility import known_zone
from phonetui.core.figures import share
from phonetui.core.languages import language_name
from phonetui.core.translation import both, later, number, tr, tr_n
from phonetui.core.when import clock, near_moment, short_day
from phonetui.wire import REJECTIONS, CampaignState, Role
from phonetui.wire_supervisors import (
    CallerNow,
    Counts,
    Doing,
    Evening,
    ListNow,
    Look,
    LookKind,
    MemberNow,
    OpenInvitation,
    Slice,
    TakenAnswer,
)

#: A mark beside the word, since no colour says anything alone.
DOING: dict[Doing, tuple[str, str]] = {
    "calling": ("●", later("calling")),
    "idle": ("◌", later("idle")),
    "break": ("‖", later("break")),
    "offline": ("○", later("offline")),
    "left": ("·", later("left")),
}
STATES: dict[CampaignState, str] = {"open": later("open"), "paused": later("paused"), "closed": later("closed")}
ROLES: dict[Role, str] = {
    "caller": later("caller"),
    "supervisor": later("supervisor"),
    "owner": later("owner"),
}

#: What needs a look and is not counted.
_LOOKS: dict[LookKind, str] = {
    "stuck": later("{caller} has had {voter} on the screen for {long}."),
    "unsent": later("{caller} has been offline since {time}; calls that are not sent may be on that laptop."),
    "push-stopped": later("{connection} has stopped: {said}"),
    "unanswered": later("{caller} has waited for an answer for {long}."),
    "keep-until": later("The voters were to be kept until {day}; they ought to be erased."),
}
LIST_ENDED = later("The list {list} has ended: nobody on it is left to call.")

#: Whoever was heard of since then is here now.
HERE = timedelta(minutes=6)
#: Slices are summed up to so many minutes for the line of the evening.
STRETCH = timedelta(minutes=15)


class Point(Struct, frozen=True):
    """What happened in the stretch from `at`, and how many households were left at its end."""

    at: datetime
    counts: Counts
    left: int


def zone_of(evening: Evening) -> tzinfo | None:
    """The campaign's zone, in which its evening is told; none where this machine does not know it."""
    return known_zone(evening.zone)


def today_there(evening: Evening | None, now: datetime) -> date:
    """Which day it is in the campaign's zone; here, where that is not known."""
    return now.astimezone(zone_of(evening) if evening else None).date()


def state_words(evening: Evening) -> str:
    """`open`, `paused` or `closed`."""
    return tr(STATES[evening.state])


def calling_now(callers: Iterable[CallerNow]) -> int:
    """How many call or are about to."""
    return sum(caller.doing in ("calling", "idle") for caller in callers)


def summed(counts: Iterable[Counts]) -> Counts:
    """All of them together."""
    every = list(counts)
    return Counts(
        sum(each.attempts for each in every), sum(each.contacts for each in every), sum(each.talks for each in every)
    )


def count_words(counts: Counts) -> tuple[str, str, str]:
    """`214 calls`, `66 reached`, `31 talks`."""
    return (
        tr_n("{n} call", "{n} calls", counts.attempts),
        tr_n("{n} reached", "{n} reached", counts.contacts),
        tr_n("{n} talk", "{n} talks", counts.talks),
    )


def rate_words(counts: Counts) -> str:
    """`31 % reached`; empty before the first call."""
    rate = share(counts.contacts, counts.attempts)
    return "" if rate is None else tr("{percent} % reached", percent=round(100 * rate))


def for_so_long(since: datetime, now: datetime) -> str:
    """`4 min`, `1 h 12`; below a minute `now`."""
    minutes = max(0, (now - since) // timedelta(minutes=1))
    if minutes < 1:
        return tr("now")
    if minutes < 60:
        return tr("{n} min", n=minutes)
    return tr("{hours} h {minutes}", hours=minutes // 60, minutes=f"{minutes % 60:02}")


def doing_words(caller: CallerNow, now: datetime, zone: tzinfo | None) -> str:
    """`● calling 4 min`, `○ offline since 6:12 pm`, `· left at 6:12 pm`."""
    mark, word = DOING[caller.doing]
    if caller.doing == "left":
        return f"{mark} {tr('left at {time}', time=clock(caller.since.astimezone(zone)))}"
    if caller.doing == "offline":
        return f"{mark} {tr('offline since {time}', time=clock(caller.since.astimezone(zone)))}"
    return f"{mark} {tr(word)} {for_so_long(caller.since, now)}"


def look_words(look: Look, now: datetime, zone: tzinfo | None) -> str:
    """Its sentence. What the server did not name is left open."""
    why = REJECTIONS.get(look.of.get("code", ""), "")
    told = {
        **dict.fromkeys(("caller", "voter", "connection", "said", "list", "day"), "…"),
        **look.of,
        "long": for_so_long(look.at, now),
        "time": clock(look.at.astimezone(zone)),
        "why": "" if "{" in why else tr(why),
    }
    if look.kind in _LOOKS:
        return tr(_LOOKS[look.kind], **told)
    counted = look.of.get("left" if look.kind == "list-ending" else "count", "")
    n = int(counted) if counted.isdecimal() else 0
    if look.kind == "list-ending" and not n:
        later_ones = look.of.get("later", "")
        return _nobody_words(int(later_ones) if later_ones.isdecimal() else 0, told)
    return _counted_words(look.kind, n, told).rstrip()


def _nobody_words(n: int, told: Mapping[str, str]) -> str:
    """What is said of a list that has nobody to call: it has ended, unless some rest or are asleep where they live."""
    if not n:
        return tr(LIST_ENDED, **told)
    return tr_n(
        "The list {list} has nobody to call for now; {n} household is to be called later.",
        "The list {list} has nobody to call for now; {n} households are to be called later.",
        n,
        **told,
    )


def _counted_words(kind: LookKind, n: int, told: Mapping[str, str]) -> str:
    if kind == "trunk-errors":
        return tr_n(
            "{n} call failed on the campaign's own line within a quarter of an hour.",
            "{n} calls failed on the campaign's own line within a quarter of an hour.",
            n,
        )
    if kind == "labelled":
        return tr_n(
            "{n} call was blocked: the campaign's number may be labelled as spam.",
            "{n} calls were blocked: the campaign's number may be labelled as spam.",
            n,
        )
    if kind == "refused-pushes":
        return tr_n("{connection} refused {n} outcome: {said}", "{connection} refused {n} outcomes: {said}", n, **told)
    if kind == "not-whole":
        return tr_n(
            "{n} voter did not come whole from {connection}: {said}.",
            "{n} voters did not come whole from {connection}: {said}.",
            n,
            **told,
        )
    if kind == "rejected":
        return tr_n(
            "{n} entry of {caller} was not taken. {why}", "{n} entries of {caller} were not taken. {why}", n, **told
        )
    if kind == "many-skips":
        return tr_n(
            "{caller} gave {n} voter back within the hour, more than were called.",
            "{caller} gave {n} voters back within the hour, more than were called.",
            n,
            **told,
        )
    return tr_n(
        "The list {list} ends at about {time}: {n} household is left.",
        "The list {list} ends at about {time}: {n} households are left.",
        n,
        **told,
    )


def left_words(lists: Sequence[ListNow], now: datetime, zone: tzinfo | None) -> str:
    """`1,204 of 3,000 households left · done today at 8:40 pm`, over all lists that are called."""
    called = [each for each in lists if not each.paused]
    left, households = sum(each.left for each in called), sum(each.households for each in called)
    said = tr_n("{left} of {n} household left", "{left} of {n} households left", households, left=number(left))
    return " · ".join(filter(None, [said, ends_words(called, now, zone)]))


def ends_words(lists: Sequence[ListNow], now: datetime, zone: tzinfo | None) -> str:
    """When nobody of them is left to call, or that nobody is for now; empty where that cannot be said."""
    if any(each.left for each in lists) and not any(each.there for each in lists):
        return tr("nobody to call for now")
    ends = [each.ends_at for each in lists if each.there]
    known = [each for each in ends if each is not None]
    if not ends or len(known) < len(ends):
        return ""
    return tr("done {when}", when=near_moment(max(known).astimezone(zone), now))


def points(slices: Sequence[Slice]) -> list[Point]:
    """The evening in stretches, from the first call on; the slices between two calls that are missing were empty."""
    found: dict[datetime, Point] = {}
    for each in slices:
        at = datetime.fromtimestamp(
            each.at.timestamp() // STRETCH.total_seconds() * STRETCH.total_seconds(), each.at.tzinfo
        )
        before = found.get(at)
        counts = summed([before.counts, each.counts]) if before else each.counts
        found[at] = Point(at, counts, each.left)
    if not found:
        return []
    every, left = [], 0
    at, last = min(found), max(found)
    while at <= last:
        point = found.get(at, Point(at, Counts(), left))
        every.append(point)
        left, at = point.left, at + STRETCH
    return every


def rule_words(languages: Sequence[str], tags: Sequence[str]) -> str:
    """`Spanish; tags night and phone`; empty where everybody may."""
    said = both([language_name(code) for code in languages]) if languages else ""
    tagged = tr("tags: {tags}", tags=", ".join(tags)) if tags else ""
    return "; ".join(filter(None, [said, tagged]))


def list_words(one: ListNow, now: datetime, zone: tzinfo | None) -> list[str]:
    """A list's name, and what is to be known of it."""
    facts = [
        tr("paused") if one.paused else "",
        tr("{left} of {all} left", left=number(one.left), all=number(one.households)),
        tr("round {n}", n=one.round + 1) if one.round else "",
        tr("{n} resting", n=number(one.resting)) if one.resting else "",
        tr("{n} lent", n=number(one.lent)) if one.lent else "",
        ends_words([one], now, zone),
    ]
    who = rule_words(one.languages, one.tags)
    title = tr("{name}, priority {priority}", name=one.name, priority=one.priority)
    return [title, " · ".join(filter(None, facts)), *([tr("called by: {who}", who=who)] if who else [])]


def member_words(member: MemberNow, now: datetime) -> list[str]:
    """A member's name, and what is to be known of them."""
    facts = [
        tr(ROLES[member.role]),
        member.email,
        unsent_words(member.unsent),
        _heard_words(member.heard_at, now),
        rule_words(member.languages, member.tags),
    ]
    return [member.name, " · ".join(filter(None, facts))]


def _heard_words(at: datetime | None, now: datetime) -> str:
    if at is None:
        return tr("never here yet")
    return tr("here now") if now - at < HERE else tr("last here {long} ago", long=for_so_long(at, now))


def unsent_words(unsent: int) -> str:
    """How much a laptop has that is not sent; empty for nothing."""
    return tr_n("{n} entry not sent", "{n} entries not sent", unsent) if unsent else ""


def may_be_unsent_words(member: MemberNow, now: datetime, zone: tzinfo | None) -> str:
    """What of a member is not sent, or may not be: a laptop without a line tells of nothing."""
    unsent = unsent_words(member.unsent)
    heard_at = member.unheard_since or member.heard_at
    if heard_at is None or member.left or now - heard_at < HERE:
        return tr("{entries}, still taken later.", entries=unsent) if unsent else ""
    when = since_words(heard_at, now, zone)
    if unsent:
        return tr(
            "{entries} at {when}, and maybe more since; all of it is still taken later.", entries=unsent, when=when
        )
    return tr("Not heard of since {when}: calls that are only on their laptop are still taken later.", when=when)


def since_words(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """`6:12 pm`; of another day `Nov 20, 6:12 pm`."""
    there = at.astimezone(zone)
    if there.date() == now.astimezone(zone).date():
        return clock(there)
    return tr("{day}, {time}", day=short_day(there.date()), time=clock(there))


def invitation_words(one: OpenInvitation, now: datetime, zone: tzinfo | None) -> list[str]:
    """Whom it makes of how many, until when, and who made it."""
    uses = tr_n("{n} may join", "{n} may join", one.uses_left)
    until = tr("until {when}", when=since_words(one.expires_at, now, zone))
    by = one.by or tr("the server's console")
    made = tr("made by {who}", who=by)
    if one.issued_at is not None:
        made = tr("made by {who}, {when}", who=by, when=since_words(one.issued_at, now, zone))
    return [f"{tr(ROLES[one.role])}: {uses}", f"{until} · {made}"]


def answered_words(answer: TakenAnswer) -> str:
    """That there is an answer already, and whose."""
    by = answer.by or tr("Somebody")
    if not answer.text:
        return tr("{who} has answered already.", who=by)
    return tr("{who} has answered already: “{text}”", who=by, text=answer.text)
