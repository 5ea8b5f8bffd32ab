"""What a key writes down, worked out without journal or network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import msgspec
import pytest

from phonetui.client.hand import Hand
from phonetui.client.turn import Moment, Turn
from phonetui.core import call_actions
from phonetui.core.call import Call
from phonetui.core.campaign import Condition
from phonetui.core.event import Dial, Outcome, Skip, Undo, encode
from phonetui.core.refusal import Refused
from phonetui.core.voter import Household, Phone, Voter
from phonetui.wire import Lease
from tests.core.test_call import BEN, CAMPAIGN, LEES, REEDS

NOON = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)


def lease(household: Household, until: datetime = NOON + timedelta(hours=2)) -> Lease:
    return Lease(household, until, {voter.voter_id: f"ticket-{voter.voter_id}" for voter in household.voters})


def said(turn: Turn) -> str:
    """The line for the caller."""
    return turn.said.text if turn.said else ""


class Desk:
    """Carries keys out one after the other, a second apart, as the real desk does once each is saved."""

    def __init__(self, *households: Household, coming: str = "") -> None:
        self.hand = Hand(lease(household) for household in households)
        self.call = Call()
        self.events: list[Outcome | Undo | Skip | Dial] = []
        self.ids: Iterator[str] = (f"event-{number}" for number in count(1))
        self.seconds = 0
        self.campaign = CAMPAIGN
        self.coming = msgspec.structs.replace(CAMPAIGN, name=coming) if coming else None
        self.press(None)

    def press(self, action: call_actions.Action | None) -> Turn:
        self.seconds += 1
        at = NOON + timedelta(seconds=self.seconds)
        turn = Turn(
            self.campaign,
            self.call,
            self.hand,
            Moment(at, float(self.seconds), at),
            new_id=lambda: next(self.ids),
            next_seq=len(self.events) + 1,
            coming=self.coming,
        )
        if action is None:
            turn.show_next()
        else:
            turn.act(action)
        self.call, self.hand, self.campaign = turn.call, turn.hand, turn.campaign
        self.events += [event for event, _ in turn.events if isinstance(event, Outcome | Undo | Skip | Dial)]
        return turn

    def on_screen(self) -> str:
        return self.call.voter.first_name if self.call.voter else ""


def test_a_result_is_written_down_with_ticket_and_sequence_and_the_next_voter_is_there() -> None:
    desk = Desk(REEDS, LEES)
    turn = desk.press(call_actions.Result("not_home"))
    outcome = desk.events[0]
    assert isinstance(outcome, Outcome)
    assert (outcome.id, outcome.seq, outcome.ticket) == ("event-1", 1, "ticket-1")
    assert (outcome.disposition, outcome.number_ending) == ("not_home", "01")
    assert REEDS.number[-4:].encode() not in encode(outcome)
    assert outcome.shown_at == NOON + timedelta(seconds=1)
    assert (turn.finished, turn.returned) == (["reeds"], [])
    assert desk.on_screen() == "Cho"


def test_the_line_for_the_caller_says_what_was_saved_and_for_whom() -> None:
    desk = Desk(REEDS, LEES)
    refused = desk.press(call_actions.Result("refused")).said
    assert refused is not None
    assert (refused.text, refused.undo) == ("refused saved for Ana", True)
    away = desk.press(call_actions.Result("not_home")).said
    assert away is not None
    assert away.text == "not_home saved for Ben"


def test_a_number_nobody_answers_is_saved_for_everyone_there() -> None:
    said = Desk(REEDS).press(call_actions.Result("not_home")).said
    assert said is not None
    assert said.text == "not_home saved for everyone at this number"


def test_answers_and_note_go_with_the_result() -> None:
    desk = Desk(LEES)
    for action in (
        call_actions.Forward(),
        call_actions.Answer(2),
        call_actions.Note("Works nights"),
        call_actions.Result("talked"),
    ):
        desk.press(action)
    outcome = desk.events[-1]
    assert isinstance(outcome, Outcome)
    assert (outcome.answers, outcome.note, outcome.talked) == ({"will_vote": "no"}, "Works nights", True)


def test_a_result_that_reached_nobody_leaves_the_answers_out_and_taking_it_back_brings_them_back() -> None:
    desk = Desk(LEES)
    for action in (
        call_actions.Forward(),
        call_actions.Answer(2),
        call_actions.Note("Works nights"),
        call_actions.Result("not_home"),
        call_actions.Result("not_home"),
    ):
        desk.press(action)
    [outcome] = desk.events
    assert isinstance(outcome, Outcome)
    assert (outcome.answers, outcome.note, outcome.talked) == ({}, "Works nights", False)
    desk.press(call_actions.TakeBack())
    assert (desk.call.draft.place.answers, desk.call.draft.note) == ({"will_vote": "no"}, "Works nights")


def test_taking_back_names_the_outcome_and_shows_its_voter_again() -> None:
    desk = Desk(REEDS, LEES)
    desk.press(call_actions.Result("not_home"))
    turn = desk.press(call_actions.TakeBack())
    undo = desk.events[-1]
    assert isinstance(undo, Undo)
    assert (undo.supersedes, undo.voter_id, undo.ticket) == ("event-1", "1", "ticket-1")
    assert desk.on_screen() == "Ana"
    assert turn.returned == ["lees", "reeds"]
    assert said(turn) == "Taken back; choose the right result"
    desk.press(call_actions.Result("not_home"))
    assert desk.on_screen() == "Cho"


def test_taking_back_what_was_said_of_somebody_withdrawn_since_shows_who_is_left_of_the_household() -> None:
    desk = Desk(REEDS, LEES)
    desk.press(call_actions.Result("refused"))
    desk.hand.withdraw(["1"])
    assert said(desk.press(call_actions.TakeBack())) == "Taken back; that voter is no longer yours to call"
    assert desk.on_screen() == "Ben"
    assert desk.press(call_actions.Result("refused")).said is not None
    assert [(type(event), event.voter_id) for event in desk.events] == [(Outcome, "1"), (Undo, "1"), (Outcome, "2")]


def test_taking_back_what_was_said_of_somebody_no_longer_lent_goes_on_with_the_next_and_says_so() -> None:
    desk = Desk(REEDS, LEES)
    desk.hand.drop(["reeds"])
    desk.press(call_actions.Result("not_home"))
    assert said(desk.press(call_actions.TakeBack())) == "Taken back; that voter is no longer yours to call"
    assert desk.on_screen() == "Cho"


def test_taking_back_names_the_ticket_of_its_own_visit_though_the_household_was_lent_again_without_the_voter() -> None:
    desk = Desk(REEDS, LEES)
    desk.press(call_actions.Result("refused"))
    again = msgspec.structs.replace(REEDS, voters=(BEN,))
    desk.hand.to_call["reeds"] = Lease(again, NOON + timedelta(hours=2), {BEN.voter_id: "ticket-again"})
    desk.press(call_actions.TakeBack())
    assert (desk.events[-1].voter_id, desk.events[-1].ticket) == ("1", "ticket-1")


def test_do_not_call_acts_at_once_on_every_voter_on_hand_and_can_be_taken_back() -> None:
    shared = msgspec.structs.replace(BEN, voter_id="9", phones=(Phone("+18125550109"), Phone(REEDS.number)))
    other = Household(household_id="other", number="+18125550109", voters=(shared,))
    desk = Desk(REEDS, other)
    desk.press(call_actions.Result("do_not_call"))
    desk.press(call_actions.Result("do_not_call"))
    assert desk.call.voter is not None
    assert desk.call.voter.phones == (Phone("+18125550109"),)
    desk.press(call_actions.TakeBack())
    assert desk.on_screen() == "Ana"


def test_do_not_call_goes_first_even_where_the_next_voter_has_a_script_without_it() -> None:
    desk = Desk(REEDS, LEES)
    assert not any(entry.urgent for entry in desk.press(call_actions.Result("refused")).entries())
    desk.coming = msgspec.structs.replace(CAMPAIGN, dispositions=CAMPAIGN.dispositions[:-1])
    desk.press(call_actions.Result("do_not_call"))
    turn = desk.press(call_actions.Result("do_not_call"))
    assert turn.campaign == desk.coming
    assert [(entry.seq, entry.urgent) for entry in turn.entries()] == [(2, True)]


def test_a_skip_goes_to_the_campaign_and_the_household_leaves_the_hand() -> None:
    desk = Desk(REEDS, LEES)
    desk.press(call_actions.Skip())
    assert isinstance(desk.events[0], Skip)
    assert list(desk.hand.to_call) == ["lees"]


def test_taking_the_number_to_dial_it_is_written_down() -> None:
    desk = Desk(REEDS)
    desk.press(call_actions.Dial())
    assert isinstance(desk.events[0], Dial)


def test_whom_the_engine_did_not_reach_is_written_down_as_dialed_by_hand() -> None:
    desk = Desk(LEES)
    desk.press(call_actions.Dial("baresip"))
    desk.press(call_actions.Dial("hand"))  # the number is read off, the engine's call goes on
    desk.press(call_actions.Dial("hand", "redial"))

    assert [event.engine for event in desk.events if isinstance(event, Dial)] == ["baresip", "hand"]


def test_the_number_is_dialed_again_for_the_next_of_the_household_only_while_the_rules_allow_it() -> None:
    desk = Desk(REEDS)
    desk.press(call_actions.Dial("fake"))
    desk.press(call_actions.Result("refused"))
    assert desk.call.same_call
    desk.press(call_actions.Dial("fake", "redial"))
    desk.seconds += 3 * 3600

    with pytest.raises(Refused, match=r"^This voter was lent to you for a time that is over;"):
        desk.press(call_actions.Dial("fake", "redial"))

    assert [event.by for event in desk.events if isinstance(event, Dial)] == ["key", "redial"]


def test_a_new_script_begins_with_the_next_voter_and_not_in_a_call() -> None:
    desk = Desk(REEDS, LEES)
    desk.coming = msgspec.structs.replace(CAMPAIGN, name="Second version")
    desk.press(call_actions.Note("Still talking"))
    assert desk.campaign.name == "Turnout"
    desk.press(call_actions.Result("not_home"))
    assert desk.campaign.name == "Second version"


def test_questions_conditions_and_languages_of_a_new_script_begin_with_the_next_voter() -> None:
    desk = Desk(REEDS, LEES)
    hello, vote, thanks = CAMPAIGN.steps
    assert vote.question
    several = msgspec.structs.replace(vote, question=msgspec.structs.replace(vote.question, kind="several"))
    for_others = msgspec.structs.replace(thanks, id="others", when=Condition(languages=("es",)))
    steps = (hello, several, for_others, thanks)
    desk.coming = msgspec.structs.replace(CAMPAIGN, steps=steps, languages=("en", "es"))
    assert said(desk.press(call_actions.SwitchLanguage())) == "This campaign's script is in one language only."
    desk.press(call_actions.Forward())
    desk.press(call_actions.Answer(1))
    assert desk.call.draft.place.step_id == "thanks"
    desk.press(call_actions.Result("not_home"))
    desk.press(call_actions.Result("not_home"))
    assert desk.on_screen() == "Cho"
    desk.press(call_actions.Forward())
    desk.press(call_actions.Answer(2))
    desk.press(call_actions.Answer(1))
    assert (desk.call.draft.place.step_id, desk.call.draft.place.answers) == ("vote", {"will_vote": "yes;no"})
    desk.press(call_actions.SwitchLanguage())
    desk.press(call_actions.Forward())
    assert (desk.call.draft.place.step_id, desk.call.draft.language) == ("thanks", "es")


def test_the_scripts_dates_are_judged_by_the_servers_clock_not_by_the_laptops() -> None:
    turn = Turn(
        CAMPAIGN,
        Call(),
        Hand([lease(LEES)]),
        Moment(NOON + timedelta(days=300), 1.0, NOON),
        new_id=lambda: "event",
        next_seq=1,
    )
    turn.show_next()
    assert (turn.call.judged_at, turn.call.shown_at) == (NOON, NOON + timedelta(days=300))


def test_with_nobody_on_hand_the_screen_is_empty() -> None:
    desk = Desk(LEES)
    desk.press(call_actions.Result("not_home"))
    assert desk.on_screen() == ""
    assert desk.hand.to_call == {}


def test_nobody_is_offered_whose_lease_has_ended() -> None:
    hand = Hand([lease(LEES, until=NOON), lease(REEDS)])
    household = hand.next(CAMPAIGN, NOON)
    assert household is not None
    assert household.household_id == "reeds"


def test_a_voter_who_has_voted_leaves_the_household_and_an_empty_one_leaves_the_hand() -> None:
    hand = Hand([lease(REEDS), lease(LEES)])
    hand.withdraw(["1", "3"])
    assert [voter.voter_id for voter in hand.to_call["reeds"].household.voters] == ["2"]
    assert "lees" not in hand.to_call


def test_neighbours_are_those_at_the_same_address_with_another_number() -> None:
    at_home = msgspec.structs.replace(REEDS, address_key="1932 mill ct")
    next_door = msgspec.structs.replace(LEES, address_key="1932 mill ct")
    elsewhere = Household("far", "+18125550103", (Voter("4", "Dee", "Ray"),), "7 oak st")
    hand = Hand([lease(at_home), lease(next_door), lease(elsewhere)])
    assert [household.household_id for household in hand.neighbours(at_home)] == ["lees"]
    assert hand.neighbours(REEDS) == ()
