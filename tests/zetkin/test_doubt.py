"""What is repeated and what is not, where a request to Zetkin came to nothing: a clear no is no doubt."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from phonetui.client.zetkin_notebook import Notebook
from phonetui.client.zetkin_reports import MAYBE
from phonetui.client.zetkin_web import HeldTokens, OAuthClient, Tokens, Undone, ZetkinWeb
from phonetui.client.zetkin_wire import Nothing
from phonetui.core.call_actions import Answer, Forward, Result, Skip
from phonetui.core.refusal import Refused
from tests.client.people import KEY
from tests.zetkin.shift import Clock, Shift
from tests.zetkin.stand_in import Fault, StandIn, zetkin
from tests.zetkin.test_promises import ANSWERED, a_talk, breaks_once, tell
from tests.zetkin.world import CLIENT, EVENT, ORG, SECRET, SURVEY, Json

IN_DOUBT = MAYBE.format(survey="Support", answers="Do you support us?: No")
NOT_TAKEN = "Zetkin did not take these answers to the survey “Support”: Do you support us?: No"


def told(stand_in: StandIn) -> str | None:
    """The words to the organiser in the first call, which is reported."""
    call: Json = stand_in.world.calls[9001]
    assert call["state"] > 0
    words: str | None = call["message_to_organizer"]
    return words


# -- answers to a survey -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["rate limit", "too slow"])
def test_answers_that_zetkin_puts_off_go_later(tmp_path: Path, fault: Fault) -> None:
    stand_in = tell(tmp_path, a_talk, people=1, begins=lambda it: breaks_once(it, "POST", "submissions", fault))
    assert stand_in.world.submissions == ANSWERED
    assert told(stand_in) is None


def test_answers_go_once_the_caller_has_logged_in_again(tmp_path: Path) -> None:
    async def shifts(stand_in: StandIn, clock: Clock) -> None:
        first = await Shift.begin(stand_in, tmp_path, clock)
        await first.shows_somebody()
        ends_log_in_at_answers(stand_in, for_good=True)
        await first.press(Forward(), Answer(2), Result("talked", by_line=True))
        await first.until(lambda: first.desk.view.line.state == "signed_out")
        await first.end()
        stand_in.world.grant()
        second = await Shift.begin(stand_in, tmp_path, clock)
        await second.sent()
        await second.end()

    with zetkin(people=1) as stand_in:
        asyncio.run(shifts(stand_in, Clock()))
    assert stand_in.world.complaints == []
    assert stand_in.world.submissions == ANSWERED
    assert told(stand_in) is None


@pytest.mark.parametrize("fault", ["lost request", "rate limit", "down", "page"])
def test_answers_wait_for_a_log_in_that_cannot_be_renewed_at_once(tmp_path: Path, fault: Fault) -> None:
    stand_in = tell(tmp_path, a_talk, people=1, begins=lambda it: ends_log_in_at_answers(it, renewal=fault))
    assert stand_in.world.submissions == ANSWERED
    assert told(stand_in) is None


def ends_log_in_at_answers(stand_in: StandIn, *, for_good: bool = False, renewal: Fault = "") -> None:
    """The token ends with the first answers that are sent, and the first try to renew it meets a fault."""
    tokens, faults = stand_in.world.tokens, [renewal]

    def fault(method: str, path: str) -> Fault:
        if "submissions" in path and stand_in.world.tokens is tokens:
            stand_in.world.tokens = set()
            if for_good:
                stand_in.world.refresh_tokens = set()
        return faults.pop() if faults and "/oauth/token/" in path else ""

    stand_in.fault = fault


def test_where_new_tokens_cannot_be_kept_zetkin_was_sent_nothing() -> None:
    async def full(tokens: str) -> None:
        raise Refused("The disk is full; make some room.")

    async def story(stand_in: StandIn) -> None:
        held = HeldTokens(keep=full)
        held.now = Tokens("expired", *stand_in.world.refresh_tokens)
        web = ZetkinWeb(stand_in.url, OAuthClient(CLIENT, SECRET), held)
        with pytest.raises(Undone, match="The disk is full; make some room"):
            await web.send_once("PUT", f"/orgs/{ORG}/actions/{EVENT}/responses/1001", Nothing())
        await web.close()

    with zetkin() as stand_in:
        asyncio.run(story(stand_in))
        assert stand_in.world.sign_ups == []


@pytest.mark.parametrize("fault", ["declined", "no page"])
def test_answers_that_are_refused_go_to_the_organiser_in_words(tmp_path: Path, fault: Fault) -> None:
    stand_in = tell(tmp_path, a_talk, people=1, begins=lambda it: breaks_once(it, "POST", "submissions", fault))
    assert stand_in.world.submissions == []
    assert told(stand_in) == NOT_TAKEN


def test_answers_without_a_required_one_go_to_the_organiser_in_words(tmp_path: Path) -> None:
    def requires(stand_in: StandIn) -> None:
        stand_in.world.surveys[SURVEY]["elements"][2]["question"]["required"] = True

    stand_in = tell(tmp_path, a_talk, people=1, begins=requires)
    assert stand_in.world.submissions == []
    assert told(stand_in) == NOT_TAKEN


@pytest.mark.parametrize("fault", ["down", "page"])
def test_answers_of_which_nothing_is_known_stay_in_doubt(tmp_path: Path, fault: Fault) -> None:
    stand_in = tell(tmp_path, a_talk, people=1, begins=lambda it: breaks_once(it, "POST", "submissions", fault))
    assert stand_in.world.submissions == []
    assert told(stand_in) == IN_DOUBT


def test_other_answers_that_were_not_taken_leave_the_first_ones_known(tmp_path: Path) -> None:
    async def story() -> None:
        notebook = Notebook(tmp_path / "surveys.json", KEY)
        await notebook.note(9001, 61, "first", "stored")
        await notebook.note(9001, 61, "other", "begun")
        await notebook.note(9001, 61, "other", None)
        assert await Notebook(tmp_path / "surveys.json", KEY).standing(9001, 61, "first") == "stored"

    asyncio.run(story())


# -- a sign-up ---------------------------------------------------------------------------------------------------------


async def a_sign_up(stand_in: StandIn, shift: Shift) -> None:
    """Of somebody who answers nothing else."""
    await shift.shows_somebody()
    await shift.press(*[Forward()] * 4, Answer(1), Result("talked", by_line=True))
    await shift.sent()


@pytest.mark.parametrize("fault", ["lost request", "lost reply", "cut reply", "rate limit", "too slow", "down", "page"])
def test_a_sign_up_that_may_be_there_is_repeated(tmp_path: Path, fault: Fault) -> None:
    stand_in = tell(tmp_path, a_sign_up, people=1, begins=lambda it: breaks_once(it, "PUT", "actions", fault))
    assert stand_in.world.sign_ups == [(EVENT, 1001)]
    assert told(stand_in) is None


@pytest.mark.parametrize("fault", ["declined", "no page"])
def test_a_sign_up_that_is_refused_goes_to_the_organiser_in_words(tmp_path: Path, fault: Fault) -> None:
    stand_in = tell(tmp_path, a_sign_up, people=1, begins=lambda it: breaks_once(it, "PUT", "actions", fault))
    assert stand_in.world.sign_ups == []
    assert told(stand_in) == f"Zetkin did not take the sign-up for event {EVENT}."


def test_a_sign_up_that_zetkin_has_is_not_sent_again_after_the_call(tmp_path: Path) -> None:
    def begins(stand_in: StandIn) -> None:
        stand_in.world.takes_late_sign_ups = False
        breaks_once(stand_in, "PATCH", "calls", "lost reply")

    stand_in = tell(tmp_path, a_sign_up, people=1, begins=begins)
    assert stand_in.world.sign_ups == [(EVENT, 1001)]
    assert told(stand_in) is None


def test_a_sign_up_that_is_refused_after_a_doubt_may_be_there(tmp_path: Path) -> None:
    def begins(stand_in: StandIn) -> None:
        faults: list[Fault] = ["declined", "lost reply"]
        stand_in.fault = lambda method, path: faults.pop() if faults and method == "PUT" else ""

    stand_in = tell(tmp_path, a_sign_up, people=1, begins=begins)
    assert told(stand_in) == f"The sign-up for event {EVENT} may be here already, or be missing."


# -- a report, and a call given back -----------------------------------------------------------------------------------


async def a_busy_line(stand_in: StandIn, shift: Shift) -> None:
    """A report alone."""
    await shift.until(lambda: shift.desk.view.on_hand == 1)
    await shift.press(Result("busy", by_line=True))
    await shift.sent()
    assert shift.desk.view.rejected == 0


@pytest.mark.parametrize("fault", ["rate limit", "too slow", "down", "no page", "page"])
def test_a_report_that_zetkin_puts_off_goes_later(tmp_path: Path, fault: Fault) -> None:
    stand_in = tell(tmp_path, a_busy_line, people=1, begins=lambda it: breaks_once(it, "PATCH", "calls", fault))
    assert stand_in.world.patches == [(9001, 12)]


def test_a_report_that_was_taken_counts_though_the_call_cannot_be_read_then(tmp_path: Path) -> None:
    def begins(stand_in: StandIn) -> None:
        left: list[Fault] = ["declined", "declined"]

        def fault(method: str, path: str) -> Fault:
            return left.pop() if left and method == "GET" and "calls" in path and stand_in.world.patches else ""

        stand_in.fault = fault

    assert tell(tmp_path, a_busy_line, people=1, begins=begins).world.patches == [(9001, 12)]


@pytest.mark.parametrize("fault", ["declined", "conflict"])
def test_a_call_that_zetkin_does_not_take_back_holds_no_other_up(tmp_path: Path, fault: Fault) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        await shift.until(lambda: shift.desk.view.on_hand == 2)
        stand_in.fault = lambda method, path: fault if method == "DELETE" else ""
        await shift.press(Skip())
        await shift.shows_somebody(but="1001")
        await shift.press(Result("busy", by_line=True))
        await shift.sent()
        assert await shift.shows_somebody(but="1002") == "1001"

    stand_in = tell(tmp_path, story, people=2)
    assert stand_in.world.patches == [(9002, 12)]
