"""An organiser writes a campaign file, and is told of every mistake at once."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from phonetui.core import standard_dispositions
from phonetui.core.campaign import MIDNIGHT, Answer, Campaign, Hours, Step
from phonetui.core.campaign_file import CampaignFileError, read
from phonetui.core.campaign_template import election_after, template

FILE = """\
name: Weekend turnout
organisation: Riverside Votes
languages: [en, es]
zone: America/Chicago
dates: {starts: 2026-10-19, ends: 2026-11-03}
calling:
  hours:
    mon-fri: 9:00-20:30
    sat: 10:00-18:00
  holidays: [2026-10-31]
  attempts_in_all: 3
election: {en: the election, es: las elecciones}
disclosure: {en: "I am {caller}.", es: "Soy {caller}."}
defaults:
  city: {en: your town, es: su ciudad}
dispositions:
  - not_home
  - {id: busy, key: O, again_after: 30m}
  - id: supporter
    key: P
    label: {en: Supporter, es: A favor}
    about: person
    contact: yes
    ends: true
script:
  - id: hello
    say: {en: "Hi {first_name|neighbor}!", es: "¡Hola {first_name}!"}
    question:
      id: vote
      ask: {en: "Will you vote?", es: "¿Va a votar?"}
      answers:
        - {label: {en: "Yes, sure", es: Sí}}
        - {label: {en: "No", es: "No"}, goto: end, id: n}
  - id: plan
    say: {en: "In {city}.", es: "En {city}."}
  - id: end
    say: {en: Bye!, es: ¡Adiós!}
    ends: true
replies:
  - question: {en: "Who pays?", es: "¿Quién paga?"}
    answer: {en: Nobody., es: Nadie.}
"""


def campaign(*changes: tuple[str, str]) -> Campaign:
    return read(changed(*changes), "c.yaml").campaign


def changed(*changes: tuple[str, str]) -> str:
    text = FILE
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def mistakes(text: str) -> list[str]:
    with pytest.raises(CampaignFileError) as refused:
        read(text, "c.yaml")
    lines = [str(mistake) for mistake in refused.value.mistakes]
    assert str(refused.value) == "\n".join(lines)
    return lines


def warnings(*changes: tuple[str, str]) -> list[str]:
    return [str(warning) for warning in read(changed(*changes), "c.yaml").warnings]


def test_a_file_without_mistakes_is_a_campaign() -> None:
    read_in = campaign()
    assert (read_in.campaign_id, read_in.name, read_in.organisation) == (
        "weekend-turnout",
        "Weekend turnout",
        "Riverside Votes",
    )
    assert (read_in.languages, read_in.zone, read_in.goal) == (("en", "es"), "America/Chicago", 40)
    assert (read_in.starts, read_in.ends) == (date(2026, 10, 19), date(2026, 11, 3))
    assert read_in.election == {"en": "the election", "es": "las elecciones"}
    assert read_in.defaults == {"city": {"en": "your town", "es": "su ciudad"}}
    assert read_in.replies[0].answer == {"en": "Nobody.", "es": "Nadie."}
    assert warnings() == []


def test_a_campaign_says_how_many_households_a_caller_may_take_along() -> None:
    assert campaign().take_along == 100
    assert campaign(("name: Weekend", "take_along: 0\nname: Weekend")).take_along == 0


def test_its_calling_rules_go_by_days() -> None:
    rules = campaign().calling
    assert rules.hours == {
        **dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), Hours(time(9), time(20, 30))),
        "sat": Hours(time(10), time(18)),
    }
    assert rules.holidays == (date(2026, 10, 31),)
    assert (rules.attempts_per_day, rules.attempts_in_all) == (1, 3)


def test_a_span_of_days_may_go_over_the_weekend() -> None:
    assert list(campaign(("mon-fri:", "fri-mon:"), ("    sat: 10:00-18:00\n", "")).calling.hours) == [
        "fri",
        "sat",
        "sun",
        "mon",
    ]


def test_hours_may_last_to_midnight() -> None:
    assert campaign(("sat: 10:00-18:00", "sat: 10:00-24:00")).calling.hours["sat"] == Hours(time(10), MIDNIGHT)


def test_the_disclosure_is_the_first_step() -> None:
    first, second, *_ = campaign().steps
    assert first == Step(id="disclosure", say={"en": "I am {caller}.", "es": "Soy {caller}."}, disclosure=True)
    assert second.id == "hello"


def test_an_answer_is_named_by_its_words_unless_it_has_an_id() -> None:
    question = campaign().steps[1].question
    assert question is not None
    assert question.answers == (
        Answer("yes-sure", {"en": "Yes, sure", "es": "Sí"}),
        Answer("n", {"en": "No", "es": "No"}, goto="end"),
    )


def test_plain_text_is_in_the_first_language_and_a_plain_answer_is_its_label() -> None:
    plain = campaign(
        ('{en: "Will you vote?", es: "¿Va a votar?"}', "Will you vote?"), ('{label: {en: "Yes, sure", es: Sí}}', "Yes")
    )
    question = plain.steps[1].question
    assert question is not None
    assert question.ask == {"en": "Will you vote?"}
    assert question.answers[0] == Answer("yes", {"en": "Yes"})


def test_text_over_several_lines_ends_without_a_blank() -> None:
    folded = campaign(
        ("say: {en: Bye!, es: ¡Adiós!}", "say:\n      en: >\n        Bye,\n        now!\n      es: ¡Adiós!")
    )
    assert folded.steps[3].say["en"] == "Bye, now!"


def test_text_comes_without_control_characters_and_keeps_its_lines() -> None:
    escaped = campaign(("say: {en: Bye!, es: ¡Adiós!}", 'say: {en: "Bye\\e[2J\\u202e,\\nnow!", es: ¡Adiós!}'))
    assert escaped.steps[3].say["en"] == "Bye[2J,\nnow!"


def test_a_disposition_is_a_standard_one_by_its_id_or_changed_or_ones_own() -> None:
    not_home, busy, supporter = campaign().dispositions
    assert not_home == standard_dispositions.BY_ID["not_home"]
    assert (busy.label["en"], busy.key, busy.again_after) == ("Busy", "O", timedelta(minutes=30))
    assert (supporter.key, supporter.about, supporter.contact, supporter.ends) == ("P", "person", True, True)


def without_dispositions() -> str:
    return FILE[: FILE.index("dispositions:")] + FILE[FILE.index("script:") :]


def test_a_file_that_names_no_dispositions_has_the_eleven_usual_ones() -> None:
    usual = read(without_dispositions(), "c.yaml").campaign.dispositions
    assert "".join(disposition.key for disposition in usual) == "nbwxrmlcd!t"
    assert all(set(disposition.label) == {"en", "es"} for disposition in usual)


def test_the_marks_of_the_usual_dispositions() -> None:
    usual = standard_dispositions.BY_ID.values()
    assert {d.id for d in usual if d.about == "number"} == {
        "not_home",
        "busy",
        "wrong_number",
        "disconnected",
        "do_not_call",
        "left_message",
    }
    assert {d.id for d in usual if d.contact} == {"refused", "language", "call_back", "quiet", "do_not_call", "talked"}
    assert {d.id for d in usual if not d.ends} == {"not_home", "busy", "language", "call_back", "quiet", "left_message"}
    assert {d.id for d in usual if d.confirm} == {"deceased", "do_not_call"}
    assert {d.id for d in usual if d.suppresses} == {"do_not_call"}


def test_left_message_is_there_to_add() -> None:
    assert campaign(("- not_home", "- left_message")).dispositions[0].key == "k"


def test_an_id_may_be_given_to_the_campaign() -> None:
    assert campaign(("name: Weekend", "id: gotv-2026\nname: Weekend")).campaign_id == "gotv-2026"


def test_a_list_or_mapping_with_nothing_in_it_is_empty() -> None:
    emptied = FILE[: FILE.index("replies:")] + "replies: # none yet\n"
    assert read(emptied, "c.yaml").campaign.replies == ()
    assert campaign(("holidays: [2026-10-31]", "holidays:")).calling.holidays == ()


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 2, 27), date(2026, 12, 8), date(2028, 2, 29)])
def test_the_file_to_start_from_has_no_mistakes_whenever_it_is_made(today: date) -> None:
    checked = read(template(today), "new.yaml")
    assert checked.warnings == ()
    assert today == checked.campaign.starts < checked.campaign.ends
    assert len(checked.campaign.dispositions) == 11


def test_its_election_is_on_a_tuesday_some_weeks_ahead() -> None:
    assert election_after(date(2026, 10, 13)) == date(2026, 11, 3)
    assert election_after(date(2026, 10, 14)) == date(2026, 11, 10)
    assert "election: the election on Tuesday, November 3\n" in template(date(2026, 10, 13))


# -- what is not YAML, or not a campaign ------------------------------------------------------------------------------

NOT_YAML = (
    "this is not YAML; indent with spaces alone, close every bracket and quote, "
    "and put text with `: ` or ` #` in it, or that begins with punctuation, in quotes"
)


@pytest.mark.parametrize("second_line", ["say: Hi: you", "\tsay: b", "say: @home", "---\nname: b", "say: *x"])
def test_a_file_that_is_not_yaml(second_line: str) -> None:
    assert mistakes(f"name: a\n{second_line}\n") == [f"c.yaml:2: {NOT_YAML}"]


def test_a_file_with_a_character_that_no_text_has() -> None:
    assert mistakes("name: ä\nsay: \x1b[2J\n") == [
        "c.yaml:2: there is a character here that YAML does not take, U+001B; remove it"
    ]


def test_a_file_of_something_else() -> None:
    assert mistakes("just words") == [
        "c.yaml:1: expected keys and values, such as name: Weekend turnout; found `just words`"
    ]


def test_missing_keys_are_named_with_an_example() -> None:
    assert mistakes("goal: 30") == [
        f"c.yaml:1: {key}: `{key}` is missing; add it, such as `{key}: {example}`"
        for key, example in (
            ("name", "Weekend turnout"),
            ("organisation", "Riverside Votes"),
            ("languages", "[en, es]"),
            ("zone", "America/New_York"),
            ("dates", "{starts: 2026-10-19, ends: 2026-11-03}"),
            ("calling", "{hours: {mon-fri: 9:00-21:00}}"),
            ("disclosure", "Riverside Votes pays for this call."),
            ("script", "[{id: hello, say: Hello!, ends: true}]"),
        )
    ]


# -- single values ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        (
            "dispositions:",
            "dispositons:",
            "16: dispositons: `dispositons` is not a key here; did you mean `dispositions`?",
        ),
        (
            "replies:\n  - question",
            "replies:\n  - zzz: 1\n    question",
            "40: replies.1.zzz: `zzz` is not a key here; known are question, answer",
        ),
        ("zone: A", "name: Again\nzone: A", "4: name: `name` is here twice; the first is on line 1"),
        ("  - id: plan\n", "  - goto: end\n", "34: script.2.id: `id` is missing; add it, such as `id: hello`"),
        (
            "starts: 2026-10-19, ",
            "",
            "5: dates.starts: `starts` is missing; add it, such as `starts: 2026-10-19`",
        ),
        (
            "organisation: Riverside Votes",
            "organisation: [Riverside, Votes]",
            "2: organisation: expected text, such as Riverside Votes; found a list",
        ),
        (
            "organisation: Riverside Votes",
            "organisation:",
            "2: organisation: expected text, such as Riverside Votes; there is nothing here",
        ),
        (
            "disclosure: {en: ",
            "disclosure: {en: {a: b}}\ngoal: 30 #",
            "13: disclosure.en: expected text, such as Riverside Votes pays for this call.; found keys and values",
        ),
        (
            "    say: {en: Bye!, es: ¡Adiós!}",
            "    say: [Bye]",
            "37: script.3.say: expected text, or texts by language, such as Hello, {first_name}!; found a list",
        ),
        (
            "  attempts_in_all: 3",
            "  attempts_in_all: three",
            "11: calling.attempts_in_all: expected a whole number from 1, such as 4; found `three`",
        ),
        (
            "  attempts_in_all: 3",
            "  attempts_in_all: 0",
            "11: calling.attempts_in_all: expected a whole number from 1, such as 4; found `0`",
        ),
        (
            "organisation: Riverside Votes",
            "organisation: Riverside Votes\ntake_along: all",
            "3: take_along: expected a whole number from 0, such as 100; found `all`",
        ),
        (
            "    contact: yes",
            "    contact: maybe",
            "23: dispositions.3.contact: expected true or false, such as true; found `maybe`",
        ),
        (
            "starts: 2026-10-19",
            "starts: Oct 19",
            "5: dates.starts: expected a date, year first, such as 2026-10-19; found `Oct 19`",
        ),
        (
            "holidays: [2026-10-31]",
            "holidays: [2026-10-31, 31/10]",
            "10: calling.holidays.2: expected a date, year first, such as 2026-11-26; found `31/10`",
        ),
        (
            "holidays: [2026-10-31]",
            "holidays: 2026-10-31",
            "10: calling.holidays: expected a list, such as [2026-11-26]; found `2026-10-31`",
        ),
        (
            "dates: {starts: 2026-10-19, ends: 2026-11-03}",
            "dates: 2026-10-19",
            "5: dates: expected keys and values, such as {starts: 2026-10-19, ends: 2026-11-03}; found `2026-10-19`",
        ),
        (
            "zone: America/Chicago",
            "zone: America/Chikago",
            "4: zone: there is no time zone `America/Chikago`; did you mean `America/Chicago`?",
        ),
        (
            "zone: America/Chicago",
            "zone: here",
            "4: zone: there is no time zone `here`; write one such as America/New_York",
        ),
        (
            "    mon-fri: 9:00-20:30",
            "    mon-fri: 9 to 5",
            "8: calling.hours.mon-fri: expected hours, such as 9:00-21:00; found `9 to 5`",
        ),
        (
            "    mon-fri: 9:00-20:30",
            "    mon-fri: 9:00-25:00",
            "8: calling.hours.mon-fri: expected hours, such as 9:00-21:00; found `9:00-25:00`",
        ),
        (
            "    sat: 10:00-18:00",
            "    sat: 10:00-6:00",
            "9: calling.hours.sat: calling closes at 6:00, before it opens at 10:00; write 21:00 for 9 in the evening",
        ),
        (
            "    sat: 10:00-18:00",
            "    fri: 10:00-18:00",
            "9: calling.hours.fri: fri has its hours above already; name each day once",
        ),
        (
            "    sat: 10:00-18:00",
            "    saturday: 10:00-18:00",
            "9: calling.hours.saturday: `saturday` is no day; write one such as sat, or a span such as mon-fri",
        ),
        (
            "    mon-fri: 9:00-20:30\n    sat: 10:00-18:00\n",
            "",
            "7: calling.hours: expected days and their hours, such as {mon-fri: 9:00-21:00}; there is nothing here",
        ),
        (
            "languages: [en, es]",
            "languages: [en, Spanish]",
            "3: languages.2: expected the code of a language, such as en; found `Spanish`",
        ),
        (
            "languages: [en, es]",
            "languages: []",
            "3: languages: expected a list of languages, such as [en, es]; found a list",
        ),
        (
            "again_after: 30m",
            "again_after: soon",
            "18: dispositions.2.again_after: expected a span of time in m, h or d, such as 20h; found `soon`",
        ),
        (
            "    key: P",
            "    key: sup",
            "20: dispositions.3.key: expected one letter, or another character in quotes, such as p; found `sup`",
        ),
        (
            "    key: P",
            "    key: !",
            "20: dispositions.3.key: expected one letter, or another character in quotes, such as p; "
            "there is nothing here",
        ),
        (
            "    about: person",
            "    about: people",
            "22: dispositions.3.about: expected number or person, such as person; found `people`",
        ),
        (
            "  - not_home",
            "  - not_hme",
            "17: dispositions.1: `not_hme` is no standard disposition; did you mean `not_home`?",
        ),
        ("    about: person\n", "", "19: dispositions.3.about: `about` is missing; add it, such as `about: person`"),
        (
            "id: vote\n",
            "id: will you\n",
            "29: script.1.question.id: "
            "expected an id of at most 40 letters, digits, - and _, such as vote; found `will you`",
        ),
        (
            '"Yes, sure"',
            "是的",
            "32: script.1.question.answers.1.label: "
            "`是的` makes no id; add `id` beside it, of letters, digits, - and _",
        ),
        (
            "name: Weekend turnout",
            "name: 周末",
            "1: name: `周末` makes no id; add `id` beside it, of letters, digits, - and _",
        ),
        (
            "    say: {en: Bye!, es: ¡Adiós!}",
            "    say: {en: Bye!, fr: Salut !}",
            "37: script.3.say.fr: `fr` is not a key here; known are en, es",
        ),
        (
            "  city: {en: your town",
            "  cite: {en: your town",
            "15: defaults.cite: `cite` is not a key here; did you mean `city`?",
        ),
    ],
)
def test_every_wrong_value_is_one_sentence_with_its_line_and_key(old: str, new: str, mistake: str) -> None:
    assert mistakes(changed((old, new))) == [f"c.yaml:{mistake}"]


def test_all_mistakes_are_found_in_one_pass_and_in_the_files_order() -> None:
    wrong = changed(
        ("zone: America/Chicago", "zone: Mars"),
        ("    contact: yes", "    contcat: yes"),
        ("goto: end", "goto: ned"),
        ("{first_name|neighbor}", "{frist_name}"),
        ("    say: {en: Bye!, es: ¡Adiós!}\n", ""),
    )
    assert mistakes(wrong) == [
        "c.yaml:4: zone: there is no time zone `Mars`; write one such as America/New_York",
        "c.yaml:23: dispositions.3.contcat: `contcat` is not a key here; did you mean `contact`?",
        "c.yaml:27: script.1.say.en: there is no field {frist_name}; did you mean `first_name`?",
        "c.yaml:33: script.1.question.answers.2.goto: there is no step `ned`; did you mean `end`?",
        "c.yaml:36: script.3: this step says nothing and asks nothing; give it `say` or `question`",
    ]


def test_a_mistake_in_the_languages_is_not_repeated_at_every_text() -> None:
    assert mistakes(changed(("languages: [en, es]", "languages: English"))) == [
        "c.yaml:3: languages: expected a list, such as [en, es]; found `English`"
    ]


@pytest.mark.parametrize("garbled", ["", "x", "[x]", "{x: y}", "*x", "2026-10-19", '"{"', "? x"])
def test_whatever_line_is_garbled_the_organiser_is_told_and_nothing_breaks(garbled: str) -> None:
    lines = FILE.splitlines()
    for number, line in enumerate(lines):
        key = line.partition(":")[0]
        text = "\n".join([*lines[:number], f"{key}: {garbled}", *lines[number + 1 :]])
        try:
            read(text, "c.yaml")
        except CampaignFileError as refused:
            assert all(1 <= mistake.line <= len(lines) + 1 and mistake.message for mistake in refused.mistakes)
