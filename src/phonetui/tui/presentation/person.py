"""How the facts about one person are written: numbers, names, addresses, times."""

from __future__ import annotations

from phonetui.client.view import View
from phonetui.core import call_back
from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import OUTSIDE_HOURS, local_time
from phonetui.core.person import attempted, group_number, known_as
from phonetui.core.translation import tr
from phonetui.core.voter import PastAttempt, Phone, Voter
from phonetui.screen.line import Line, Role, Span, fit, wrap


def numbers(view: View, voter: Voter, copy_key: str) -> list[Line]:
    """The voter's numbers, the one to call first and marked until it is dialed; clicking that one copies it."""
    first = Span("", "text" if view.call.same_call else "accent", copy_key)
    styles = [first, *[Span("")] * len(voter.phones)]
    return [_number(phone, style) for phone, style in zip(voter.phones, styles, strict=False)]


def _number(phone: Phone, style: Span) -> Line:
    number = style._replace(text=fit(group_number(phone.number), 18))
    return (number, Span(f"  {tr(phone.kind)}", "quiet")) if phone.kind else (number,)


def people(view: View, width: int) -> list[Line]:
    """Those who share the number: the one on the screen marked, those who have their result ticked."""
    household, voter = view.call.household, view.call.voter
    if household is None or voter is None or len(household.voters) < 2:
        return []
    marks = dict.fromkeys(view.call.settled, "✓ ") | {voter.voter_id: "▸ "}
    lines: list[Line] = []
    for other in household.voters:
        role: Role = "text" if other is voter else "quiet"
        lines.append((Span(marks.get(other.voter_id, "  "), role), Span(fit(known_as(other, voter), width - 2), role)))
    return lines


def people_in_a_row(view: View, width: int) -> list[Line]:
    """The same as pieces of a line."""
    pieces = [tuple(span for span in line if span.text.strip()) for line in people(view, width)]
    title = Span(f"{people_title(view).lower()}: ", "quiet")
    return [(title, *pieces[0]), *pieces[1:]] if pieces else []


def people_title(view: View) -> str:
    """What those of the household have in common: a number, or the call that goes on with the next of them."""
    return tr("Still on this call") if view.call.same_call else tr("Same number")


def neighbours(view: View, width: int) -> list[Line]:
    """Those at the same address who have a number of their own; they are called next."""
    voter = view.call.voter
    others = [other for household in view.neighbours for other in household.voters]
    return [(Span("  "), Span(fit(known_as(other, voter), width - 2), "quiet")) for other in others if voter]


def time_there(view: View, campaign: Campaign, voter: Voter, width: int) -> list[Line]:
    """The voter's time and how it is known, in two lines where one is too narrow.

    In alarm, and in words, where no call may be made at that time.
    """
    there = local_time(voter.zones, view.now)
    parts = [tr("time there not known")]
    if there:
        source = f" ({tr(voter.zone_source)})" if voter.zone_source else ""
        whole = tr("{time} there", time=there) + source
        parts = [whole] if len(whole) <= width else [there, tr("there") + source]
    if view.verdict.allowed:
        return [(Span(part),) for part in parts]
    why = tr("outside calling hours") if view.verdict.reason in OUTSIDE_HOURS else tr("not to be called now")
    return [(Span(part, "alarm"),) for part in (*parts, why)]


def promise(view: View, width: int) -> list[Line]:
    """That this call was promised; nothing where it was not."""
    if view.promised_at is None:
        return []
    words = call_back.promise(view.promised_at, view.now, by_you=view.promised_by_you)
    return [(Span(line, "accent"),) for line in wrap(words, width)]


def attempt(campaign: Campaign, voter: Voter, past: PastAttempt, width: int) -> Line:
    """`Nov 14  not home`, the day as it was at the voter's place."""
    on, label = attempted(campaign, voter, past)
    return (Span(f"{on}  ", "quiet"), Span(fit(label, width - len(on) - 2), "quiet"))
