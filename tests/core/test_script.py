"""A caller goes through a script."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from phonetui.core import personal, script
from phonetui.core.campaign import Step
from phonetui.core.conditions import Listener
from phonetui.core.script import Place
from phonetui.core.voter import Address, Voter
from tests.core.example import CAMPAIGN, SOO_JIN

LISTENER = Listener(SOO_JIN, date(2026, 11, 20))


def after(*keys: str) -> Place:
    """Where these keys lead: a digit answers, `+` goes on, `-` goes back."""
    place = script.start(CAMPAIGN)
    for key in keys:
        if key.isdigit():
            answered = script.answer(CAMPAIGN, LISTENER, place, int(key))
            assert answered is not None
            place = answered
        else:
            place = script.forward(CAMPAIGN, LISTENER, place) if key == "+" else script.back(CAMPAIGN, LISTENER, place)
    return place


def said(text: str, voter: Voter = SOO_JIN, language: str = "en") -> str:
    return personal.personalise(text, voter, "Dana", CAMPAIGN, language)


def test_the_script_opens_with_the_disclosure() -> None:
    assert script.start(CAMPAIGN) == Place(("disclosure",))
    assert script.start(CAMPAIGN).step_id == "disclosure"


def test_before_it_is_opened_there_is_no_step() -> None:
    assert Place().step_id == ""
    assert script.back(CAMPAIGN, LISTENER, Place()) == Place()
    assert script.forward(CAMPAIGN, LISTENER, Place()) == Place()


def test_an_answer_without_a_goto_leads_to_the_next_step() -> None:
    assert after("+", "1") == Place(("disclosure", "hello", "plan"), {"vote": "yes"}, disclosed=True)


def test_an_answer_leads_where_it_says() -> None:
    assert after("+", "3") == Place(("disclosure", "hello", "end"), {"vote": "voted"}, disclosed=True)


def test_a_step_leads_where_it_says_when_its_answers_do_not() -> None:
    assert after("+", "1", "2").steps == ("disclosure", "hello", "plan", "end")


def test_there_is_no_answer_beyond_the_last_nor_where_nothing_is_asked() -> None:
    hello = after("+")
    assert script.answer(CAMPAIGN, LISTENER, hello, 4) is None
    assert script.answer(CAMPAIGN, LISTENER, hello, 0) is None
    assert script.answer(CAMPAIGN, LISTENER, script.start(CAMPAIGN), 1) is None


def test_a_question_left_unanswered_leads_to_the_next_step() -> None:
    assert after("+", "+") == Place(("disclosure", "hello", "plan"), disclosed=True)


def test_going_on_at_the_end_stays_there() -> None:
    assert after("+", "3", "+") == after("+", "3")


def test_going_back_keeps_the_answers_and_going_on_follows_them_again() -> None:
    assert after("+", "3", "-") == Place(("disclosure", "hello"), {"vote": "voted"}, disclosed=True)
    assert after("+", "3", "-", "+").step_id == "end"


def test_going_back_from_the_first_step_stays_there() -> None:
    assert after("-") == script.start(CAMPAIGN)


def test_another_answer_drops_the_answers_of_the_way_not_taken() -> None:
    assert after("+", "1", "2", "-", "-", "2") == Place(("disclosure", "hello", "why"), {"vote": "no"}, disclosed=True)


def test_the_same_answer_again_keeps_what_came_after_it() -> None:
    assert after("+", "1", "2", "-", "-", "1").answers == {"vote": "yes", "how": "there"}


def test_another_answer_keeps_the_answers_where_the_ways_meet_again() -> None:
    meeting = msgspec.structs.replace(
        CAMPAIGN, steps=(*CAMPAIGN.steps[:2], CAMPAIGN.steps[3], *CAMPAIGN.steps[2:3], CAMPAIGN.steps[4])
    )
    here = Place(("disclosure", "hello"), {"vote": "yes", "why": "busy", "how": "mail"})
    again = script.answer(meeting, LISTENER, here, 2)
    assert again is not None
    assert again.answers == {"vote": "no", "why": "busy", "how": "mail"}


def test_a_script_that_goes_round_can_be_left() -> None:
    rounds = msgspec.structs.replace(
        CAMPAIGN, steps=(*CAMPAIGN.steps[:3], Step("end", {"en": "Once more?"}, goto="hello"))
    )
    changed = script.answer(rounds, LISTENER, Place(("disclosure", "hello"), {"vote": "yes", "how": "mail"}), 3)
    assert changed is not None
    assert changed.answers == {"vote": "voted"}


def test_an_answer_to_a_question_that_the_script_no_longer_asks_is_kept() -> None:
    changed = script.answer(CAMPAIGN, LISTENER, Place(("disclosure", "hello"), {"vote": "yes", "gone": "x"}), 3)
    assert changed is not None
    assert changed.answers == {"vote": "voted", "gone": "x"}


def test_a_step_that_the_script_no_longer_has_is_left_alone() -> None:
    gone = Place(("disclosure", "gone"), {"vote": "yes"})
    assert script.next_step(CAMPAIGN, LISTENER, gone) is None
    assert script.forward(CAMPAIGN, LISTENER, gone) == gone
    assert script.answer(CAMPAIGN, LISTENER, gone, 1) is None


def test_the_disclosure_alone_is_no_talk() -> None:
    assert not script.talked(CAMPAIGN, Place())
    assert not script.talked(CAMPAIGN, after())
    assert not script.talked(CAMPAIGN, after("+", "-"))


def test_reading_on_or_an_answer_is_a_talk() -> None:
    assert script.talked(CAMPAIGN, after("+"))
    assert script.talked(CAMPAIGN, Place(("disclosure",), {"vote": "yes"}))


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Hi, is this {first_name} {last_name}?", "Hi, is this Soo-Jin De La Cruz?"),
        ("I'm {caller} with {organisation}.", "I'm Dana with Riverside Votes."),
        ("neighbors on {street_name} in {city}", "neighbors on Mill Ct in Evansville"),
        ("It is {election}.", "It is the county election."),
        ("{polling_place}, {polling_address}, {polling_hours}", "Mill School, 12 Mill St, 6 am to 6 pm"),
        ("{deadlines}", "Ballots by mail must arrive by then."),
        ("{ first_name }", "Soo-Jin"),
        ("{{first_name}} is a field, {{ and }} are braces", "{first_name} is a field, { and } are braces"),
        ("a lone } stays, and { too", "a lone } stays, and { too"),
    ],
)
def test_text_is_filled_in_for_the_voter(text: str, heard: str) -> None:
    assert said(text) == heard


NOBODY = Voter(voter_id="v2", first_name="", last_name="")


def test_what_the_voter_does_not_have_is_the_texts_own_default() -> None:
    assert said("Hi {first_name|neighbor} in {city|our town}!", NOBODY) == "Hi neighbor in our town!"


def test_else_the_campaigns_default_in_the_language_of_the_script() -> None:
    assert said("en {city}", NOBODY, "es") == "en su ciudad"
    assert said("Hi {first_name}!", NOBODY) == "Hi !"


def test_the_election_is_named_in_the_language_of_the_script() -> None:
    assert said("{election}", language="es") == "la elección del condado"


@pytest.mark.parametrize(
    ("street", "name"),
    [
        ("1932 Mill Ct", "Mill Ct"),
        ("12-B N 3rd St #7", "N 3rd St"),
        ("40 1/2 Oak Ave, Unit 3", "Oak Ave"),
        ("Rural Route 4", "Rural Route 4"),
        ("7 Apt Ln", "Apt Ln"),
    ],
)
def test_the_street_is_named_as_neighbours_name_it(street: str, name: str) -> None:
    assert said("{street_name}", msgspec.structs.replace(SOO_JIN, address=Address(street))) == name


def test_the_fields_of_a_text_are_known() -> None:
    assert list(personal.fields("{{x}} {a|b} { c } }")) == [("a", True), ("c", False), ("}", False)]


@pytest.mark.parametrize("written", ["Spanish", "SPANISH", "es", "es-MX", "SPA", "SP", "Español"])
def test_a_voter_is_read_to_in_their_language_however_the_file_writes_it(written: str) -> None:
    assert personal.script_language(CAMPAIGN, msgspec.structs.replace(SOO_JIN, language=written)) == "es"


@pytest.mark.parametrize("written", ["English", "Vietnamese", "Klingon", "", "Unknown"])
def test_any_other_voter_is_read_to_in_the_campaigns_first_language(written: str) -> None:
    assert personal.script_language(CAMPAIGN, msgspec.structs.replace(SOO_JIN, language=written)) == "en"


def test_the_campaigns_own_code_of_a_language_is_found() -> None:
    mexican = msgspec.structs.replace(CAMPAIGN, languages=("en", "es-MX"))
    assert personal.script_language(mexican, SOO_JIN) == "es-MX"
