"""A caller goes through a script in which some steps are for some voters, and some answers are typed."""

from __future__ import annotations

import msgspec
import pytest

from phonetui.core import script
from phonetui.core.campaign import Condition, Question, Step
from phonetui.core.refusal import Refused
from tests.core.scripts import END, Caller, ask, campaign, say, somebody

DEMOCRATS = Condition(parties=("Dem",))
FOR_SOME = campaign(say("all"), say("dem", when=DEMOCRATS), say("others", unless=DEMOCRATS), END)


def test_a_step_for_others_is_passed_over_forth_and_back() -> None:
    democrat, another = Caller(FOR_SOME, somebody(party="Dem")), Caller(FOR_SOME, somebody(party="Rep"))
    assert democrat.presses("++++").way == "all dem end"
    assert another.presses("++++").way == "all others end"
    assert another.presses("--").way == "all"


def test_a_branch_to_a_step_for_others_leads_to_the_one_after_it() -> None:
    branching = campaign(ask("vote", "yes>dem", "no"), say("no", goto="end"), *FOR_SOME.steps[2:])
    assert Caller(branching, somebody(party="Dem")).presses("+1").way == "vote dem"
    assert Caller(branching).presses("+1").way == "vote others"


def test_what_was_answered_before_decides_what_comes() -> None:
    on_answers = campaign(
        ask("plan", "sure", "unsure"), ask("how", "mail", "there", when=Condition(answers={"plan": ("sure",)})), END
    )
    assert Caller(on_answers).presses("+1").way == "plan how"
    assert Caller(on_answers).presses("+2").way == "plan end"
    assert Caller(on_answers).presses("++").way == "plan end"


def test_another_answer_drops_what_was_answered_at_steps_that_are_passed_over_now_and_what_hung_on_that() -> None:
    hanging = campaign(
        ask("plan", "sure", "unsure"),
        ask("how", "mail", "there", when=Condition(answers={"plan": ("sure",)})),
        ask("stamp", "yes", "no", when=Condition(answers={"how": ("mail",)})),
        END,
    )
    caller = Caller(hanging).presses("+111")
    assert caller.place.answers == {"plan": "sure", "how": "mail", "stamp": "yes"}
    assert caller.presses("---2").place.answers == {"plan": "unsure"}
    assert caller.way == "plan end"


def test_going_back_passes_over_what_has_come_to_be_for_others() -> None:
    rounds = campaign(
        ask("plan", "sure", "unsure"),
        say("plain", unless=Condition(answers={"plan": ("sure",)})),
        ask("again", "yes>plan", "no"),
        END,
    )
    caller = Caller(rounds).presses("++")
    assert caller.way == "plan plain"
    assert caller.presses("+11").way == "plan plain again plan again"
    assert caller.presses("---").way == "plan"


def test_what_was_answered_in_an_earlier_round_is_kept_and_decides_what_comes() -> None:
    roads = Condition(answers={"topic": ("roads",)})
    rounds = campaign(
        ask("topic", "roads", "that's all>holes"),
        ask("state", "bad>topic", "good>topic", when=roads),
        say("holes", when=Condition(answers={"state": ("bad",)})),
        END,
    )
    caller = Caller(rounds).presses("+112")
    assert caller.way == "topic state topic holes"
    assert caller.place.answers == {"topic": "that's all", "state": "bad"}


def test_what_was_answered_on_a_way_that_was_left_decides_nothing() -> None:
    rounds = campaign(
        ask("topic", "roads", "that's all>holes"),
        ask("state", "bad>topic", "good>topic"),
        ask("holes", "on Mill St", "elsewhere", kind="several", when=Condition(answers={"state": ("bad",)})),
        END,
    )
    caller = Caller(rounds).presses("+112")
    assert caller.way == "topic state topic holes"
    assert caller.presses("---+").way == "topic end"


SEVERAL = campaign(ask("issues", "roads", "schools", "jobs", kind="several"), END)


def test_of_several_answers_a_digit_ticks_one_or_takes_the_tick_away_and_space_goes_on() -> None:
    caller = Caller(SEVERAL).presses("+31")
    assert (caller.way, caller.place.answers) == ("issues", {"issues": "roads;jobs"})
    assert caller.presses("3").place.answers == {"issues": "roads"}
    assert caller.presses("1").place.answers == {}
    assert caller.presses("2+").way == "issues end"


@pytest.mark.parametrize(
    ("points", "digit", "answer"),
    [("34567", 5, "5"), ("123", 1, "1"), (("no", "yes"), 2, "yes"), (("0", "5", "10"), 3, "10")],
)
def test_a_point_of_a_scale_has_its_own_digit(points: str, digit: int, answer: str) -> None:
    caller = Caller(campaign(ask("support", *points, kind="scale"), END)).presses(f"+{digit}")
    assert (caller.way, caller.place.answers) == ("support end", {"support": answer})


def test_a_digit_that_is_no_point_of_the_scale_is_no_answer() -> None:
    caller = Caller(campaign(ask("support", *"345", kind="scale"), END)).presses("+")
    assert script.answer(caller.campaign, caller.listener, caller.place, 1) is None


def typed(question: Question) -> Caller:
    return Caller(campaign(Step(question.id, question=question), END)).presses("+")


def test_what_is_typed_is_kept_and_the_script_goes_on() -> None:
    caller = typed(Question("people", {}, kind="number", least=1, most=9)).types("4")
    assert (caller.way, caller.place.answers) == ("people end", {"people": "4"})


def test_what_is_no_answer_is_refused_with_an_example_and_nothing_moves() -> None:
    caller = typed(Question("people", {}, kind="number", least=1, most=9))
    with pytest.raises(Refused, match=r"^Type a whole number from 1 to 9, such as 2\.$"):
        caller.types("many")
    assert (caller.way, caller.place.answers) == ("people", {})


def test_typing_nothing_takes_an_answer_away_and_stays() -> None:
    caller = typed(Question("people", {}, kind="number")).types("4").presses("-").types("")
    assert (caller.way, caller.place.answers) == ("people", {})


def test_no_digit_answers_what_is_typed() -> None:
    caller = typed(Question("people", {}, kind="number"))
    assert script.answer(caller.campaign, caller.listener, caller.place, 1) is None


PLEDGE = Question("gift", {}, kind="pledge", employer=True)


def test_who_pledges_is_asked_for_occupation_and_employer_too() -> None:
    caller = typed(PLEDGE).types("$25")
    assert caller.way == "gift"
    assert caller.types("Nurse", "gift_occupation").way == "gift"
    assert caller.types("St. Mary's", "gift_employer").way == "gift end"
    assert caller.place.answers == {"gift": "25", "gift_occupation": "Nurse", "gift_employer": "St. Mary's"}


def test_who_would_rather_not_name_an_employer_need_not() -> None:
    caller = typed(PLEDGE).types("25").types("", "gift_occupation").types("", "gift_employer")
    assert (caller.way, caller.place.answers) == ("gift end", {"gift": "25"})


def test_who_pledges_nothing_is_asked_nothing_more() -> None:
    caller = typed(PLEDGE).types("25").types("Nurse", "gift_occupation").types("0")
    assert (caller.way, caller.place.answers) == ("gift end", {"gift": "0"})
    assert caller.presses("-").types("Nurse", "gift_occupation").place.answers == {"gift": "0"}


def test_the_script_waits_for_an_answer_that_is_required() -> None:
    step = ask("plan", "sure", "unsure")
    assert step.question
    required = msgspec.structs.replace(step, question=msgspec.structs.replace(step.question, required=True))
    caller = Caller(campaign(required, END)).presses("+")
    assert script.wanting(caller.campaign, caller.place)
    assert not script.wanting(caller.campaign, caller.presses("1-").place)


def test_the_disclosure_is_read_once_it_was_left_by_going_on() -> None:
    caller = Caller(FOR_SOME)
    assert script.wants_disclosure(FOR_SOME, caller.place)
    assert not script.wants_disclosure(FOR_SOME, caller.presses("+").place)
    assert not script.wants_disclosure(FOR_SOME, caller.presses("-").place)


def test_a_campaign_without_a_disclosure_wants_none() -> None:
    bare = msgspec.structs.replace(FOR_SOME, steps=FOR_SOME.steps[1:])
    assert not script.wants_disclosure(bare, script.start(bare))
