"""A caller's evening, key by key, without screen, disk or clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Literal

import msgspec
import pytest

from phonetui.core import call_actions, call_flow, script
from phonetui.core.call import MOST_TAKEN_BACK, Call, Draft, Phase, Saved, remember, without_withdrawn
from phonetui.core.call_effects import Effect, Ignore, PutBack, RecordOutcome, RecordUndo
from phonetui.core.campaign import Answer, CallingRules, Campaign, Disposition, Hours, Question, Step
from phonetui.core.voter import Household, Voter

AT = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)


def result(disposition_id: str, about: Literal["number", "person"]) -> Disposition:
    label = {"en": disposition_id}
    return Disposition(id=disposition_id, key=disposition_id[0], label=label, about=about, contact=about == "person")


DO_NOT_CALL = msgspec.structs.replace(result("do_not_call", "number"), confirm=True, suppresses=True)

CAMPAIGN = Campaign(
    campaign_id="riverside",
    name="Turnout",
    organisation="Riverside Votes",
    languages=("en",),
    starts=date(2026, 11, 1),
    ends=date(2026, 12, 8),
    calling=CallingRules(hours={"sat": Hours(time(9), time(21))}),
    dispositions=(
        result("not_home", "number"),
        result("refused", "person"),
        result("talked", "person"),
        DO_NOT_CALL,
    ),
    steps=(
        Step(id="hello", say={"en": "Hi"}),
        Step(
            id="vote",
            question=Question(
                id="will_vote",
                ask={"en": "Do you plan to vote?"},
                answers=(Answer(id="yes", label={"en": "Yes"}), Answer(id="no", label={"en": "No"})),
            ),
        ),
        Step(id="thanks", say={"en": "Thanks"}, ends=True),
    ),
)

ANA = Voter(voter_id="1", first_name="Ana", last_name="Reed")
BEN = Voter(voter_id="2", first_name="Ben", last_name="Reed")
CHO = Voter(voter_id="3", first_name="Cho", last_name="Lee")
REEDS = Household(household_id="reeds", number="+18125550101", voters=(ANA, BEN))
LEES = Household(household_id="lees", number="+18125550102", voters=(CHO,))


class Evening:
    """Presses keys a second apart and keeps what the desk was told to do."""

    def __init__(self) -> None:
        self.call = Call()
        self.campaign = CAMPAIGN
        self.tick = 100.0
        self.effects: tuple[Effect, ...] = ()

    def press(self, action: call_actions.Action, after: float = 1.0) -> tuple[Effect, ...]:
        self.tick += after
        self.call, self.effects = call_flow.act(self.campaign, self.call, action, self.tick)
        for number, effect in enumerate(self.effects):
            if isinstance(effect, RecordOutcome):
                saved = Saved(
                    event_id=f"event-{self.tick}-{number}",
                    household_id=effect.household.household_id,
                    voter_id=effect.voter_id,
                    disposition=effect.result.disposition,
                    draft=effect.draft,
                    same_call=effect.same_call,
                    settled=effect.settled,
                    dialed=effect.dialed,
                )
                self.call = remember(self.call, saved)
        return self.effects

    def did(self) -> list[str]:
        return [type(effect).__name__ for effect in self.effects]

    def on_screen(self) -> str:
        return self.call.voter.first_name if self.call.voter else ""


@pytest.fixture
def evening() -> Evening:
    evening = Evening()
    evening.press(call_actions.Show(REEDS, AT))
    return evening


def test_the_first_of_a_household_is_on_the_screen_with_the_script_open(evening: Evening) -> None:
    assert evening.on_screen() == "Ana"
    assert evening.call.draft.place.step_id == "hello"
    assert [voter.first_name for voter in evening.call.waiting_voters] == ["Ben"]


def test_a_result_about_the_number_settles_the_whole_household(evening: Evening) -> None:
    evening.press(call_actions.Result("not_home"))
    assert evening.did() == ["RecordOutcome", "Finish", "Next"]
    assert evening.call.phase is Phase.WAITING


def test_after_one_person_the_next_at_the_number_comes_without_dialing(evening: Evening) -> None:
    evening.press(call_actions.Result("refused"))
    assert evening.did() == ["RecordOutcome"]
    assert evening.on_screen() == "Ben"
    assert evening.call.same_call
    evening.press(call_actions.Result("not_home"))
    assert evening.did() == ["RecordOutcome", "Finish", "Next"]
    outcome = evening.effects[0]
    assert isinstance(outcome, RecordOutcome)
    assert outcome.same_call
    assert outcome.settled == ("1",)


def test_a_result_that_cannot_be_called_again_wants_its_key_twice(evening: Evening) -> None:
    evening.press(call_actions.Result("do_not_call"))
    assert evening.call.phase is Phase.CONFIRMING
    assert evening.did() == []
    evening.press(call_actions.Result("do_not_call"))
    assert evening.did() == ["RecordOutcome", "Finish", "Next"]


def test_answers_are_left_out_of_a_result_that_reached_nobody_only_when_its_key_comes_twice(evening: Evening) -> None:
    for action in (call_actions.Forward(), call_actions.Answer(1), call_actions.Note("Sings"), call_actions.Back()):
        evening.press(action)
    evening.press(call_actions.Result("not_home"))
    assert (evening.call.phase, evening.did()) == (Phase.CONFIRMING, [])
    evening.press(call_actions.Result("not_home"))
    assert evening.did() == ["RecordOutcome", "Finish", "Next"]
    outcome = evening.effects[0]
    assert isinstance(outcome, RecordOutcome)
    assert (outcome.answered, outcome.draft.note) == (False, "Sings")
    assert evening.call.back[-1].draft.place.answers == {"will_vote": "yes"}


def test_who_only_read_ahead_saves_with_one_key(evening: Evening) -> None:
    evening.press(call_actions.Forward())
    evening.press(call_actions.Result("not_home"))
    assert evening.did() == ["RecordOutcome", "Finish", "Next"]


def test_a_step_may_end_in_a_result_that_reached_nobody_with_its_answers(evening: Evening) -> None:
    machine = Step(id="thanks", say={"en": "Leave no message"}, disposition="not_home", ends=True)
    evening.campaign = msgspec.structs.replace(CAMPAIGN, steps=(*CAMPAIGN.steps[:-1], machine))
    for action in (call_actions.Forward(), call_actions.Answer(1), call_actions.Result("not_home")):
        evening.press(action)
    outcome = evening.effects[0]
    assert isinstance(outcome, RecordOutcome)
    assert outcome.answered


def test_another_key_instead_of_the_second_one_means_what_it_says(evening: Evening) -> None:
    evening.press(call_actions.Result("do_not_call"))
    evening.press(call_actions.Result("not_home"))
    outcome = evening.effects[0]
    assert isinstance(outcome, RecordOutcome)
    assert outcome.result.disposition == "not_home"


def test_an_answer_while_confirming_goes_back_to_the_call(evening: Evening) -> None:
    evening.press(call_actions.Forward())
    evening.press(call_actions.Result("do_not_call"))
    evening.press(call_actions.Answer(1))
    assert evening.call.phase is Phase.CALLING
    assert evening.call.draft.place.answers == {"will_vote": "yes"}
    evening.press(call_actions.Result("do_not_call"))
    assert evening.did() == []


def test_a_key_meant_for_the_voter_before_does_nothing(evening: Evening) -> None:
    evening.press(call_actions.Result("refused"))
    evening.press(call_actions.Result("not_home"), after=0.2)
    assert evening.effects == (Ignore("Too soon after the last key; press it again for this voter."),)
    assert evening.on_screen() == "Ben"
    evening.press(call_actions.Result("not_home"), after=0.2)
    assert evening.did() == ["Ignore"]


def test_a_key_held_down_counts_once_however_long_it_is_held(evening: Evening) -> None:
    evening.press(call_actions.Result("refused"))
    for _ in range(100):
        evening.press(call_actions.Result("refused"), after=0.03)
        assert evening.did() == ["Ignore"]
    assert evening.on_screen() == "Ben"


def test_a_result_that_was_typed_with_enter_after_it_is_meant_at_once(evening: Evening) -> None:
    evening.press(call_actions.Result("refused", by_line=True), after=0.0)
    assert evening.on_screen() == "Ben"
    evening.press(call_actions.Result("refused", by_line=True), after=0.0)
    assert evening.call.phase is Phase.WAITING


def test_a_number_without_an_answer_says_so(evening: Evening) -> None:
    evening.press(call_actions.Answer(1))
    assert evening.effects == (Ignore("There is no answer 1 here."),)


def test_taking_back_returns_to_the_voter_with_what_was_typed(evening: Evening) -> None:
    evening.press(call_actions.Forward())
    evening.press(call_actions.Answer(2))
    evening.press(call_actions.Note("Works nights"))
    typed = evening.call.draft
    evening.press(call_actions.Result("refused"))
    evening.press(call_actions.Note("Ben is away"))
    evening.press(call_actions.TakeBack())
    assert evening.did() == ["RecordUndo"]
    undo = evening.effects[0]
    assert isinstance(undo, RecordUndo)
    evening.press(call_actions.Show(REEDS, AT, resume=undo.then))
    assert (evening.on_screen(), evening.call.draft) == ("Ana", typed)
    evening.press(call_actions.Result("talked"))
    assert (evening.on_screen(), evening.call.draft.note) == ("Ben", "Ben is away")


def test_taking_back_puts_the_household_on_the_screen_back_on_hand_with_its_draft(evening: Evening) -> None:
    evening.press(call_actions.Result("not_home"))
    evening.press(call_actions.Show(LEES, AT))
    evening.press(call_actions.Note("Calls back at six"))
    evening.press(call_actions.TakeBack())
    assert evening.did() == ["PutBack", "RecordUndo"]
    assert evening.effects[0] == PutBack("lees")
    evening.press(call_actions.Show(LEES, AT))
    assert evening.call.draft.note == "Calls back at six"


def test_results_are_taken_back_one_after_the_other(evening: Evening) -> None:
    evening.press(call_actions.Result("not_home"))
    evening.press(call_actions.Show(LEES, AT))
    evening.press(call_actions.Result("talked"))
    taken_back = []
    for _ in range(2):
        evening.press(call_actions.TakeBack())
        taken_back += [effect.then.voter_id for effect in evening.effects if isinstance(effect, RecordUndo)]
    assert taken_back == ["3", "1"]
    assert evening.call.back == ()


def test_with_nothing_done_there_is_nothing_to_take_back(evening: Evening) -> None:
    evening.press(call_actions.TakeBack())
    assert evening.effects == (Ignore("There is nothing to take back."),)
    assert evening.on_screen() == "Ana"


def test_only_the_last_twenty_are_kept_to_be_taken_back() -> None:
    evening = Evening()
    for _ in range(25):
        evening.press(call_actions.Show(LEES, AT))
        evening.press(call_actions.Result("not_home"))
    assert len(evening.call.back) == MOST_TAKEN_BACK


def test_skipping_gives_the_household_back_uncalled(evening: Evening) -> None:
    evening.press(call_actions.Skip())
    assert evening.did() == ["RecordSkip", "Finish", "Next"]


def test_skipping_the_second_person_does_not_undo_the_first(evening: Evening) -> None:
    evening.press(call_actions.Result("refused"))
    evening.press(call_actions.Skip())
    assert evening.did() == ["Finish", "Next"]


def test_the_number_is_taken_to_be_dialed_once(evening: Evening) -> None:
    evening.press(call_actions.Dial())
    assert evening.did() == ["RecordDial"]
    evening.press(call_actions.Dial())
    assert evening.did() == []


def test_leaving_keeps_the_draft_for_later(evening: Evening) -> None:
    evening.press(call_actions.Note("Half a sentence"))
    evening.press(call_actions.Leave())
    assert evening.effects == (PutBack("reeds"),)
    evening.press(call_actions.Show(REEDS, AT))
    assert evening.call.draft == Draft(script.start(CAMPAIGN), "Half a sentence")


def test_a_result_ends_the_households_drafts_and_nobody_elses(evening: Evening) -> None:
    evening.press(call_actions.Note("Half a sentence"))
    evening.press(call_actions.Leave())
    evening.press(call_actions.Show(LEES, AT))
    evening.press(call_actions.Result("not_home"))
    assert {voter_id: draft.note for voter_id, draft in evening.call.drafts.items()} == {"1": "Half a sentence"}
    evening.press(call_actions.Show(REEDS, AT))
    evening.press(call_actions.Result("not_home"))
    assert evening.call.drafts == {}


def test_the_script_goes_back_to_the_step_before(evening: Evening) -> None:
    evening.press(call_actions.Forward())
    evening.press(call_actions.Back())
    assert evening.call.draft.place.step_id == "hello"


def test_a_result_that_the_campaign_dropped_is_refused(evening: Evening) -> None:
    evening.press(call_actions.Result("moved"))
    assert evening.effects == (Ignore("The campaign has no such result any more; choose another."),)


@pytest.mark.parametrize(
    "action", [call_actions.Answer(1), call_actions.Result("not_home"), call_actions.Skip(), call_actions.Note("x")]
)
def test_without_a_voter_keys_about_voters_do_nothing(action: call_actions.Action) -> None:
    call, effects = call_flow.act(CAMPAIGN, Call(), action, 1.0)
    assert call == Call()
    assert effects == (Ignore("There is no voter on the screen."),)


def test_a_voter_shown_is_not_replaced_by_another(evening: Evening) -> None:
    evening.press(call_actions.Show(LEES, AT))
    assert evening.on_screen() == "Ana"


def test_a_skip_is_not_taken_back_and_the_result_before_it_only_when_asked_again(evening: Evening) -> None:
    evening.press(call_actions.Result("not_home"))
    evening.press(call_actions.Show(LEES, AT))
    evening.press(call_actions.Skip())
    evening.press(call_actions.Show(REEDS, AT))
    evening.press(call_actions.TakeBack())
    assert evening.effects == (Ignore("A skip cannot be taken back; press the key again for the result before it."),)
    assert evening.on_screen() == "Ana"
    evening.press(call_actions.TakeBack())
    assert evening.did() == ["RecordUndo"]


def test_after_another_result_the_skip_before_it_is_no_obstacle(evening: Evening) -> None:
    evening.press(call_actions.Skip())
    evening.press(call_actions.Show(LEES, AT))
    evening.press(call_actions.Result("not_home"))
    evening.press(call_actions.TakeBack())
    assert evening.did() == ["RecordUndo"]


def test_a_draft_of_an_older_script_begins_anew_with_its_answers(evening: Evening) -> None:
    evening.press(call_actions.Forward())
    evening.press(call_actions.Answer(1))
    newer = msgspec.structs.replace(CAMPAIGN, steps=(CAMPAIGN.steps[0], CAMPAIGN.steps[1]))
    assert evening.call.draft.place.step_id == "thanks"
    place = call_flow.again(newer, evening.call, AT, tick=5.0).draft.place
    assert (place.step_id, place.answers) == ("hello", {"will_vote": "yes"})


def test_a_note_holds_nothing_that_could_move_a_terminals_cursor(evening: Evening) -> None:
    evening.press(call_actions.Note("Rang\x1b[31m twice\nand left"))
    assert evening.call.draft.note == "Rang[31m twice and left"


def test_a_housemate_who_has_voted_meanwhile_is_not_asked_for(evening: Evening) -> None:
    only_ana = msgspec.structs.replace(REEDS, voters=(ANA,))
    evening.call = without_withdrawn(evening.call, only_ana)
    evening.press(call_actions.Result("refused"))
    assert evening.did() == ["RecordOutcome", "Finish", "Next"]


def test_the_voter_on_the_screen_stays_to_be_settled_though_withdrawn(evening: Evening) -> None:
    nobody = msgspec.structs.replace(REEDS, voters=())
    evening.call = without_withdrawn(evening.call, nobody)
    assert (evening.on_screen(), evening.call.waiting_voters) == ("Ana", ())
