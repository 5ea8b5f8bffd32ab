"""The caller's state machine: the one place that knows what follows what.

`act` looks phase and action up in `TABLE` and answers with the new call and the effects that the desk carries out; what
is not in the table does nothing. Nothing here reads a clock or touches a disk.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from phonetui.core import script
from phonetui.core.call import LONGEST_NOTE, Call, Draft, Phase, language, listener, loses_answers
from phonetui.core.call_actions import (
    Action,
    Answer,
    Back,
    Dial,
    Forward,
    Leave,
    Note,
    Result,
    Show,
    Skip,
    SwitchLanguage,
    TakeBack,
    Typed,
)
from phonetui.core.call_effects import (
    Effect,
    Finish,
    Ignore,
    Next,
    PutBack,
    RecordDial,
    RecordOutcome,
    RecordSkip,
    RecordUndo,
)
from phonetui.core.campaign import Campaign, Disposition
from phonetui.core.text import clean
from phonetui.core.translation import later, tr

#: Seconds after a voter appears in which a key that saves or dials was meant for the voter before.
TOO_SOON = 0.25
TOO_SOON_FOR_THIS = later("Too soon after the last key; press it again for this voter.")
#: Seconds in which the same result key again is a key held down, not a new result.
HELD_DOWN = 0.5

Step = tuple[Call, tuple[Effect, ...]]


def _show(campaign: Campaign, call: Call, action: Show, tick: float) -> Step:
    then = action.resume
    shown = msgspec.structs.replace(
        _cleared(call),
        phase=Phase.CALLING,
        household=action.household,
        shown_at=action.at,
        judged_at=action.server_at or action.at,
    )
    if then is None:
        return _turn_to(campaign, shown, action.household.voters[0].voter_id, tick), ()
    shown = msgspec.structs.replace(
        shown,
        voter_id=then.voter_id,
        draft=_fitting(campaign, then.draft),
        same_call=then.same_call,
        settled=then.settled,
        dialed=then.dialed,
        shown_tick=tick,
    )
    return shown, ()


def _turn_to(campaign: Campaign, call: Call, voter_id: str, tick: float) -> Call:
    draft = _fitting(campaign, call.drafts.get(voter_id, Draft()))
    if not draft.language:  # who shares a number most often shares a language
        draft = msgspec.structs.replace(draft, language=call.draft.language)
    return msgspec.structs.replace(
        call, phase=Phase.CALLING, voter_id=voter_id, draft=draft, confirming="", shown_tick=tick
    )


def _fitting(campaign: Campaign, draft: Draft) -> Draft:
    return msgspec.structs.replace(draft, place=script.standing(campaign, draft.place))


def again(campaign: Campaign, call: Call, at: datetime, tick: float) -> Call:
    """A call from an earlier start of the program: its clock is another, and the script may have changed since.

    Whoever was on the screen is there since `at`: nobody was calling in between.
    """
    call = msgspec.structs.replace(call, draft=_fitting(campaign, call.draft), shown_tick=tick, result_key="")
    if call.household is None:
        return call
    return msgspec.structs.replace(call, shown_at=at, judged_at=call.judged_at or call.shown_at)


def _answer(campaign: Campaign, call: Call, action: Answer, tick: float) -> Step:
    whom = listener(campaign, call)
    place = script.answer(campaign, whom, call.draft.place, action.number) if whom else None
    if place is None:
        return call, (Ignore(tr("There is no answer {number} here.", number=action.number)),)
    return _redraft(call, place=place, version=campaign.version)


def _typed(campaign: Campaign, call: Call, action: Typed, tick: float) -> Step:
    whom = listener(campaign, call)
    if whom is None:
        return call, ()
    place = script.type_in(campaign, whom, call.draft.place, action.part, action.text)
    done = action.done and script.is_complete(campaign, place, action.part)
    place = script.forward(campaign, whom, place) if done else place
    return _redraft(call, place=place, version=campaign.version)


def _switch_language(campaign: Campaign, call: Call, action: SwitchLanguage, tick: float) -> Step:
    languages = campaign.languages
    if len(languages) < 2:
        return call, (Ignore(tr("This campaign's script is in one language only.")),)
    following = languages.index(language(campaign, call)) + 1
    return _redraft(call, language=languages[following % len(languages)])


def _forward(campaign: Campaign, call: Call, action: Forward, tick: float) -> Step:
    whom, place = listener(campaign, call), call.draft.place
    if script.wanting(campaign, place):
        return call, (Ignore(tr("The script goes on with an answer to this question; or choose a result.")),)
    return _redraft(call, place=script.forward(campaign, whom, place)) if whom else (call, ())


def _back(campaign: Campaign, call: Call, action: Back, tick: float) -> Step:
    whom = listener(campaign, call)
    return _redraft(call, place=script.back(campaign, whom, call.draft.place)) if whom else (call, ())


def _note(campaign: Campaign, call: Call, action: Note, tick: float) -> Step:
    return _redraft(call, note=clean(action.text, LONGEST_NOTE))


def _redraft(call: Call, **changes: Any) -> Step:
    draft = msgspec.structs.replace(call.draft, **changes)
    if draft == call.draft and call.phase is Phase.CALLING:
        return call, ()
    return msgspec.structs.replace(call, draft=draft, phase=Phase.CALLING, confirming=""), ()


def is_new(call: Call, tick: float) -> bool:
    """Whether the voter came so short a while ago that a key may be meant for the voter before."""
    return call.voter is not None and tick - call.shown_tick < TOO_SOON


def _dial(campaign: Campaign, call: Call, action: Dial, tick: float) -> Step:
    taken_again = call.dialed and action.engine == "hand" and action.by != "redial"  # it is only looked at once more
    if taken_again or call.household is None or action.household_id not in ("", call.household.household_id):
        return call, ()
    record = RecordDial(call.household, call.voter_id, action.engine, action.by)
    return msgspec.structs.replace(call, dialed=True), (record,)


def _result(campaign: Campaign, call: Call, action: Result, tick: float) -> Step:
    disposition = campaign.disposition(action.disposition)
    if disposition is None:
        return call, (Ignore(tr("The campaign has no such result any more; choose another.")),)
    held = action.disposition == call.result_key and tick - call.result_tick < HELD_DOWN
    call = msgspec.structs.replace(call, result_key=action.disposition, result_tick=tick)
    if (is_new(call, tick) or held) and not action.by_line:
        return call, (Ignore(tr(TOO_SOON_FOR_THIS)),)
    if disposition.talk and script.wants_disclosure(campaign, call.draft.place):
        label = campaign.words(disposition.label)
        return call, (
            Ignore(tr("Read the disclosure out and go on from it first; then “{label}” can be saved.", label=label)),
        )
    wants_it_twice = disposition.confirm or loses_answers(campaign, call, disposition)
    if wants_it_twice and call.confirming != disposition.id:
        return msgspec.structs.replace(call, phase=Phase.CONFIRMING, confirming=disposition.id), ()
    return _record(campaign, call, disposition, action, tick)


def _record(campaign: Campaign, call: Call, disposition: Disposition, result: Result, tick: float) -> Step:
    household = call.household
    if household is None:
        return call, ()
    record = RecordOutcome(
        household=household,
        voter_id=call.voter_id,
        result=result,
        draft=call.draft,
        same_call=call.same_call,
        settled=call.settled,
        dialed=call.dialed,
        shown_at=call.shown_at,
        answered=not loses_answers(campaign, call, disposition),
    )
    others = () if disposition.about == "number" else call.waiting_voters
    call = msgspec.structs.replace(call, skipped=False)
    if not others:
        return _finished(call), (record, Finish(household.household_id), Next())
    reached = msgspec.structs.replace(call, settled=(*call.settled, call.voter_id), same_call=True)
    return _turn_to(campaign, reached, others[0].voter_id, tick), (record,)


def _skip(campaign: Campaign, call: Call, action: Skip, tick: float) -> Step:
    household = call.household
    if household is None:
        return call, ()
    finish = (Finish(household.household_id), Next())
    if call.settled:  # someone was reached at this number: the household does not go back uncalled
        return _finished(call), finish
    skipped = msgspec.structs.replace(_finished(call), skipped=True)
    return skipped, (RecordSkip(household, call.voter_id), *finish)


def _take_back(campaign: Campaign, call: Call, action: TakeBack, tick: float) -> Step:
    if call.skipped and call.back:
        why = tr("A skip cannot be taken back; press the key again for the result before it.")
        return msgspec.structs.replace(call, skipped=False), (Ignore(why),)
    if not call.back:
        return call, (Ignore(tr("There is nothing to take back.")),)
    then, left = call.back[-1], call.household
    put_back = (PutBack(left.household_id),) if left and left.household_id != then.household_id else ()
    return msgspec.structs.replace(_left(call), back=call.back[:-1]), (*put_back, RecordUndo(then))


def _leave(campaign: Campaign, call: Call, action: Leave, tick: float) -> Step:
    household = call.household
    return _left(call), (PutBack(household.household_id),) if household else ()


def _left(call: Call) -> Call:
    """Off the screen without a result: what was typed is kept for when the voter comes back."""
    if call.household is None or call.draft == Draft():
        return _cleared(call)
    return msgspec.structs.replace(_cleared(call), drafts={**call.drafts, call.voter_id: call.draft})


def _finished(call: Call) -> Call:
    """Off the screen for good: the household's drafts have become its outcomes."""
    gone = {voter.voter_id for voter in call.household.voters} if call.household else set()
    return msgspec.structs.replace(
        _cleared(call), drafts={voter_id: draft for voter_id, draft in call.drafts.items() if voter_id not in gone}
    )


def _cleared(call: Call) -> Call:
    return Call(
        drafts=call.drafts,
        back=call.back,
        skipped=call.skipped,
        result_key=call.result_key,
        result_tick=call.result_tick,
    )


Rule = Callable[[Campaign, Call, Any, float], Step]

ON_SCREEN: dict[type, Rule] = {
    Answer: _answer,
    Typed: _typed,
    SwitchLanguage: _switch_language,
    Forward: _forward,
    Back: _back,
    Note: _note,
    Dial: _dial,
    Result: _result,
    Skip: _skip,
    TakeBack: _take_back,
    Leave: _leave,
}

TABLE: dict[Phase, dict[type, Rule]] = {
    Phase.WAITING: {Show: _show, TakeBack: _take_back},
    Phase.CALLING: ON_SCREEN,
    Phase.CONFIRMING: ON_SCREEN,
}


def act(campaign: Campaign, call: Call, action: Action, tick: float) -> Step:
    """What follows from `action`; `tick` is a monotonic clock in seconds. An action out of place is ignored."""
    rule = TABLE[call.phase].get(type(action))
    if rule is None:
        return call, (Ignore(tr("There is no voter on the screen.")),)
    return rule(campaign, call, action, tick)
