"""The lines above and below the panes: title, what the last key did, and the connection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta, tzinfo

from phonetui.client.phone_keys import LINE_USES
from phonetui.client.view import Said, View
from phonetui.core.actions import ACTIONS, BY_ID
from phonetui.core.call import loses_answers
from phonetui.core.keymap import Keymap
from phonetui.core.translation import later, number, tr, tr_n
from phonetui.core.when import clock
from phonetui.screen.line import (
    BETWEEN,
    BLANK,
    Line,
    Role,
    Span,
    fit,
    join,
    spread,
    text_lines,
    width,
)
from phonetui.tui.presentation.hints import hint
from phonetui.tui.presentation.phone import line_hints

#: With so few voters on hand, being offline cannot wait.
RUNNING_OUT = 5


def title_line(view: View, across: int, call: Sequence[Line] = ()) -> Line:
    """The campaign, and what this shift has come to so far; in front how the `call` stands, where nothing else says."""
    campaign, tally = view.campaign, view.tally
    if campaign is None:
        return (Span("phonetui", "quiet"),)
    names: Line = (Span(f"{fit(campaign.organisation, across)}{BETWEEN}{fit(campaign.name, across)}", "quiet"),)
    if view.practice:
        names = (Span(tr("PRACTICE"), "alarm"), Span(BETWEEN, "quiet"), *names)
    names = join((*call, names))
    told = tuple(Span(f"{offered.told} · ", "alarm") for offered in view.offered.values() if offered.told)
    calls, talks = tr_n("{n} call", "{n} calls", tally.attempts), tr_n("{n} talk", "{n} talks", tally.talks)
    counted = f"{calls}{BETWEEN}{talks}"
    goal = BETWEEN + tr("goal {goal}", goal=number(campaign.goal))
    if width((*names, *told)) + len(counted + goal) + 2 <= across:
        counted += goal
    return spread(names, (*told, Span(counted, "quiet")), across)


def saved_lines(said: Said, keys: Keymap, across: int) -> list[Line]:
    """What the last key did, and how to take it back: one line, more where a refusal needs them to be read whole."""
    mark, role = _SAID[said.kind]
    if not said.undo:
        return text_lines(f"{mark}{said.text}", across, role)
    undo = hint(keys, "undo")
    text = fit(f"{mark}{said.text}", across - width(undo) - len(BETWEEN))
    return [join([(Span(text, role),), undo])]


def confirming_lines(view: View, keys: Keymap, across: int) -> list[Line]:
    """What a result means that wants its key once more."""
    campaign, voter = view.campaign, view.call.voter
    disposition = campaign.disposition(view.call.confirming) if campaign else None
    if campaign is None or disposition is None or voter is None:
        return []
    label, key = campaign.words(disposition.label), keys.results[disposition.id]
    if loses_answers(campaign, view.call, disposition):
        asked = tr(
            "There are answers from a talk; press {key} again to save “{label}” without them.", key=key, label=label
        )
        return text_lines(asked, across, "alarm")
    whom = voter.first_name if disposition.about == "person" else tr("all at this number")
    asked = tr("{result} for {whom}? Press {key} again, or Esc.", result=label, whom=whom, key=key)
    return text_lines(asked, across, "alarm")


_SAID: dict[str, tuple[str, Role]] = {"saved": ("✓ ", "text"), "notice": ("", "text"), "alarm": ("! ", "alarm")}


def why_offline_line(view: View, across: int) -> Line:
    """Why the last try failed; where that is too long, without what to do about it. Empty while the line is good."""
    why = view.line.why
    if width((Span(why),)) > across and "; " in why:
        why = f"{why.rpartition('; ')[0]}."
    return (Span(fit(why, across), "quiet"),) if why else BLANK


def status_line(view: View, keys: Keymap, across: int, zone: tzinfo | None = None) -> Line:
    """The connection, what is unsent, who is on hand; beside it as many of the footer's keys as there is room for.

    `zone` is the caller's; none is the laptop's own. The wait for the next try is a span of its own, so that counting
    down paints nothing else.
    """
    role: Role = "alarm" if _cannot_wait(view) else "quiet"
    wait = _wait(view)
    wordings = _wordings(view, keys, zone, wait)
    room = across - width(_footer(view, keys, across, always=True)) - 2
    text = fit(next((words for words in wordings if width((Span(words),)) <= room), wordings[-1]), across)
    left = tuple(Span(part, role) for part in (text.rpartition(wait) if wait else (text,)) if part)
    return spread(left, _footer(view, keys, across - width(left) - 2), across)


def _cannot_wait(view: View) -> bool:
    state = view.line.state
    return state == "signed_out" or (state == "offline" and view.on_hand <= RUNNING_OUT) or view.rejected > 0


_STATES = {"online": later("● online"), "slow": later("◐ slow"), "connecting": later("◌ connecting")}


def _wordings(view: View, keys: Keymap, zone: tzinfo | None, wait: str) -> list[str]:
    """The same news in ever fewer words."""
    if view.practice:
        left = tr_n("{n} more to call", "{n} more to call", view.on_hand)
        return [BETWEEN.join((tr("practice: nothing is counted or sent"), left)), left]
    unsent = tr_n("{n} unsent", "{n} unsent", view.unsent) if view.unsent else tr("all sent")
    rejected = [_rejected(view.rejected, keys)] if view.rejected else []
    if view.line.state in _STATES:
        state = tr(_STATES[view.line.state])
        hand = _on_hand(view, zone)
        short = [hand] if not view.unsent else [unsent, hand]
        return [BETWEEN.join((state, *parts)) for parts in ([unsent, *rejected, hand], [*rejected, *short])]
    if view.line.state == "signed_out":
        signs_in = (
            tr("{key} signs in", key=keys.shown("refresh"))
            if view.takes_password
            else tr("{key} leaves, then phonetui login", key=keys.shown("quit"))
        )
        return [BETWEEN.join((tr("○ signed out"), *parts, signs_in)) for parts in ([unsent, *rejected], [unsent])]
    return [BETWEEN.join(parts) for parts in _offline(view, keys, zone, wait, [unsent, *rejected])]


def _offline(view: View, keys: Keymap, zone: tzinfo | None, wait: str, kept: list[str]) -> list[list[str]]:
    """Since when, what is kept here meanwhile, and when the next try is; a key tries now.

    Voters taken along give way before these, until when first; voters running out stay.
    """
    at = clock(view.line.since.astimezone(zone)) if view.line.since else ""
    offline = tr("○ offline")
    since, shorter = (tr("○ offline since {time}", time=at), f"{offline} {at}") if at else (offline, offline)
    hand = _on_hand(view, zone)
    few = [hand] if view.on_hand <= RUNNING_OUT else []
    left = [hand] if view.taken_along else few
    along = [_count_on_hand(view)] if view.taken_along else few
    if not wait:
        trying = tr("trying now")
        return [
            [since, *kept, hand, trying],
            [shorter, *kept, hand, trying],
            [shorter, *kept, *along, trying],
            [shorter, *kept, trying],
            [shorter, kept[0], trying],
            [offline, kept[0], tr("trying")],
        ]
    key = keys.shown("refresh")
    now, try_in = tr("{key} now", key=key), tr("try in {wait} / {key}", wait=wait, key=key)
    return [
        [since, *kept, hand, tr("next try in {wait}", wait=wait), now],
        [shorter, *kept, hand, try_in],
        [shorter, *kept, *left, try_in],
        [since, *kept, *left, now],
        [shorter, *kept, *along, try_in],
        [shorter, *kept, *few, try_in],
        [since, *kept, *few, now],
        [shorter, kept[0], *few, now],
        [shorter, kept[0], now],
        [offline, kept[0], now],
    ]


def _on_hand(view: View, zone: tzinfo | None) -> str:
    """How many voters are on hand, and until when those that were taken along."""
    until = view.on_hand_until if view.taken_along else None
    if until is None:
        return _count_on_hand(view)
    return tr_n(
        "{n} on hand until {time}", "{n} on hand until {time}", view.on_hand, time=clock(until.astimezone(zone))
    )


def _count_on_hand(view: View) -> str:
    return tr_n("{n} on hand", "{n} on hand", view.on_hand)


def _rejected(count: int, keys: Keymap) -> str:
    return tr_n("{n} rejected, {key} why", "{n} rejected, {key} why", count, key=keys.shown("export"))


def _wait(view: View) -> str:
    """Until the next try; empty while one is under way.

    To the second below half a minute, in steps of five below two minutes, else in minutes: what changes is painted.
    """
    left = view.line.next_try - view.now if view.line.next_try else timedelta(0)
    seconds = -(-left // timedelta(seconds=1))
    if seconds <= 0:
        return ""
    if seconds > 30:
        seconds = -(-seconds // 5) * 5
    return tr("{n} s", n=seconds) if seconds < 120 else tr("{n} min", n=seconds // 60)


#: What there is to do while there is nobody to call, the likeliest first; and once practice is over.
_WAITING = ("quit", "refresh", "undo", "campaigns", "numbers", "along", "blank")
_PRACTISING = ("quit", "undo")

#: So many keys of the line come before all others.
MOST_IN_A_CALL, MOST_BETWEEN_CALLS = 3, 2


def _footer(view: View, keys: Keymap, room: int, *, always: bool = False) -> Line:
    """The keys that are always in view, without a voter those that need none.

    What the line takes comes first, and what this desk alone offers; help stays longest. With `always` those alone.
    """
    calls = line_hints(view, keys)
    wanted = [action.id for action in ACTIONS if action.footer and action.id != "help"]
    if view.call.voter is None:
        wanted = [each for each in wanted if BY_ID[each].where == "desk"] + [
            *(_PRACTISING if view.practice else _WAITING)
        ]
    wanted = [each for each in wanted if each not in LINE_USES or LINE_USES[each](view)]
    first = MOST_IN_A_CALL if view.phone.in_call else MOST_BETWEEN_CALLS
    if always:
        calls, wanted = calls[:first], [each for each in wanted if BY_ID[each].offered]
    wanted.sort(key=lambda each: not BY_ID[each].offered)
    now = {action_id: offered.label for action_id, offered in view.offered.items()}
    helps = hint(keys, "help")
    chosen: list[Line] = []
    for words in [*calls[:first], *(hint(keys, each, now.get(each, "")) for each in wanted), *calls[first:]]:
        if words and width(join([*chosen, words, helps], "  ")) <= room:
            chosen.append(words)
    footer = join([*chosen, helps], "  ")
    return footer if width(footer) <= room else BLANK
