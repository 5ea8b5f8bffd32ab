"""What is said of the desk's view, as sentences and short lines: pure functions, apart from every terminal."""

from __future__ import annotations

from datetime import timedelta, tzinfo
from functools import partial

from phonetui.client.view import View
from phonetui.core.call import Phase, loses_answers
from phonetui.core.call_back import promise
from phonetui.core.campaign import Disposition
from phonetui.core.eligibility import local_time, may_call, sentence
from phonetui.core.keymap import Keymap
from phonetui.core.keys import show_key
from phonetui.core.languages import language_name
from phonetui.core.person import address, attempted, group_number, known_as, polling_place, voted
from phonetui.core.script_page import Blank, Choice, Page, result_label
from phonetui.core.tour import STOPS, checklist
from phonetui.core.translation import later, number, tr, tr_n
from phonetui.core.voter import Phone, Voter
from phonetui.core.when import clock
from phonetui.plain.typed_words import typed_key
from phonetui.plain.wrapping import TOGETHER

#: Of a history so many of the last attempts are said.
MOST_ATTEMPTS = 4


def voter_lines(view: View, *, short: bool) -> list[str]:
    """Who is called; `short` is name and number alone, and what must not be missed."""
    voter, campaign = view.call.voter, view.campaign
    if voter is None or campaign is None:
        return []
    name = tr("Still on this call: {name}", name=voter.full_name) if view.call.same_call else voter.full_name
    first = [_promise(view), *_why_not(view, voter)]
    if short:
        return [name, _whole(voter.number), *first]
    return [
        name,
        ", ".join(part for part in (str(voter.age or ""), voter.party, language_name(voter.language)) if part),
        *(_phone(phone, first=phone is voter.phones[0]) for phone in voter.phones),
        ", ".join(address(voter)),
        voted(voter).replace(" · ", ", "),
        _time_there(view, voter),
        *first,
        *_others(view, voter),
        note_line(view) if view.call.draft.note else "",
        *_before(view, voter),
    ]


def all_voter_lines(view: View) -> list[str]:
    """The same with all that is known."""
    voter = view.call.voter
    if voter is None:
        return []
    places, tags = "; ".join(polling_place(voter)), ", ".join(voter.tags)
    return [
        *voter_lines(view, short=False),
        tr("Votes at: {place}", place=places) if places else "",
        tr("Tags: {tags}", tags=tags) if tags else "",
    ]


def _promise(view: View) -> str:
    if view.promised_at is None:
        return ""
    return f"{promise(view.promised_at, view.now, by_you=view.promised_by_you)}."


def _why_not(view: View, voter: Voter) -> list[str]:
    """Why this voter may not be dialed now, if so."""
    if view.verdict.allowed and view.campaign:
        allowed = view.call.same_call or may_call(view.campaign, voter.zones, view.now).allowed
        return [] if allowed else [tr("It is outside calling hours there.")]
    return [sentence(view.verdict, view.now)]


def note_line(view: View) -> str:
    """The note that goes with the result."""
    note = view.call.draft.note
    return tr("Note: {note}", note=note) if note else tr("There is no note.")


def _phone(phone: Phone, *, first: bool) -> str:
    shown = _whole(phone.number)
    if phone.kind:
        shown = f"{shown}, {tr(phone.kind)}"
    return tr("Call {number}", number=shown) if first else tr("Other number: {number}", number=shown)


def _whole(number: str) -> str:
    """The number, which no line's end comes between."""
    return group_number(number).replace(" ", TOGETHER)


def digits(voter: Voter) -> str:
    """The number digit by digit, in groups that a voice or a finger can follow: `8 1 2, 5 5 5, 0 1 6 6`."""
    shown = group_number(voter.number)
    groups = shown.replace("(", "").replace(")", "").replace("-", " ").split()
    return ", ".join(" ".join(group.replace("+", "")) for group in groups)


def _time_there(view: View, voter: Voter) -> str:
    there = local_time(voter.zones, view.now)
    if not there:
        return tr("The time there is not known.")
    if not voter.zone_source:
        return tr("It is {time} there.", time=there)
    return tr("It is {time} there, by the {source}.", time=there, source=tr(voter.zone_source))


def _others(view: View, voter: Voter) -> list[str]:
    household = view.call.household
    sharing = [other for other in household.voters if other is not voter] if household else []
    done = [known_as(other, voter) for other in sharing if other.voter_id in view.call.settled]
    left = [known_as(other, voter) for other in sharing if other.voter_id not in view.call.settled]
    beside = [known_as(other, voter) for each in view.neighbours for other in each.voters]
    return [
        tr("Same number: {names}", names=", ".join(left)) if left else "",
        tr("Same number, done: {names}", names=", ".join(done)) if done else "",
        tr("Same address: {names}", names=", ".join(beside)) if beside else "",
    ]


def _before(view: View, voter: Voter) -> list[str]:
    if view.campaign is None:
        return []
    lines = []
    for past in reversed(voter.attempts[-MOST_ATTEMPTS:]):
        on, label = attempted(view.campaign, voter, past)
        told = tr("Before: {day}, {result}", day=on, result=label)
        lines.append(f"{told}. {past.note}" if past.note else told)
    return lines


def page_lines(page: Page, keys: Keymap, *, short: bool) -> list[str]:
    """The script's step: what to say, what to ask, and what can be typed in answer."""
    say = page.say
    if page.disclosure and say:
        say = tr("Read this out word for word: {text}", text=say)
    elif say and not short:
        say = tr("Say: {text}", text=say)
    return [
        say,
        tr("Read this out first: {text}", text=page.rules) if page.rules else "",
        tr("Ask: {question}", question=page.ask) if page.ask else "",
        *(_choice(choice, keys.answer(choice.digit)) for choice in page.choices),
        *(_blank(blank, keys) for blank in page.blanks),
        *([] if short else way_on(page, keys)),
    ]


def _choice(choice: Choice, key: str) -> str:
    if choice.chosen:
        return tr("{key} {answer}, chosen", key=key, answer=choice.label)
    return f"{key} {choice.label}"


def _blank(blank: Blank, keys: Keymap) -> str:
    if blank.answer:
        return tr("{name}: {answer}", name=blank.label, answer=blank.answer)
    if not blank.free:
        return f"{blank.label}: {blank.how_to}"
    return tr("{name}: type {key} to answer", name=blank.label, key=typed_key(keys, "type"))


def way_on(page: Page, keys: Keymap) -> list[str]:
    """What goes on from the step, said or done."""
    on = tr("on")
    lines = []
    if page.several:
        lines.append(tr("Type the number of each that is named, then {on}.", on=on))
    if page.result:
        key = show_key(keys.first("type")).lower()
        lines.append(tr("Type {key} to save {result}.", key=key, result=page.result))
    elif page.last and not page.wanting:
        lines.append(tr("The script ends here; type a result."))
    elif not page.wanting and not page.several:
        lines.append(tr("Type {on} to go on.", on=on))
    return lines


def question(about: str) -> str:
    """What stands before the choices."""
    return about if about.endswith("?") else f"{about}:"


def ticked(page: Page) -> str:
    """What is chosen of several answers."""
    named = ", ".join(choice.label for choice in page.choices if choice.chosen)
    return tr("Chosen: {answers}.", answers=named) if named else tr("Nothing is chosen.")


def result_lines(view: View, keys: Keymap, *, short: bool) -> list[str]:
    """Every result and its key; `short` in one line."""
    campaign = view.campaign
    if campaign is None:
        return []

    def said(each: Disposition) -> str:
        label = f"{keys.results[each.id]}{TOGETHER}{result_label(campaign, view.call, each)}"
        return tr("{result} (twice)", result=label) if each.confirm else label

    each = [said(disposition) for disposition in campaign.dispositions]
    return [", ".join(each)] if short else [tr("Results:"), *each]


def confirming(view: View, keys: Keymap) -> str:
    """What is asked of a result that wants its key once more."""
    campaign, voter = view.campaign, view.call.voter
    disposition = campaign.disposition(view.call.confirming) if campaign else None
    if view.call.phase is not Phase.CONFIRMING or campaign is None or disposition is None or voter is None:
        return ""
    label, key = campaign.words(disposition.label), keys.results[disposition.id]
    if loses_answers(campaign, view.call, disposition):
        return tr(
            "There are answers from a talk; type {key} again to save “{label}” without them.", key=key, label=label
        )
    whom = voter.first_name if disposition.about == "person" else tr("all at this number")
    return tr("{result} for {whom}? Type {key} again, or esc.", result=label, whom=whom, key=key)


def waiting_lines(view: View) -> list[str]:
    """Why nobody is called now, and the way on."""
    if view.waiting is None:
        return []
    return [view.waiting.title + ("" if view.waiting.title.endswith("…") else "."), view.waiting.text]


def heading(view: View) -> str:
    """Whose campaign it is."""
    campaign = view.campaign
    name = f"{campaign.organisation}, {campaign.name}" if campaign else "phonetui"
    return tr("PRACTICE, nothing is counted or sent: {campaign}", campaign=name) if view.practice else name


def counted(view: View) -> str:
    """What the shift has come to."""
    calls = tr_n("{n} call", "{n} calls", view.tally.attempts)
    talks = tr_n("{n} talk", "{n} talks", view.tally.talks)
    if view.campaign is None or not view.campaign.goal:
        return tr("{calls}, {talks}.", calls=calls, talks=talks)
    return tr("{calls}, {talks}, goal {goal}.", calls=calls, talks=talks, goal=number(view.campaign.goal))


_STATES = {
    "online": later("Online."),
    "slow": later("Online, but the line is slow."),
    "connecting": later("Connecting."),
}


def line_state(view: View, keys: Keymap, zone: tzinfo | None) -> str:
    """How the line is."""
    line = view.line
    if line.state == "signed_out" and not view.takes_password:
        return tr("Signed out; type {key} to leave, and then phonetui login.", key=typed_key(keys, "quit"))
    if line.state == "signed_out":
        return tr("Signed out; type {key} to sign in.", key=typed_key(keys, "refresh"))
    if line.state in _STATES:
        return tr(_STATES[line.state])
    since = clock(line.since.astimezone(zone)) if line.since else ""
    return tr("Offline since {time}.", time=since) if since else tr("Offline.")


def status_lines(view: View, keys: Keymap, zone: tzinfo | None) -> list[str]:
    """The line, what is unsent, who is on hand, and what the shift has come to."""
    told = [line_state(view, keys, zone)]
    if view.line.why:
        told.append(view.line.why)
    if not view.line.is_up and view.line.state != "signed_out":
        told.append(_next_try(view, keys))
    told.append(
        tr_n("{n} entry is not sent yet.", "{n} entries are not sent yet.", view.unsent)
        if view.unsent
        else tr("All is sent.")
    )
    return [*told, *rejected_lines(view, keys), _on_hand(view, zone), counted(view), *_extras(view)]


def rejected_lines(view: View, keys: Keymap) -> list[str]:
    """What the campaign did not take, and how to hear why."""
    if not view.rejected:
        return []
    key = typed_key(keys, "export")
    return [
        tr_n(
            "{n} entry was rejected; {key} says why.",
            "{n} entries were rejected; {key} says why.",
            view.rejected,
            key=key,
        )
    ]


def _extras(view: View) -> list[str]:
    return [f"{offered.told}." for offered in view.offered.values() if offered.told]


def _next_try(view: View, keys: Keymap) -> str:
    left = view.line.next_try - view.now if view.line.next_try else timedelta(0)
    seconds = -(-left // timedelta(seconds=1))
    if seconds <= 0:
        return tr("It is tried now.")
    wait = tr_n("{n} second", "{n} seconds", seconds) if seconds < 120 else tr("{n} minutes", n=seconds // 60)
    return tr("The next try is in {wait}; {key} tries now.", wait=wait, key=typed_key(keys, "refresh"))


def _on_hand(view: View, zone: tzinfo | None) -> str:
    until = view.on_hand_until if view.taken_along else None
    if until is None:
        return tr_n("{n} voter is on hand.", "{n} voters are on hand.", view.on_hand)
    time = clock(until.astimezone(zone))
    return tr_n("{n} voter is on hand until {time}.", "{n} voters are on hand until {time}.", view.on_hand, time=time)


def today_line(view: View) -> str:
    """What the day has come to; nothing before its first call."""
    today = view.today
    if not today.results:
        return ""
    calls, talks = tr_n("{n} call", "{n} calls", today.attempts), tr_n("{n} talk", "{n} talks", today.talks)
    contacts = tr_n("{n} contact", "{n} contacts", today.contacts)
    return tr("Today: {calls}, {contacts}, {talks}.", calls=calls, contacts=contacts, talks=talks)


def tour_lines(keys: Keymap) -> list[str]:
    """What there is, one thing a line."""
    return [stop.told(partial(typed_key, keys)) for stop in STOPS]


def offer_lines() -> list[str]:
    """What a caller new to the desk is told before the first voter."""
    return [tr("New here? Type {word} and Enter for a short tour.", word=tr("tour")), checklist()]
