"""A caller reads the script to voters: in their language, the disclosure first, typing what is typed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from phonetui.core import call_actions, call_flow
from phonetui.core.call import Call, language
from phonetui.core.call_effects import Effect, Finish, Ignore, Next, RecordOutcome
from phonetui.core.campaign import Answer, Campaign, Condition, Question, Step
from phonetui.core.refusal import Refused
from phonetui.core.script_page import Page, page
from phonetui.core.voter import Household, Voter
from tests.core.example import CALL_BACK, NOT_HOME, REFUSED, TALKED
from tests.core.scripts import DISCLOSURE, campaign

TALKED_IN_SPANISH = msgspec.structs.replace(TALKED, label={"en": "Talked", "es": "Conversó"})
SCRIPT = msgspec.structs.replace(
    campaign(
        Step("last_day", {"en": "Tomorrow!"}, when=Condition(starts=date(2026, 11, 28))),
        Step(
            "issues",
            {"en": "Hi {first_name}!", "es": "¡Hola, {first_name}!"},
            Question(
                "issues",
                {"en": "Which?", "es": "¿Cuáles?"},
                (Answer("roads", {"en": "Roads", "es": "Calles"}), Answer("jobs", {"en": "Jobs", "es": "Trabajo"})),
                "several",
                required=True,
            ),
        ),
        Step(
            "gift",
            question=Question(
                "gift",
                {"en": "Will you give?", "es": "¿Va a dar?"},
                kind="pledge",
                most=500,
                employer=True,
                rules={"en": "Only {organisation} may ask.", "es": "Solo {organisation} puede pedir."},
            ),
        ),
        Step("end", {"en": "Thank you!", "es": "¡Gracias!"}, ends=True, disposition="talked"),
    ),
    dispositions=(NOT_HOME, REFUSED, CALL_BACK, TALKED_IN_SPANISH),
)
ANA = Voter("1", "Ana", "Reed", zones=("America/Chicago",))
BEN = Voter("2", "Ben", "Reed", zones=("America/Chicago",))
REEDS = Household("reeds", "+18125550101", (ANA, BEN))
LEES = Household("lees", "+18125550102", (Voter("3", "Cho", "Lee"),))
#: A quarter of an hour before midnight in Chicago.
LATE = datetime(2026, 11, 28, 5, 45, tzinfo=UTC)


class Evening:
    """Presses keys a second apart."""

    def __init__(self, script: Campaign = SCRIPT, server_at: datetime = LATE - timedelta(days=3)) -> None:
        self.script = script
        self.call = Call()
        self.effects: tuple[Effect, ...] = ()
        self.tick = 100.0
        self.press(call_actions.Show(REEDS, LATE, server_at=server_at))

    def press(self, *actions: call_actions.Action) -> Evening:
        for action in actions:
            self.tick += 1
            self.call, self.effects = call_flow.act(self.script, self.call, action, self.tick)
        return self

    def types(self, part: str, text: str) -> Evening:
        return self.press(call_actions.Typed(part, text))

    @property
    def page(self) -> Page:
        shown = page(self.script, self.call, "Dana")
        assert shown is not None
        return shown


FORWARD, BACK, SWITCH = call_actions.Forward(), call_actions.Back(), call_actions.SwitchLanguage()
TALK = call_actions.Result("talked")


def test_a_talk_is_refused_until_the_disclosure_was_read_and_left_by_going_on() -> None:
    evening = Evening().press(TALK)
    assert evening.effects == (Ignore("Read the disclosure out and go on from it first; then “Talked” can be saved."),)
    assert evening.call.voter == ANA
    assert any(isinstance(effect, RecordOutcome) for effect in evening.press(FORWARD, BACK, TALK).effects)


def test_the_disclosure_is_read_to_everyone_who_comes_to_the_phone() -> None:
    evening = Evening().press(FORWARD, TALK)
    assert evening.call.voter == BEN
    assert isinstance(evening.press(TALK).effects[0], Ignore)


@pytest.mark.parametrize("result", ["not_home", "refused", "call_back"])
def test_any_other_result_can_be_saved_before(result: str) -> None:
    assert isinstance(Evening().press(call_actions.Result(result)).effects[0], RecordOutcome)


def test_a_result_is_never_refused_for_an_answer_that_is_wanted() -> None:
    evening = Evening().press(FORWARD, FORWARD)
    assert evening.effects == (Ignore("The script goes on with an answer to this question; or choose a result."),)
    assert evening.page.wanting
    assert isinstance(evening.press(TALK).effects[0], RecordOutcome)


def test_ticks_are_shown_and_an_answer_wanted_is_given_with_the_first() -> None:
    evening = Evening().press(FORWARD, call_actions.Answer(2))
    assert [(choice.label, choice.chosen) for choice in evening.page.choices] == [("Roads", False), ("Jobs", True)]
    assert (evening.page.several, evening.page.wanting) == (True, False)
    assert evening.press(FORWARD).page.step_id == "gift"


def at_the_gift() -> Evening:
    return Evening().press(FORWARD, call_actions.Answer(1), FORWARD)


def test_a_pledge_stands_below_its_rules_and_says_what_to_type() -> None:
    evening = at_the_gift()
    assert (evening.page.rules, evening.page.ask) == ("Only Riverside Votes may ask.", "Will you give?")
    [amount] = evening.page.blanks
    assert (amount.label, amount.answer, amount.free) == ("Amount in USD", "", False)
    assert amount.how_to == "Type a whole amount in USD from 1 to 500, such as 25, or 0 for none."


def test_what_is_no_amount_is_refused_and_nothing_moves() -> None:
    evening = at_the_gift()
    before = evening.call
    with pytest.raises(Refused, match=r"^Type a whole amount in USD from 1 to 500, such as 25, or 0 for none\.$"):
        evening.types("gift", "some")
    assert evening.call == before


def test_after_an_amount_occupation_and_employer_are_typed_and_all_go_with_the_result() -> None:
    evening = at_the_gift().types("gift", "25")
    assert [(blank.label, blank.answer) for blank in evening.page.blanks] == [
        ("Amount in USD", "25 USD"),
        ("Occupation", ""),
        ("Employer", ""),
    ]
    evening.press(call_actions.Typed("gift_occupation", "Nur", done=False))
    assert evening.page.step_id == "gift"
    evening.types("gift_occupation", "Nurse").types("gift_employer", "St. Mary's")
    assert (evening.page.step_id, evening.page.result, evening.page.last) == ("end", "Talked", True)
    record = evening.press(TALK).effects[0]
    assert isinstance(record, RecordOutcome)
    assert record.draft.place.answers == {
        "issues": "roads",
        "gift": "25",
        "gift_occupation": "Nurse",
        "gift_employer": "St. Mary's",
    }


def test_letters_typed_so_far_are_kept_without_going_on() -> None:
    evening = at_the_gift().types("gift", "25").press(call_actions.Typed("gift_employer", "St.", done=False))
    assert (evening.page.step_id, evening.call.draft.place.answers["gift_employer"]) == ("gift", "St.")


def test_a_key_reads_the_script_in_the_next_language_and_another_time_in_the_first() -> None:
    evening = Evening().press(FORWARD, SWITCH)
    assert (evening.page.language, evening.page.say, evening.page.ask) == ("es", "¡Hola, Ana!", "¿Cuáles?")
    assert [choice.label for choice in evening.page.choices] == ["Calles", "Trabajo"]
    assert evening.press(SWITCH).page.say == "Hi Ana!"


def test_for_a_voter_whose_language_it_is_the_key_leads_to_the_other() -> None:
    spanish = msgspec.structs.replace(ANA, language="Spanish")
    evening = Evening().press(call_actions.Leave())
    evening.press(call_actions.Show(msgspec.structs.replace(REEDS, voters=(spanish,)), LATE))
    assert evening.page.language == "es"
    assert evening.press(SWITCH).page.language == "en"


def test_the_language_comes_back_for_the_same_household_and_for_nobody_else() -> None:
    evening = Evening().press(SWITCH, call_actions.Result("refused"))
    assert (evening.call.voter, evening.page.language) == (BEN, "es")
    evening.press(call_actions.Result("refused"))
    assert [type(effect) for effect in evening.effects] == [RecordOutcome, Finish, Next]
    evening.press(call_actions.Show(LEES, LATE))
    assert evening.page.language == "en"


def test_the_language_comes_back_with_a_draft() -> None:
    evening = Evening().press(SWITCH, call_actions.Leave(), call_actions.Show(LEES, LATE), call_actions.Leave())
    assert evening.press(call_actions.Show(REEDS, LATE)).page.language == "es"


def test_what_was_typed_and_the_language_are_there_again_after_a_restart() -> None:
    call = at_the_gift().types("gift", "25").press(SWITCH).call
    evening = Evening()
    evening.call = call_flow.again(SCRIPT, msgspec.json.decode(msgspec.json.encode(call), type=Call), LATE, 1.0)
    assert (evening.page.ask, evening.page.blanks[0].answer) == ("¿Va a dar?", "25 USD")


def test_the_result_that_a_step_names_is_in_the_language_chosen() -> None:
    evening = at_the_gift().types("gift", "0").press(SWITCH)
    assert evening.page.result == "Conversó"


def test_a_campaign_of_one_language_has_no_other() -> None:
    evening = Evening(msgspec.structs.replace(SCRIPT, languages=("en",))).press(SWITCH)
    assert evening.effects == (Ignore("This campaign's script is in one language only."),)


def test_a_language_that_the_script_has_no_more_is_the_voters_own_again() -> None:
    evening = Evening().press(SWITCH)
    assert language(msgspec.structs.replace(SCRIPT, languages=("en", "vi")), evening.call) == "en"


def test_the_day_by_which_steps_are_judged_is_the_one_on_which_the_voter_came_by_the_servers_clock() -> None:
    assert Evening(server_at=LATE).press(FORWARD).page.step_id == "issues"  # November 27 in Chicago
    after_midnight = Evening(server_at=LATE + timedelta(minutes=20))
    assert after_midnight.press(FORWARD).page.step_id == "last_day"


def test_before_a_voter_comes_there_is_no_page() -> None:
    assert page(SCRIPT, Call(), "Dana") is None
    assert DISCLOSURE.id == Evening().page.step_id
