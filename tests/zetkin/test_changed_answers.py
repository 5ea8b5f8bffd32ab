"""Answers that Zetkin has, and that were changed before their call was reported: the organiser knows what holds."""

from __future__ import annotations

from pathlib import Path

from phonetui.core.call_actions import Action, Answer, Forward, Result
from phonetui.core.correction import Correction
from tests.zetkin.shift import Shift
from tests.zetkin.stand_in import StandIn
from tests.zetkin.test_promises import tell
from tests.zetkin.world import EVENT, SURVEY, Json

NO = (SURVEY, 1001, [{"question_id": 601, "options": [2]}])
YES = (SURVEY, 1001, [{"question_id": 601, "options": [1]}])
TO_NO, TO_YES = (Correction("talked", {"s61-o601": answer}) for answer in ("2", "1"))


def changed(tmp_path: Path, said: list[Action], *corrections: Correction, submitted: int) -> StandIn:
    """A call whose answers arrive while its report does not; meanwhile the caller corrects it, once after the other.

    `submitted` is how many times answers are there before the report gets through.
    """

    async def story(stand_in: StandIn, shift: Shift) -> None:
        world = stand_in.world
        await shift.shows_somebody()
        stand_in.fault = lambda method, path: "lost request" if method == "PATCH" else ""
        await shift.press(*said, Result("talked", by_line=True))
        await shift.until(lambda: bool(world.submissions or world.sign_ups))
        for nth, correction in enumerate(corrections, start=2):
            [made] = shift.desk.calls_today()
            await shift.desk.correct(made, correction)
            await shift.until(lambda nth=nth: len(world.submissions) >= min(nth, submitted))  # type: ignore[misc]
        stand_in.fault = lambda method, path: ""
        await shift.sent()

    return tell(tmp_path, story, people=1)


def report(stand_in: StandIn) -> Json:
    return stand_in.world.calls[9001]


def test_answers_that_replace_others_say_so(tmp_path: Path) -> None:
    stand_in = changed(tmp_path, [Forward(), Answer(2)], TO_YES, submitted=2)
    assert stand_in.world.submissions == [NO, YES]
    assert report(stand_in)["organizer_action_needed"] is True
    assert report(stand_in)["message_to_organizer"] == (
        "Of all that was sent to the survey “Support” in this call, these answers alone hold: Do you support us?: Yes"
    )


def test_answers_that_were_changed_back_say_which_hold(tmp_path: Path) -> None:
    stand_in = changed(tmp_path, [Forward(), Answer(2)], TO_YES, TO_NO, submitted=2)
    assert stand_in.world.submissions == [NO, YES]
    assert report(stand_in)["message_to_organizer"] == (
        "Of all that was sent to the survey “Support” in this call, these answers alone hold: Do you support us?: No"
    )


def test_answers_that_nobody_gave_after_all_hold_no_more(tmp_path: Path) -> None:
    stand_in = changed(tmp_path, [Forward(), Answer(2)], Correction("not_home"), submitted=1)
    assert (stand_in.world.submissions, report(stand_in)["state"]) == ([NO], 11)
    assert report(stand_in)["message_to_organizer"] == (
        "The answers to the survey “Support” that were sent in this call hold no more."
    )


def test_a_sign_up_that_nobody_wants_after_all_holds_no_more(tmp_path: Path) -> None:
    stand_in = changed(tmp_path, [*[Forward()] * 4, Answer(1)], Correction("talked"), submitted=0)
    assert stand_in.world.sign_ups == [(EVENT, 1001)]
    assert report(stand_in)["message_to_organizer"] == "The sign-up that was sent in this call holds no more."
