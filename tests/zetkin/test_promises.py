"""What phonetui promises of any campaign server, at Zetkin: offline and back, undo, calls given back, a lost token."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from phonetui.client.zetkin_reports import MAYBE
from phonetui.core.call_actions import Answer, Forward, Note, Result, Skip, TakeBack
from phonetui.core.correction import Correction
from phonetui.core.word import AboutScript, ToSupervisor, WrongRecord
from tests.zetkin.shift import Clock, Shift
from tests.zetkin.stand_in import Fault, StandIn, zetkin
from tests.zetkin.world import SURVEY

Story = Callable[[StandIn, Shift], Awaitable[None]]


def tell(
    tmp_path: Path, story: Story, people: int = 3, begins: Callable[[StandIn], None] = lambda there: None
) -> StandIn:
    """The story of a shift; nothing that was asked of Zetkin was against its interface."""

    async def told(stand_in: StandIn) -> None:
        shift = await Shift.begin(stand_in, tmp_path, Clock())
        await story(stand_in, shift)
        await shift.end()

    with zetkin(people) as stand_in:
        begins(stand_in)
        asyncio.run(told(stand_in))
    assert stand_in.world.complaints == []
    return stand_in


def breaks_once(stand_in: StandIn, method: str, part: str, fault: Fault) -> None:
    """The first request of that kind meets a fault."""
    left = [fault]
    stand_in.fault = lambda asked, path: left.pop() if left and asked == method and part in path else ""


def test_without_a_line_calls_go_on_and_are_there_once_it_is_back(tmp_path: Path) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        await shift.until(lambda: shift.desk.view.on_hand == 3)
        stand_in.down = True
        for result in ("not_home", "busy", "talked"):
            before = await shift.shows_somebody()
            await shift.press(Result(result, by_line=True))
            await shift.until(lambda before=before: shift.voter != before)  # type: ignore[misc]
        assert shift.desk.view.unsent == 3
        await shift.until(lambda: shift.desk.view.line.state == "offline")
        stand_in.down = False
        await shift.sent()

    stand_in = tell(tmp_path, story)
    assert [each["state"] for each in stand_in.world.reported().values()] == [11, 12, 1]


def test_a_lease_stands_to_the_end_of_the_days_hours(tmp_path: Path) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        await shift.shows_somebody()
        assert shift.desk.view.on_hand_until == datetime(2026, 10, 6, 19, 0, tzinfo=UTC)  # 9 pm in Stockholm
        assert shift.desk.view.taken_along  # so that whoever leaves is asked whether to give them back

    tell(tmp_path, story)


def test_what_was_allocated_before_a_crash_comes_back(tmp_path: Path) -> None:
    def begins(stand_in: StandIn) -> None:
        for _ in range(15):  # more than a page of the list
            stand_in.world.allocate({})

    async def story(stand_in: StandIn, shift: Shift) -> None:
        await shift.until(lambda: shift.desk.view.on_hand == 16)

    stand_in = tell(tmp_path, story, people=16, begins=begins)
    assert len(stand_in.world.calls) == 16


def test_a_lost_answer_to_an_allocation_loses_nobody(tmp_path: Path) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        await shift.until(lambda: shift.desk.view.on_hand == 3)

    stand_in = tell(tmp_path, story, begins=lambda there: breaks_once(there, "POST", "queue", "lost reply"))
    assert len(stand_in.world.calls) == 3


def test_a_skipped_voter_goes_back_to_the_queue_and_comes_last(tmp_path: Path) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        await shift.until(lambda: shift.desk.view.on_hand == 2)
        await shift.press(Skip())
        await shift.sent()
        assert shift.voter == "1002"
        await shift.press(Result("busy", by_line=True))
        assert await shift.shows_somebody() == "1001"

    stand_in = tell(tmp_path, story, people=2)
    assert sorted(stand_in.world.calls) == [-9001, 9002, 9003]


def test_whoever_leaves_gives_back_all_but_the_voter_on_the_screen(tmp_path: Path) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        await shift.until(lambda: shift.desk.view.on_hand == 3)
        await shift.press(Result("busy", by_line=True))
        await shift.desk.give_back()
        await shift.until(lambda: stand_in.world.queue == [1003])
        await shift.sent()

    stand_in = tell(tmp_path, story)
    assert [each["state"] for each in stand_in.world.calls.values()] == [12, 0, -1]


def test_a_call_that_an_organiser_took_away_leaves_the_hand(tmp_path: Path) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        await shift.until(lambda: shift.desk.view.on_hand == 2)
        with stand_in.lock:
            stand_in.world.give_back(9002)
            stand_in.world.queue.clear()
        await shift.until(lambda: shift.desk.view.on_hand == 1)

    tell(tmp_path, story, people=2)


# -- undo and correction -----------------------------------------------------------------------------------------------


def test_what_is_taken_back_before_it_is_sent_was_never_there(tmp_path: Path) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        await shift.until(lambda: shift.desk.view.on_hand == 1)
        stand_in.down = True
        await shift.press(Result("talked", by_line=True), TakeBack(), Result("busy", by_line=True))
        lost = stand_in.lost
        await shift.until(lambda: stand_in.lost > lost + 2)  # none is under way that knows the first key alone
        stand_in.down = False
        await shift.sent()

    assert tell(tmp_path, story, people=1).world.patches == [(9001, 12)]


def test_what_is_taken_back_after_it_was_sent_is_open_again(tmp_path: Path) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        await shift.shows_somebody()
        await shift.press(Note("slip"), Result("talked", by_line=True))
        await shift.sent()
        await shift.press(TakeBack())
        await shift.sent()
        assert stand_in.world.calls[9001]["state"] == 0
        assert stand_in.world.calls[9001]["notes"] is None
        await shift.press(Note("mended"), Result("refused", by_line=True))
        await shift.sent()

    stand_in = tell(tmp_path, story, people=1)
    assert stand_in.world.patches == [(9001, 1), (9001, 0), (9001, 1)]
    assert stand_in.world.calls[9001]["notes"] == "Refused: mended"


def test_where_a_finished_call_stays_finished_the_caller_is_told(tmp_path: Path) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        stand_in.world.reopens = False
        await shift.shows_somebody()
        await shift.press(Result("talked", by_line=True))
        await shift.sent()
        await shift.press(TakeBack())
        await shift.sent()
        assert shift.desk.view.said is not None
        assert (
            "Zetkin does not let a report be taken back (A finished call stays finished); tell your organiser."
            in shift.desk.view.said.text
        )

    tell(tmp_path, story, people=1)


def test_a_call_of_today_is_corrected(tmp_path: Path) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        await shift.shows_somebody()
        await shift.press(Result("talked", by_line=True))
        await shift.sent()
        [made] = shift.desk.calls_today()
        await shift.desk.correct(made, Correction("moved", note="to Uppsala"))
        await shift.sent()

    stand_in = tell(tmp_path, story, people=1)
    assert stand_in.world.patches == [(9001, 1), (9001, 21)]
    assert stand_in.world.calls[9001]["notes"] == "Moved: to Uppsala"


# -- answers -----------------------------------------------------------------------------------------------------------

ANSWERED = [(SURVEY, 1001, [{"question_id": 601, "options": [2]}])]


async def a_talk(stand_in: StandIn, shift: Shift) -> None:
    """With one answer."""
    await shift.shows_somebody()
    await shift.press(Forward(), Answer(2), Result("talked", by_line=True))
    await shift.sent()


@pytest.mark.parametrize("fault", ["lost request", "lost reply", "cut reply"])
def test_a_report_whose_answer_is_lost_is_read_back_and_answers_go_once(tmp_path: Path, fault: Fault) -> None:
    stand_in = tell(tmp_path, a_talk, people=1, begins=lambda there: breaks_once(there, "PATCH", "calls", fault))
    assert stand_in.world.submissions == ANSWERED
    assert stand_in.world.patches == [(9001, 1)]
    assert stand_in.world.calls[9001]["message_to_organizer"] is None


@pytest.mark.parametrize(("fault", "there"), [("lost request", []), ("lost reply", ANSWERED), ("cut reply", ANSWERED)])
def test_answers_in_doubt_are_not_sent_twice_and_not_lost(tmp_path: Path, fault: Fault, there: list[object]) -> None:
    stand_in = tell(tmp_path, a_talk, people=1, begins=lambda it: breaks_once(it, "POST", "submissions", fault))
    assert stand_in.world.submissions == there
    call = stand_in.world.calls[9001]
    assert call["message_to_organizer"] == MAYBE.format(survey="Support", answers="Do you support us?: No")
    assert (call["state"], call["organizer_action_needed"]) == (1, True)


def test_answers_that_no_connection_was_there_for_go_later(tmp_path: Path) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        await shift.until(lambda: shift.desk.view.on_hand == 1)
        await a_talk(stand_in, shift)

    stand_in = tell(tmp_path, story, people=1)
    assert stand_in.world.submissions == ANSWERED


def test_a_power_cut_between_answers_and_report_sends_no_answer_twice(tmp_path: Path) -> None:
    async def evening(stand_in: StandIn) -> None:
        shift = await Shift.begin(stand_in, tmp_path, clock)
        await shift.shows_somebody()
        stand_in.fault = lambda method, path: "lost request" if method == "PATCH" else ""
        await shift.press(Forward(), Answer(2), Result("talked", by_line=True))
        await shift.until(lambda: bool(stand_in.world.submissions))
        await shift.killed()
        stand_in.fault = lambda method, path: ""
        shift = await Shift.begin(stand_in, tmp_path, clock)
        await shift.sent()
        await shift.end()

    clock = Clock()
    with zetkin(1) as stand_in:
        asyncio.run(evening(stand_in))
        assert stand_in.world.submissions == ANSWERED
        assert [each["state"] for each in stand_in.world.reported().values()] == [1]


def test_answers_that_zetkin_declines_go_to_the_organiser_in_words(tmp_path: Path) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        await shift.shows_somebody()
        await shift.until(lambda: shift.desk.view.on_hand == 1)
        del stand_in.world.surveys[SURVEY]
        await shift.press(Forward(), Answer(2), Result("talked", by_line=True))
        await shift.sent()

    call = tell(tmp_path, story, people=1).world.calls[9001]
    assert (
        call["message_to_organizer"]
        == "Zetkin did not take these answers to the survey “Support”: Do you support us?: No"
    )


def test_answers_that_are_corrected_after_the_call_go_to_the_organiser_in_words(tmp_path: Path) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        await a_talk(stand_in, shift)
        [made] = shift.desk.calls_today()
        await shift.desk.correct(made, Correction("talked", {"s61-o601": "1"}))
        await shift.sent()

    stand_in = tell(tmp_path, story, people=1)
    assert stand_in.world.submissions == ANSWERED  # Zetkin takes none after the call
    assert stand_in.world.calls[9001]["message_to_organizer"] == (
        "Zetkin did not take these answers to the survey “Support”: Do you support us?: Yes"
    )


# -- words -------------------------------------------------------------------------------------------------------------


def test_words_about_a_voter_go_with_the_report_of_their_call(tmp_path: Path) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        await shift.shows_somebody()
        await shift.desk.write_down(WrongRecord("address", "now Kungsgatan 3"))
        await shift.desk.write_down(AboutScript("too long"))
        await shift.press(Result("talked", by_line=True))
        await shift.sent()

    call = tell(tmp_path, story, people=1).world.calls[9001]
    assert call["message_to_organizer"] == "Wrong on record, the address: now Kungsgatan 3\nAbout the script: too long"
    assert call["organizer_action_needed"]


def test_a_later_report_keeps_the_words(tmp_path: Path) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        await shift.shows_somebody()
        await shift.desk.write_down(WrongRecord("address", "now Kungsgatan 3"))
        await shift.press(Result("do_not_call", by_line=True), Result("do_not_call", by_line=True))
        await shift.sent()
        assert stand_in.world.calls[9001]["message_to_organizer"].splitlines()[0] == "Do not call"
        await shift.press(TakeBack())
        await shift.sent()
        assert stand_in.world.calls[9001]["message_to_organizer"] == WORDS
        await shift.press(Result("talked", by_line=True))
        await shift.sent()

    call = tell(tmp_path, story, people=1).world.calls[9001]
    assert (call["state"], call["message_to_organizer"], call["organizer_action_needed"]) == (1, WORDS, True)


WORDS = "Wrong on record, the address: now Kungsgatan 3"


def test_a_question_to_a_supervisor_reaches_nobody_and_the_caller_is_told(tmp_path: Path) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        await shift.shows_somebody()
        await shift.desk.write_down(ToSupervisor("May I say this?"))
        await shift.sent()
        assert shift.desk.view.said is not None
        assert "Zetkin passes no questions on; ask your organiser by phone or mail." in shift.desk.view.said.text

    tell(tmp_path, story)


# -- the line ----------------------------------------------------------------------------------------------------------


def test_an_expired_token_is_renewed_in_mid_shift_and_nobody_notices(tmp_path: Path) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        await shift.shows_somebody()
        stand_in.world.tokens.clear()
        await shift.press(Result("busy", by_line=True))
        await shift.sent()
        assert shift.desk.view.line.is_up

    assert tell(tmp_path, story).world.granted == 2


def test_a_log_in_that_cannot_be_renewed_is_told_and_loses_nothing(tmp_path: Path) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        await shift.until(lambda: shift.desk.view.on_hand == 3)
        stand_in.world.tokens.clear()
        stand_in.world.refresh_tokens.clear()
        await shift.press(Result("busy", by_line=True))
        await shift.until(lambda: shift.desk.view.line.state == "signed_out")
        assert shift.desk.view.line.why == (
            "Zetkin has ended your log-in; leave with q and type `phonetui login`, nothing is lost."
        )
        assert shift.desk.view.unsent == 1
        await shift.press(Result("busy", by_line=True), Result("busy", by_line=True))
        assert shift.desk.view.waiting is not None
        assert shift.desk.view.waiting.text == (
            "Zetkin wants you to log in again. 3 entries are kept on this laptop and will be sent. Leave with q and "
            "type `phonetui login`."
        )

    tell(tmp_path, story)


def test_zetkin_asks_to_be_left_alone_for_a_while(tmp_path: Path) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        await shift.until(lambda: shift.desk.view.on_hand == 3)
        stand_in.fault = lambda method, path: "rate limit"
        await shift.press(Result("busy", by_line=True))
        await shift.until(lambda: shift.desk.view.line.state == "offline")
        assert "cannot answer just now" in shift.desk.view.line.why
        stand_in.fault = lambda method, path: ""
        await shift.sent()

    tell(tmp_path, story)


def test_a_zetkin_that_shows_no_single_call_is_asked_for_the_list(tmp_path: Path) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        stand_in.world.gives_single_calls = False
        await shift.shows_somebody()
        await shift.press(Result("busy", by_line=True))
        await shift.sent()

    stand_in = tell(tmp_path, story, people=12)
    assert [each["state"] for each in stand_in.world.reported().values()] == [12]


def test_a_call_that_cannot_be_read_holds_nobody_else_up(tmp_path: Path) -> None:
    def begins(stand_in: StandIn) -> None:
        stand_in.world.allocate({})["target"] = None  # a person who was erased

    async def story(stand_in: StandIn, shift: Shift) -> None:
        assert await shift.shows_somebody() == "1002"

    tell(tmp_path, story, begins=begins)


def test_an_assignment_that_is_over_is_closed_and_the_last_result_still_goes(tmp_path: Path) -> None:
    async def evening(stand_in: StandIn) -> None:
        shift = await Shift.begin(stand_in, tmp_path, clock)
        first = await shift.shows_somebody()
        stand_in.down = True
        await shift.press(Result("busy", by_line=True))
        await shift.shows_somebody(but=first)
        await shift.press(Note("picks up"))
        await shift.killed()
        stand_in.down = False
        stand_in.world.assignments.clear()
        shift = await Shift.begin(stand_in, tmp_path, clock)
        await shift.sent()
        await shift.press(Result("busy", by_line=True))
        await shift.sent()
        assert shift.desk.view.waiting is not None
        assert shift.desk.view.waiting.title == "The campaign is closed"
        await shift.end()

    clock = Clock()
    with zetkin() as stand_in:
        asyncio.run(evening(stand_in))
        assert [each["state"] for each in stand_in.world.reported().values()] == [12, 12]
