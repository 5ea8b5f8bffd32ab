"""What is wrong in a campaign file whose single values are right."""

from __future__ import annotations

import pytest

from phonetui.core import standard_dispositions
from phonetui.core.actions import ACTIONS, RESERVED
from phonetui.core.campaign_file import CampaignFileError, read
from tests.core.test_campaign_file import FILE, changed, mistakes, warnings

SUPPORTER = "    contact: yes\n    ends: true\n"


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        (
            "ends: 2026-11-03",
            "ends: 2026-10-03",
            "5: dates.ends: the campaign ends on 2026-10-03, before it starts on 2026-10-19",
        ),
        (
            "name: Weekend turnout",
            "name: Weekend turnout\ntake_along: 501",
            "2: take_along: nobody calls 501 households in a day; write 500 or less",
        ),
        (
            "key: P",
            "key: s",
            "20: dispositions.3.key: `s` is the application's key for Skip; choose another, such as `S`",
        ),
        ("key: P", "key: /", "20: dispositions.3.key: `/` is the application's key for Answers; choose another"),
        ("key: P", 'key: "5"', "20: dispositions.3.key: `5` is the application's key for Answer; choose another"),
        ("key: P", "key: O", "20: dispositions.3.key: `O` is the key of `busy` already; choose another"),
        (
            "- id: supporter",
            "- id: not_home",
            "19: dispositions.3.id: the disposition `not_home` is here twice; drop one",
        ),
        *(
            (
                "- id: supporter",
                f"- id: {word}",
                f"19: dispositions.3.id: `{word}` is the campaign server's own word; choose another id",
            )
            for word in ("voted", "removed", "erased", "do-not-call", "no-number")
        ),
        (
            SUPPORTER,
            "    talk: true\n",
            "23: dispositions.3.talk: a talk is a contact; add `contact: true`",
        ),
        (
            SUPPORTER,
            "    call_back: true\n    ends: true\n",
            "23: dispositions.3.call_back: a call back comes back, so `ends` must be false",
        ),
        (
            "about: person\n" + SUPPORTER,
            "about: number\n    suppresses: true\n",
            "23: dispositions.3.suppresses: nobody calls a suppressed number again; add `ends: true`",
        ),
        (
            SUPPORTER,
            "    ends: true\n    suppresses: true\n",
            "24: dispositions.3.suppresses: the number is suppressed, for all who share it; write `about: number`",
        ),
        (
            "goto: end",
            "goto: nowhere",
            "33: script.1.question.answers.2.goto: there is no step `nowhere`; known are hello, plan, end",
        ),
        ("- id: plan", "- id: end", "36: script.3.id: `end` is taken: another step has this id; choose another"),
        (
            "  - id: plan",
            "  - id: disclosure",
            "34: script.2.id: `disclosure` is taken: that is the disclosure's own id; choose another",
        ),
        (
            "¡Adiós!}\n    ends: true",
            "¡Adiós!}",
            "36: script.3: this step leads nowhere; give it `goto`, or `ends: true` if the script ends here",
        ),
        (
            "¡Adiós!}\n    ends: true",
            "¡Adiós!}\n    question: {id: q, ask: {en: Ok?, es: Ok?}, answers: [Yes, {label: No, goto: plan}]}",
            "38: script.3.question.answers.1: this answer leads nowhere; give it `goto`, or its step `ends: true`",
        ),
        (
            '- {label: {en: "Yes, sure", es: Sí}}',
            '- {label: {en: "Yes, sure", es: Sí}, goto: end}',
            "34: script.2: nothing leads to the step `plan`; send an answer there, or drop it",
        ),
        (
            "¡Adiós!}\n    ends: true",
            "¡Adiós!}\n    goto: plan",
            "26: script.1: from the step `hello` on, the script goes round and never ends",
        ),
        (
            "¡Adiós!}\n    ends: true",
            "¡Adiós!}\n    ends: true\n    goto: plan",
            "39: script.3.goto: this step ends the script, so `goto` leads nowhere; drop one of the two",
        ),
        (
            '    say: {en: "In {city}.", es: "En {city}."}\n',
            "    goto: end\n",
            "34: script.2: this step says nothing and asks nothing; give it `say` or `question`",
        ),
        (
            '    say: {en: "In {city}.", es: "En {city}."}\n',
            "    question: {id: vote, ask: {en: Q, es: Q}, answers: [Yes]}\n",
            "35: script.2.question.id: the question `vote` is asked at step `hello` already; choose another id",
        ),
        (
            '    say: {en: "In {city}.", es: "En {city}."}\n',
            "    question: {id: where, ask: {en: Q, es: Q}, answers: []}\n",
            "35: script.2.question.answers: there are no answers; add some, such as `[Yes, No]`",
        ),
        (
            '    say: {en: "In {city}.", es: "En {city}."}\n',
            "    question: {id: where, ask: {en: Q, es: Q}, answers: [A, B, C, D, E, F, G, H, I, J]}\n",
            "35: script.2.question.answers: there are 10 answers; digits choose among 9 at most, so drop some",
        ),
        (
            "goto: end, id: n}",
            "goto: end, id: yes-sure}",
            "33: script.1.question.answers.2: the answer `yes-sure` is here twice; "
            "drop one, or give it other words and another id",
        ),
        (
            '{en: "No", es: "No"}',
            '{en: "Yes, sure", es: "No"}',
            "33: script.1.question.answers.2: the answer `Yes, sure` is here twice; "
            "drop one, or give it other words and another id",
        ),
        ("En {city}.", "En {cty}.", "35: script.2.say.es: there is no field {cty}; did you mean `city`?"),
        (
            "En {city}.",
            "En {xyz}.",
            "35: script.2.say.es: there is no field {xyz}; known are first_name, last_name, caller, organisation, "
            "election, city, street_name, polling_place, polling_address, polling_hours, deadlines",
        ),
        ("En {city}.", "En {city.", "35: script.2.say.es: a lone `{`; write `{{` for a brace that is read out"),
        (
            'election: {en: the election, es: las elecciones}\ndisclosure: {en: "I am {caller}."',
            'disclosure: {en: "I am {caller}, about {election}."',
            "12: disclosure.en: {election} is empty; say at `election` what callers call it",
        ),
        (
            "languages: [en, es]",
            "languages: [en, es, vi]",
            "3: languages.3: no text is written in `vi`; write some, or drop the language",
        ),
        ("languages: [en, es]", "languages: [en, es, en]", "3: languages.3: the language `en` is here twice; drop one"),
    ],
)
def test_every_broken_rule_is_one_sentence_with_its_line_and_key(old: str, new: str, mistake: str) -> None:
    assert mistakes(changed((old, new))) == [f"c.yaml:{mistake}"]


def test_a_misspelt_branch_does_not_make_its_step_unreachable_too() -> None:
    assert mistakes(changed(("es: Sí}}", "es: Sí}, goto: pan}"))) == [
        "c.yaml:32: script.1.question.answers.1.goto: there is no step `pan`; did you mean `plan`?"
    ]


def test_a_script_without_steps() -> None:
    text = FILE[: FILE.index("script:")] + "script: []\n"
    assert mistakes(text) == [
        "c.yaml:25: script: the script has no steps; add one, such as `- {id: hello, say: Hello!, ends: true}`"
    ]


def with_dispositions(*lines: str) -> str:
    dispositions = "".join(f"  - {line}\n" for line in lines)
    return FILE[: FILE.index("dispositions:")] + "dispositions:\n" + dispositions + FILE[FILE.index("script:") :]


def test_no_dispositions_at_all() -> None:
    assert mistakes(with_dispositions()) == [
        "c.yaml:16: dispositions: there are none; name some, or leave the key out for the usual ones"
    ]


def test_more_dispositions_than_stay_in_view() -> None:
    own = [f"{{id: own_{key}, key: {key}, label: Own, about: person}}" for key in "ABC"]
    assert mistakes(with_dispositions(*standard_dispositions.BY_ID, *own)) == [
        "c.yaml:16: dispositions: there are 16 dispositions; at most 15 stay in view, so drop some"
    ]


def test_the_usual_dispositions_claim_no_key_of_the_application() -> None:
    assert not {disposition.key for disposition in standard_dispositions.BY_ID.values()} & set(RESERVED)


def test_every_key_of_the_application_that_an_organiser_could_write_is_reserved() -> None:
    keys = {key for action in ACTIONS for key in action.keys}
    assert {key for key in RESERVED if len(key) == 1} >= {*"0123456789/?", *(key for key in keys if len(key) == 1)}


def test_the_reserved_keys_are_those_handed_in() -> None:
    with pytest.raises(CampaignFileError) as refused:
        read(FILE, "c.yaml", reserved={"P": "print"})
    assert str(refused.value) == (
        "c.yaml:20: dispositions.3.key: `P` is the application's key for print; choose another"
    )


# -- warnings ---------------------------------------------------------------------------------------------------------


def test_hours_beyond_8_to_21_are_allowed_with_a_warning() -> None:
    assert warnings(("9:00-20:30", "8:00-21:00")) == []
    assert warnings(("10:00-18:00", "7:59-18:00")) == [
        "c.yaml:7: calling.hours: calls before 8:00 or after 21:00 where the voter lives (sat); 47 CFR 64.1200(c)(1) "
        "forbids telephone solicitation then, so make sure that these calls are allowed"
    ]
    assert "(mon, tue, wed, thu, fri)" in warnings(("9:00-20:30", "9:00-24:00"))[0]


def test_a_text_that_is_missing_in_a_language_is_a_warning() -> None:
    assert warnings(("{en: Bye!, es: ¡Adiós!}", "Bye!")) == [
        "c.yaml:37: script.3.say: has no words in `es`; callers read those in `en`"
    ]


def test_a_field_that_is_empty_for_some_voters_is_a_warning() -> None:
    assert warnings(("In {city}.", "In {city} at {polling_place}, or {polling_hours|all day}.")) == [
        "c.yaml:35: script.2.say.en: {polling_place} is empty for some voters; "
        "write {polling_place|something} or add it under `defaults`"
    ]
