"""What becomes of a caller's word to the campaign: an event, about whomever it is about, and a line for the caller."""

from __future__ import annotations

from phonetui.client.hand import Hand
from phonetui.client.turn import Turn
from phonetui.client.view import Said
from phonetui.core import event as events
from phonetui.core.call import LONGEST_NOTE, Call
from phonetui.core.follow_up import Spoken
from phonetui.core.refusal import Refused
from phonetui.core.text import clean
from phonetui.core.translation import later, tr
from phonetui.core.word import AboutScript, FollowedUp, NumberBlocked, ToSupervisor, Word, WrongRecord

ASKED = later("Asked; the answer comes while you call on")
#: In English, as all that a supervisor reads on the server.
BLOCKED = "Written by phonetui: calls are blocked, since the number that voters see is marked as unwanted. What now?"


def write_down(turn: Turn, word: Word) -> None:
    """Write the word down. Raises `Refused` where it is about a voter, and there is none, and for no number."""
    match word:
        case WrongRecord():
            word.check()
            turn.write(events.Report, *_on_screen(turn), about=word.about, text=clean(word.text, LONGEST_NOTE))
            told = tr("Written down for the campaign")
        case AboutScript():
            step_id = turn.call.draft.place.step_id
            turn.write(events.Remark, *_on_screen(turn), step_id=step_id, text=clean(word.text, LONGEST_NOTE))
            told = tr("Written down for the campaign")
        case ToSupervisor():
            whom = _on_screen(turn) if word.with_voter else ("", "")
            turn.write(events.HelpQuestion, *whom, text=clean(word.text, LONGEST_NOTE))
            told = tr(ASKED)
        case NumberBlocked():
            turn.write(events.HelpQuestion, "", "", text=BLOCKED)
            return  # the caller hears of it where the call stands
        case FollowedUp():
            turn.write(events.FollowUpSent, *_spoken_with(turn, word), follow_up_id=word.follow_up_id, how=word.how)
            told = tr("Written down that it was sent")
    turn.said = Said(told, "saved")


def _on_screen(turn: Turn) -> tuple[str, str]:
    """The household and the voter on the screen."""
    if turn.call.household is None:
        raise Refused(tr("There is no voter on the screen; press this key during a call."))
    return turn.call.household.household_id, turn.call.voter_id


def _spoken_with(turn: Turn, word: FollowedUp) -> tuple[str, str]:
    """The same, or those of a call that can still be taken back: a message most often follows its result."""
    if word.voter_id == turn.call.voter_id:
        return _on_screen(turn)
    for saved in reversed(turn.call.back):
        if saved.voter_id == word.voter_id:
            return saved.household_id, saved.voter_id
    raise Refused(tr("That call is too long ago to write a message down for it."))


def last_spoken_with(call: Call, hand: Hand) -> Spoken | None:
    """Whom the last result was about; None before the first, and once they are withdrawn."""
    if not call.back:
        return None
    last = call.back[-1]
    lease = hand.lease(last.household_id)
    voters = lease.household.voters if lease else ()
    voter = next((each for each in voters if each.voter_id == last.voter_id), None)
    return Spoken(voter, last.disposition, last.draft.language) if voter else None
