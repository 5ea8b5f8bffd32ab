"""An organiser's script with conditions and questions of every kind is checked as a whole."""

from __future__ import annotations

from datetime import date
from textwrap import indent

import msgspec
import pytest

from phonetui.core.campaign import Condition, Question, Step
from phonetui.core.campaign_file import read
from phonetui.core.script_check import problems
from tests.core.scripts import DISCLOSURE, END, ask, campaign, say
from tests.core.test_campaign_file import FILE, mistakes

DEMOCRATS = Condition(parties=("Dem",))
REPUBLICANS = Condition(parties=("rep",))
SURE = Condition(answers={"plan": ("sure",)})
PLAN = ask("plan", "sure", "unsure")


def wrong(*steps: Step) -> list[str]:
    return [f"{key}: {message}" for key, message in problems(campaign(*steps))]


def required(step: Step, goto: str) -> Step:
    """The step goes on with an answer only, whatever its own `goto` says."""
    assert step.question
    return msgspec.structs.replace(step, question=msgspec.structs.replace(step.question, required=True), goto=goto)


@pytest.mark.parametrize(
    "steps",
    [
        (say("a", when=DEMOCRATS), say("b", unless=DEMOCRATS), END),
        (PLAN, say("a", when=SURE), END),
        (PLAN, say("a", when=SURE, unless=DEMOCRATS), END),
        (say("a", when=Condition(tags=("x", "y")), unless=Condition(tags=("x",))), END),
        (msgspec.structs.replace(END, id="one", when=DEMOCRATS), msgspec.structs.replace(END, unless=DEMOCRATS)),
        (
            PLAN,
            msgspec.structs.replace(END, id="one", when=SURE),
            msgspec.structs.replace(END, unless=Condition(answers={"plan": ("sure",)})),
        ),
        (
            msgspec.structs.replace(END, id="one", when=Condition(youngest=18)),
            msgspec.structs.replace(END, unless=Condition(youngest=18)),
        ),
        (
            msgspec.structs.replace(END, id="one", when=Condition(starts=date(2026, 11, 20))),
            msgspec.structs.replace(END, when=Condition(ends=date(2026, 11, 19))),
        ),
        (ask("issues", "a", "b", kind="several"), say("a", when=Condition(answers={"issues": ("a", "b")})), END),
        (ask("plan", "sure>a", "unsure"), say("b", goto="end"), say("a", when=SURE), END),
    ],
)
def test_a_script_that_ends_for_everyone_has_nothing_wrong(steps: tuple[Step, ...]) -> None:
    assert wrong(*steps) == []


NOT_FOR_ALL = "for voters whom this step is not for the script does not end; add a last step for everyone"


@pytest.mark.parametrize(
    ("steps", "finding"),
    [
        ((say("a"), msgspec.structs.replace(END, when=DEMOCRATS)), f"script.2: {NOT_FOR_ALL}"),
        ((PLAN, msgspec.structs.replace(END, when=SURE)), f"script.2: {NOT_FOR_ALL}"),
        (
            (
                msgspec.structs.replace(END, id="one", when=DEMOCRATS),
                msgspec.structs.replace(END, when=REPUBLICANS),
            ),
            f"script.2: {NOT_FOR_ALL}",
        ),
        (
            (
                msgspec.structs.replace(END, id="young", when=Condition(oldest=29)),
                msgspec.structs.replace(END, when=Condition(youngest=30)),  # some voters' age is not known
            ),
            f"script.2: {NOT_FOR_ALL}",
        ),
        (
            (say("a"), say("b", unless=DEMOCRATS, goto="end"), say("c", goto="a"), END),
            "script.1: from the step `a` on, the script goes round for some voters and never ends",
        ),
        (
            (say("a", when=DEMOCRATS, goto="end"), required(ask("plan", "sure>plan", "unsure>plan"), goto="end"), END),
            "script.2: from the step `plan` on, the script goes round for some voters and never ends",
        ),
        (
            (say("a", when=DEMOCRATS, goto="end"), say("b"), END, say("c", when=REPUBLICANS, goto="end")),
            "script.4: nothing leads to the step `c`; send an answer there, or drop it",
        ),
        (
            (ask("plan", "sure>a", "unsure>end"), say("a", unless=SURE), END),
            "script.2: no voter comes to the step `a`: all whom it is for are led past it",
        ),
        (
            (
                say("a", when=DEMOCRATS, goto="c"),
                say("b", goto="end"),
                say("c"),
                say("d", when=REPUBLICANS),
                END,
            ),
            "script.4: no voter comes to the step `d`: all whom it is for are led past it",
        ),
        (
            (say("a", when=Condition(youngest=131)), END),
            "script.1.when: this can never hold, for no voter and on no day of the campaign",
        ),
        (
            (say("a", when=Condition(ends=date(2026, 11, 1))), END),
            "script.1.when: this can never hold, for no voter and on no day of the campaign",
        ),
        (
            (say("a", unless=Condition(starts=date(2026, 12, 1))), END),
            "script.1.unless: this can never hold, for no voter and on no day of the campaign",
        ),
        (
            (say("a", when=DEMOCRATS, unless=Condition(parties=("dem", "ind"))), END),
            "script.1.unless: whoever `when` is for, `unless` leaves out; change one of the two",
        ),
        (
            (say("a", unless=Condition(starts=date(2026, 1, 1))), END),
            "script.1.unless: whoever `when` is for, `unless` leaves out; change one of the two",
        ),
        (
            (say("a", when=Condition(youngest=30, oldest=20)), END),
            "script.1.when.oldest: the oldest, 20, are younger than the youngest, 30; change one of them",
        ),
        (
            (say("a", when=Condition(starts=date(2026, 11, 9), ends=date(2026, 11, 8))), END),
            "script.1.when.ends: it ends on 2026-11-08, before it starts on 2026-11-09; change one of them",
        ),
        (
            (PLAN, say("a", when=Condition(answers={"pln": ("sure",)})), END),
            "script.2.when.answers.pln: there is no question `pln`; did you mean `plan`?",
        ),
        (
            (PLAN, say("a", unless=Condition(answers={"plan": ("shure",)})), END),
            "script.2.unless.answers.plan: `plan` has no answer `shure`; did you mean `sure`?",
        ),
        (
            (say("a", when=SURE), PLAN, END),
            "script.1.when.answers.plan: the question `plan` is not asked before this step; name one that is",
        ),
        (
            (ask("plan", "sure", "unsure", when=SURE), END),
            "script.1.when.answers.plan: the question `plan` is not asked before this step; name one that is",
        ),
        (
            (ask("when", kind="date"), say("a", when=Condition(answers={"when": ("today",)})), END),
            "script.2.when.answers.when: the answer to `when` is typed, so none can be named; drop it",
        ),
        (
            (ask("issues", "a>end", "b", kind="several"), END),
            "script.1.question.answers.1.goto: several answers can be chosen, so none leads elsewhere; "
            "give the steps that follow a `when`",
        ),
        (
            (Step("n", question=Question("n", {}, kind="number", least=5, most=3)), END),
            "script.1.question.most: the most, 3, is less than the least, 5; change one of them",
        ),
        (
            (Step("n", question=Question("n", {}, kind="pledge", most=0)), END),
            "script.1.question.most: nobody can pledge anything up to 0; write more",
        ),
        (
            (Step("g", question=Question("g", {}, kind="pledge", employer=True)), ask("g_employer", "a"), END),
            "script.2.question.id: the question `g_employer` is asked at step `g` already; choose another id",
        ),
        (
            (Step("a", {"en": "a"}, disposition="talkd"), END),
            "script.1.disposition: there is no result `talkd`; did you mean `talked`?",
        ),
        (
            (Step("n", question=Question("n", {}, kind="number"), disposition="talked"), END),
            "script.1.disposition: Enter is for the typed answer here; name the result at another step",
        ),
    ],
)
def test_every_broken_rule_is_one_finding(steps: tuple[Step, ...], finding: str) -> None:
    assert wrong(*steps) == [finding]


def test_where_questions_lead_round_an_answer_may_be_given_before_a_step_that_stands_before_it() -> None:
    assert wrong(say("a"), say("b", when=Condition(answers={"more": ("yes",)})), ask("more", "yes>a", "no"), END) == []


def test_a_long_script_of_many_tags_is_checked_all_the_same() -> None:
    steps = [say(f"s{n}", when=Condition(tags=(f"t{n}", f"u{n}"), parties=(f"p{n}",))) for n in range(60)]
    assert wrong(*steps, END) == []
    assert wrong(*steps) == [
        "script.60: this step leads nowhere; give it `goto`, or `ends: true` if the script ends here"
    ]


# -- in the file -------------------------------------------------------------------------------------------------------


def file_with(step: str) -> str:
    """The example file with one step more before its last."""
    return FILE.replace("  - id: end\n", indent(step.strip("\n"), "  ") + "\n  - id: end\n")


WORDS = "{en: Ok, es: Ok}"


@pytest.mark.parametrize(
    ("step", "finding"),
    [
        (
            f"- id: x\n  say: {WORDS}\n  when: {{answer: {{vote: n}}}}",
            "38: script.3.when.answer: `answer` is not a key here; did you mean `answers`?",
        ),
        (
            f"- id: x\n  say: {WORDS}\n  when: {{}}",
            "38: script.3.when: expected what must be so, such as {answers: {vote: [yes]}}; found keys and values",
        ),
        (
            f"- id: x\n  say: {WORDS}\n  when: {{languages: [Klingon]}}",
            "38: script.3.when.languages.1: expected the code of a language, such as es; found `Klingon`",
        ),
        (
            f"- id: x\n  say: {WORDS}\n  when: {{tags: []}}",
            "38: script.3.when.tags: expected one, or a list of them, such as [volunteer]; found a list",
        ),
        (
            f"- id: x\n  say: {WORDS}\n  unless: {{youngest: old}}",
            "38: script.3.unless.youngest: expected a whole number from 0, such as 18; found `old`",
        ),
        (
            f"- id: x\n  say: {WORDS}\n  unless: {{starts: soon}}",
            "38: script.3.unless.starts: expected a date, year first, such as 2026-10-31; found `soon`",
        ),
        (
            f"- id: x\n  question: {{id: q, ask: {WORDS}, kind: many, answers: [A, B]}}",
            "37: script.3.question.kind: `many` is none of them; known are one, several, scale, event, number, date, "
            "text, pledge",
        ),
        (
            f"- id: x\n  question: {{id: q, ask: {WORDS}, kind: sevral, answers: [A, B]}}",
            "37: script.3.question.kind: `sevral` is none of them; did you mean `several`?",
        ),
        (
            f"- id: x\n  question: {{id: q, ask: {WORDS}, kind: date, answers: [A, B]}}",
            "37: script.3.question.answers: a question of the kind `date` has no `answers`; "
            "what is typed needs none, so drop them",
        ),
        (
            f"- id: x\n  question: {{id: q, ask: {WORDS}, kind: text, most: 3}}",
            "37: script.3.question.most: a question of the kind `text` has no `most`; "
            "bounds are those of a number, a scale or a pledge",
        ),
        (
            f"- id: x\n  question: {{id: q, ask: {WORDS}, kind: text, ahead: true}}",
            "37: script.3.question.ahead: a question of the kind `text` has no `ahead`; only a date can be ahead",
        ),
        (
            f"- id: x\n  question: {{id: q, ask: {WORDS}, kind: number, employer: true}}",
            "37: script.3.question.employer: a question of the kind `number` has no `employer`; "
            "only who pledges is asked for one",
        ),
        (
            f"- id: x\n  question: {{id: q, ask: {WORDS}, answers: [A], labels: [A, B]}}",
            "37: script.3.question.labels: a question of the kind `one` has no `labels`; write its answers instead",
        ),
        (
            f"- id: x\n  question: {{id: q, ask: {WORDS}}}",
            "37: script.3.question.answers: `answers` is missing; add it, such as `answers: [Yes, No]`",
        ),
        (
            f"- id: x\n  question: {{id: q, ask: {WORDS}, kind: scale, least: 1, most: 5}}",
            "37: script.3.question.labels: `labels` is missing; "
            "add it, such as `labels: [Strongly against, Strongly for]`",
        ),
        (
            f"- id: x\n  question: {{id: q, ask: {WORDS}, kind: scale, least: 1, most: 10, labels: [A, B]}}",
            "37: script.3.question.most: a scale has at most 9 points, each a digit from 1; write one such as 1 to 5",
        ),
        (
            f"- id: x\n  question: {{id: q, ask: {WORDS}, kind: scale, least: 5, most: 1, labels: [A, B]}}",
            "37: script.3.question.most: a scale has at most 9 points, each a digit from 1; write one such as 1 to 5",
        ),
        (
            f"- id: x\n  question: {{id: q, ask: {WORDS}, kind: scale, least: 1, most: 5, labels: [A]}}",
            "37: script.3.question.labels: a scale has two labels, for 1 and for 5, such as [Against, For]",
        ),
        (
            f"- id: x\n  say: {WORDS}\n  disposition: suporter",
            "38: script.3.disposition: there is no result `suporter`; did you mean `supporter`?",
        ),
        (
            f'- id: x\n  question: {{id: q, ask: {WORDS}, kind: pledge, rules: {{en: "{{nme}}", es: Ok}}}}',
            "37: script.3.question.rules.en: there is no field {nme}; known are first_name, last_name, caller, "
            "organisation, election, city, street_name, polling_place, polling_address, polling_hours, deadlines",
        ),
    ],
)
def test_a_mistake_in_a_step_is_one_sentence_with_its_line_and_key(step: str, finding: str) -> None:
    assert mistakes(file_with(step)) == [f"c.yaml:{finding}"]


STEP_OF_EVERYTHING = f"""
- id: x
  say: {WORDS}
  when:
    answers: {{vote: yes-sure}}
    languages: [Spanish, vi]
    parties: Dem
    tags: [volunteer, "new voter"]
    voted_in: 2024 general
    youngest: 18
    oldest: 64
    starts: 2026-10-20
    ends: 2026-10-31
  unless: {{answers: {{vote: [n]}}}}
  disposition: supporter
  question:
    id: q
    ask: {WORDS}
    kind: scale
    least: 1
    most: 3
    labels: [{{en: Low, es: Bajo}}, {{en: High, es: Alto}}]
    required: true
    rules: {WORDS}
"""


def test_a_step_can_say_all_of_this() -> None:
    step = read(file_with(STEP_OF_EVERYTHING), "c.yaml").campaign.steps[3]
    assert step.when == Condition(
        answers={"vote": ("yes-sure",)},
        languages=("es", "vi"),
        parties=("Dem",),
        tags=("volunteer", "new voter"),
        voted_in=("2024 general",),
        youngest=18,
        oldest=64,
        starts=date(2026, 10, 20),
        ends=date(2026, 10, 31),
    )
    assert step.unless == Condition(answers={"vote": ("n",)})
    assert step.disposition == "supporter"
    assert step.question is not None
    assert [(answer.id, answer.label.get("en", "")) for answer in step.question.answers] == [
        ("1", "Low"),
        ("2", ""),
        ("3", "High"),
    ]
    assert (step.question.kind, step.question.required, step.question.rules) == (
        "scale",
        True,
        {"en": "Ok", "es": "Ok"},
    )


def test_a_pledge_says_its_bounds_and_asks_for_the_employer() -> None:
    pledge = f"- id: x\n  question: {{id: q, ask: {WORDS}, kind: pledge, least: 5, most: 3500, employer: true}}"
    checked = read(file_with(pledge), "c.yaml")
    assert checked.campaign.steps[3].question == Question(
        "q", {"en": "Ok", "es": "Ok"}, kind="pledge", least=5, most=3500, employer=True
    )
    assert [str(warning) for warning in checked.warnings] == [
        "c.yaml:37: script.3.question: a pledge has rules: add `rules` that say who may give, and how much"
    ]


def test_the_disclosure_is_for_everyone() -> None:
    assert DISCLOSURE.when is None
    assert "`when` is not a key here" in mistakes(FILE + "when: {tags: x}\n")[0]
