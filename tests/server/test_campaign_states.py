"""Sam pauses, opens and closes the campaign, and has a word with those who call."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from phonetui.core.event import HelpQuestion
from phonetui.wire import CampaignState
from phonetui.wire_supervisors import WantedState, Words, decode_evening

from .conftest import Clock
from .supervisors_office import SupervisorsOffice, office


@pytest.fixture
def here(url: str, clock: Clock) -> Iterator[SupervisorsOffice]:
    with office(url, clock) as opened:
        yield opened


def test_a_paused_campaign_lends_nobody_until_it_is_opened_again(here: SupervisorsOffice) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    for state, lent in (("paused", 0), ("open", 2), ("closed", 0), ("closed", 0)):
        here.does(sam, "PUT", "state", {"state": state})
        assert len(here.run(dana.borrows(2))) == lent
    assert here.audited() == [
        ("sam", "closed", ""),
        ("sam", "opened", ""),
        ("sam", "paused", ""),
    ]


@pytest.mark.parametrize("state", ["open", "paused"])
def test_a_campaign_past_its_last_day_stays_closed(here: SupervisorsOffice, clock: Clock, state: CampaignState) -> None:
    sam = here.joins("sam", "supervisor")
    clock.passes(days=60)
    assert here.refused(sam, "PUT", "state", WantedState(state)) == (
        "refused",
        "The last day of Weekend turnout was November 3; change `ends` in its file to call on.",
    )


def test_a_watch_hears_of_the_pause(here: SupervisorsOffice) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")

    async def story() -> CampaignState:
        await dana.sends()
        watching = asyncio.create_task(dana.sends(wait=20))
        while not (here.bank.exchange.bells.waiting or watching.done()):
            await asyncio.wait([watching], timeout=0.001)
        await asyncio.to_thread(here.does, sam, "PUT", "state", WantedState("paused"))
        return (await watching).campaign_state

    assert here.run(story()) == "paused"


def test_a_notice_reaches_all_and_an_answer_whoever_asked(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana, eli = here.joins("sam", "supervisor"), here.joins("dana"), here.joins("eli")
    asked = HelpQuestion(id="q-1", seq=1, at=clock(), campaign_id="turnout", text="May I leave a message?")
    here.run(dana.sends(asked))
    here.run(eli.sends())
    [question] = decode_evening(here.does(sam, "GET", "evening")).questions
    assert (question.caller, question.text, question.voter) == ("dana", "May I leave a message?", "")
    here.does(sam, "POST", f"questions/{question.question_id}/answer", Words("Yes, once a household."))
    here.does(sam, "POST", "notices", Words("The polling place at Mill School has moved."))
    told = {who: here.run(who.sends()).notices for who in (dana, eli)}
    assert [notice.text for notice in told[dana]] == [
        "Yes, once a household.",
        "The polling place at Mill School has moved.",
    ]
    assert [notice.text for notice in told[eli]] == ["The polling place at Mill School has moved."]
    assert decode_evening(here.does(sam, "GET", "evening")).questions == ()
    done = here.audited()
    assert [(by, action) for by, action, _ in done] == [("sam", "noticed"), ("sam", "answered")]
    assert done[1][2] == "q-1"
    assert done[0][2].isdigit()


def test_an_answer_to_no_question_is_refused(here: SupervisorsOffice) -> None:
    sam = here.joins("sam", "supervisor")
    assert here.refused(sam, "POST", "questions/none/answer", Words("Yes.")) == (
        "refused",
        "There is no such question in turnout; look at the list again.",
    )
    assert here.refused(sam, "POST", "notices", Words(" ")) == (
        "refused",
        'A notice is a sentence or two, such as "The polling place at Mill School has moved."',
    )
