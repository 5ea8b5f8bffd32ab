"""The supervisor's side of the line: what callers ask, answers, and notices."""

from __future__ import annotations

import json

import pytest

from phonetui.core.event import HelpQuestion
from tests.commands.test_outbox import NOON, Campaign, Dana, beginning, campaign, dana
from tests.shell import Shell

__all__ = ["beginning", "campaign", "dana"]

ASKED = HelpQuestion(id="event-1", seq=1, at=NOON, campaign_id="turnout", text="May students vote here?")


@pytest.fixture
def asked(dana: Dana, campaign: Campaign, shell: Shell) -> Campaign:
    """A campaign that one question has come to."""
    dana.records(ASKED)
    campaign.serve()
    assert shell.run("outbox", "send") == 0
    return campaign


def test_an_open_question_is_listed_until_it_is_answered(asked: Campaign, shell: Shell) -> None:
    at = ("turnout", "--data", asked.folder)
    assert shell.run("server", "questions", *at) == 0
    assert shell.out.startswith("1  ")
    assert shell.out.endswith("Dana Reyes: May students vote here?\n")
    assert shell.run("server", "answer", "turnout", 1, "Yes, where they live.", "--data", asked.folder) == 0
    assert shell.out.startswith("Answered ")
    assert shell.out.endswith("who asked: May students vote here?\n")
    assert shell.run("server", "questions", *at) == 0
    assert shell.out == "Nobody waits for an answer.\n"


def test_questions_as_json_have_all_that_is_known(asked: Campaign, shell: Shell) -> None:
    assert shell.run("server", "questions", "turnout", "--json", "--data", asked.folder) == 0
    [question] = json.loads(shell.out)
    assert (question["number"], question["text"], question["voter"]) == (1, "May students vote here?", "")


def test_a_notice_says_whom_it_reaches(campaign: Campaign, shell: Shell) -> None:
    assert shell.run("server", "notice", "turnout", "The office moved.", "--data", campaign.folder) == 0
    assert shell.out == "Everybody who calls for turnout is told.\n"


def test_an_answer_to_nothing_is_refused(campaign: Campaign, shell: Shell) -> None:
    assert shell.refusal("server", "answer", "turnout", 4, "Yes", "--data", campaign.folder) == (
        "There is no question 4 in turnout; `phonetui server questions turnout` lists them."
    )
