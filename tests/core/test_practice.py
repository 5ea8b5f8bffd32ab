"""Invented voters: what they say to a campaign's own script, and what is right, and why."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from phonetui.core.call import Call, Draft, Phase
from phonetui.core.campaign import Campaign
from phonetui.core.campaign_file import Checked, read
from phonetui.core.personas import PERSONAS, Persona
from phonetui.core.practice import for_practice, household, judge, personas, right_results, says
from phonetui.core.script import Place
from phonetui.core.script_page import Page, page
from phonetui.demo.campaign import sample
from tests.core.example import CAMPAIGN, NOT_HOME, REFUSED, TALKED


def named(name: str) -> Persona:
    return next(persona for persona in PERSONAS if persona.first_name == name)


def at(persona: Persona, *steps: str, campaign: Campaign = CAMPAIGN) -> Page | None:
    """The page of the last of these steps, with this voter on the screen."""
    home = household(campaign, persona, 1)
    call = Call(phase=Phase.CALLING, household=home, voter_id=home.voters[0].voter_id, draft=Draft(Place(steps)))
    return page(campaign, call, "Dana")


def draft(**answers: str) -> Draft:
    return Draft(Place(("disclosure", "hello", "end"), answers))


def test_only_those_come_for_whom_the_campaign_has_a_right_result() -> None:
    assert [persona.first_name for persona in personas(CAMPAIGN)] == [
        "Nora", "Grace", "Ray", "Tom", "Iris", "Mia", "Carlos", "Joan",
    ]  # fmt: skip


def test_the_sample_campaign_has_something_for_everybody() -> None:
    checked = read(sample(date(2026, 11, 20)), "riverside.yaml")
    assert isinstance(checked, Checked)
    assert personas(checked.campaign) == PERSONAS


def test_a_result_that_the_campaign_has_renamed_is_known_by_what_it_does() -> None:
    spoken = msgspec.structs.replace(TALKED, id="spoken")
    campaign = msgspec.structs.replace(CAMPAIGN, dispositions=(NOT_HOME, spoken))
    assert right_results(campaign, named("Grace")) == (spoken,)


def test_numbers_belong_to_nobody() -> None:
    assert [household(CAMPAIGN, persona, at).number for at, persona in enumerate(PERSONAS)][::9] == [
        "+18125550100",
        "+18125550109",
    ]


def test_who_insists_says_so_to_whatever_is_asked_and_others_answer_in_the_scripts_words() -> None:
    assert says(CAMPAIGN, named("Iris"), at(named("Iris"), "hello")) == "“Really, I am at the wheel. This evening!”"
    assert says(CAMPAIGN, named("Grace"), at(named("Grace"), "hello")) == "“Yes”"
    assert says(CAMPAIGN, named("Grace"), at(named("Grace"), "disclosure")) == "They listen."
    assert says(CAMPAIGN, named("Grace"), at(named("Grace"), "end")) == "“Thank you, goodbye!” They hang up."
    assert says(CAMPAIGN, named("Joan"), at(named("Joan"), "plan")) == "“There”"


def test_whoever_hears_the_script_in_spanish_says_goodbye_in_it() -> None:
    read_out = at(named("Carlos"), "end")
    assert read_out is not None
    in_spanish = msgspec.structs.replace(read_out, language="es")
    assert says(CAMPAIGN, named("Carlos"), in_spanish) == "“¡Gracias, adiós!” They hang up."


def test_a_hard_question_comes_first() -> None:
    checked = read(sample(date(2026, 11, 20)), "riverside.yaml")
    assert isinstance(checked, Checked)
    campaign, joan = checked.campaign, named("Joan")
    told = says(campaign, joan, at(joan, "hello", campaign=campaign))
    assert told == "“Where did you get my number?” Then, once you have answered: “Yes, speaking”"


def test_a_point_of_a_scale_without_a_name_is_said_as_its_number() -> None:
    checked = read(sample(date(2026, 11, 20)), "riverside.yaml")
    assert isinstance(checked, Checked)
    campaign, joan = checked.campaign, named("Joan")
    assert says(campaign, joan, at(joan, "likely", campaign=campaign)) == "“2”"
    other = judge(campaign, joan, campaign.dispositions[-1], draft(likely="5"), last=True)
    assert other.told == "To “From 1 to 5, how likely is it?” they said “2”; another answer was written down."


@pytest.mark.parametrize("language", ["es", "en"])
def test_who_speaks_spanish_is_read_to_in_it_where_the_script_has_it(language: str) -> None:
    campaign = msgspec.structs.replace(CAMPAIGN, languages=(language,))
    found = at(named("Carlos"), "hello", campaign=campaign)
    assert found and found.ask == {"es": "¿Piensa votar?", "en": "Do you plan to vote?"}[language]


def test_the_right_result_is_told_with_its_reason_and_a_wrong_one_with_the_right() -> None:
    nora = named("Nora")
    right = judge(CAMPAIGN, nora, NOT_HOME, draft(), last=False)
    assert (right.right, right.told) == (True, "Right: nobody answered, and the number is tried again by itself.")
    wrong = judge(CAMPAIGN, nora, REFUSED, draft(), last=False)
    assert (wrong.name, wrong.right) == ("Nora", False)
    assert wrong.told == ("Not “Refused” but “Not home”: nobody answered, and the number is tried again by itself.")


def test_a_talk_is_right_with_the_answers_that_they_gave_at_the_scripts_end() -> None:
    grace = named("Grace")
    assert judge(CAMPAIGN, grace, TALKED, draft(vote="yes"), last=True).right
    other = judge(CAMPAIGN, grace, TALKED, draft(vote="no"), last=True)
    assert not other.right
    assert other.told == "To “Do you plan to vote?” they said “Yes”; another answer was written down."
    early = judge(CAMPAIGN, grace, TALKED, draft(vote="yes"), last=False)
    assert (early.right, early.told) == (
        False,
        "The right result, but the script was not at its end yet: read on.",
    )


def test_practice_is_open_at_every_hour() -> None:
    practice = for_practice(CAMPAIGN, date(2027, 1, 3))
    assert practice.starts <= date(2027, 1, 3) <= practice.ends
    assert {hours.opens.hour for hours in practice.calling.hours.values()} == {0}
    assert len(practice.calling.hours) == 7
