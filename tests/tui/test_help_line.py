"""Questions, answers, notices and prepared messages on the call screen: none of them takes a key from the call."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from phonetui.client import following_up
from phonetui.client.journal_records import Told
from phonetui.core.campaign import FollowUp
from phonetui.core.event import HelpQuestion
from phonetui.core.refusal import Refused
from phonetui.dial.system import System
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.sample import CAMPAIGN, NOW
from tests.tui.stage import Stage, play

MOVED = Told("17", NOW, "The polling place at Mill School has moved to the library.")
LONG = Told("18", NOW, " ".join(["The office opens later than usual on the day of the election."] * 7))
ASKED = HelpQuestion(id="q1", seq=1, at=NOW, campaign_id="riverside", text="May students vote here?")
ANSWER = Told("19", NOW, "Yes, where they live.", "q1")
PLACE = FollowUp("place", "text", {"en": "Polling place"}, {"en": "You vote at {polling_place}."})
EVENT = FollowUp("event", "mail", {"en": "Event"}, {"en": "Come at six."}, {"en": "Saturday"})


# -- notices -----------------------------------------------------------------------------------------------------------


def test_a_notice_stays_in_view_while_calls_go_on_until_its_key_says_it_was_seen() -> None:
    async def story(stage: Stage) -> None:
        stage.desk.change(told=(MOVED,))
        await stage.sees("The campaign tells: The polling place at Mill School has moved to the")
        await stage.press("n")
        assert stage.desk.done == ["not_home Soo-Jin"]
        await stage.sees("* seen")
        await stage.press("*")
        await stage.until(lambda: "library" not in "\n".join(stage.lines))
        assert stage.desk.told[0].seen

    play(story)


def test_of_several_the_oldest_is_told_first() -> None:
    async def story(stage: Stage) -> None:
        stage.desk.change(told=(msgspec.structs.replace(MOVED, text="First."), LONG, ANSWER))
        await stage.sees("The campaign tells: First. · * seen · 2 more")

    play(story)


def test_one_that_is_too_long_for_its_rows_is_read_in_place_of_the_script() -> None:
    async def story(stage: Stage) -> None:
        stage.desk.change(told=(LONG,))
        await stage.sees("* read it all")
        await stage.press("*")
        await stage.sees("From the campaign")
        await stage.sees("4:12 pm The office opens later")
        assert stage.desk.told[0].seen
        await stage.press("escape")
        await stage.sees("Hola, ¿hablo con Soo-Jin?")

    play(story)


def test_behind_the_same_key_are_the_days_notices() -> None:
    yesterday = Told("1", NOW - timedelta(days=1), "Old news.", seen=True)

    async def story(stage: Stage) -> None:
        await stage.press("*")
        assert stage.saved == "The campaign has told nothing today."
        stage.desk.change(told=(yesterday, msgspec.structs.replace(MOVED, seen=True)))
        await stage.press("*")
        await stage.sees("4:12 pm The polling place at Mill")
        assert not any("Old news" in line for line in stage.lines)
        await stage.press("*")
        await stage.sees("Hola, ¿hablo con Soo-Jin?")

    play(story)


def test_a_notice_that_cannot_be_saved_as_seen_stays() -> None:
    async def story(stage: Stage) -> None:
        stage.desk.change(told=(MOVED,), refusing="The disk is full.")
        await stage.sees("The campaign tells")
        await stage.press("*")
        await stage.sees("! The disk is full.")
        await stage.sees("The campaign tells")

    play(story)


# -- the supervisor ----------------------------------------------------------------------------------------------------


def test_a_question_goes_without_the_voter_unless_the_caller_says_so() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("a")
        await stage.sees("To the supervisor; the answer comes while you call on.")
        await stage.types("May students vote")
        await stage.press("enter")
        await stage.sees("With this voter?")
        await stage.press("1")
        await stage.until(lambda: stage.desk.done == ["ask: May students vote"])
        await stage.press("a")
        await stage.types("Angry")
        await stage.press("enter", "2")
        await stage.until(lambda: stage.desk.done[1:] == ["ask with voter: Angry"])
        await stage.press("n")
        assert stage.desk.done[2:] == ["not_home Soo-Jin"]

    play(story)


def test_who_goes_back_from_the_voter_still_has_the_words() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("a")
        await stage.types("May")
        await stage.press("enter", "escape")
        await stage.sees("Ask  May")
        await stage.press("escape")
        await stage.sees("● online")
        assert stage.desk.done == []

    play(story)


def test_between_calls_no_voter_is_asked_about() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("a")
        await stage.types("Nobody comes")
        await stage.press("enter")
        await stage.until(lambda: stage.desk.done == ["ask: Nobody comes"])

    play(story, DeskInMemory([]))


def test_the_answer_is_in_view_until_it_is_read_and_kept_behind_the_same_key() -> None:
    async def story(stage: Stage) -> None:
        stage.desk.change(asked=(ASKED,))
        await stage.press("a")
        await stage.sees("Questions and answers")
        await stage.sees("No answer yet.")
        await stage.press("escape")
        stage.desk.change(told=(ANSWER,))
        await stage.sees("The supervisor answers “May students vote here?”: Yes, where they live.")
        await stage.press("a")
        await stage.sees("May students vote here?")
        await stage.until(lambda: stage.desk.told[0].seen)
        await stage.press("escape")
        await stage.sees("Hola, ¿hablo con Soo-Jin?")

    play(story)


def test_an_answer_to_another_of_the_callers_devices_is_shown_too() -> None:
    async def story(stage: Stage) -> None:
        stage.desk.change(told=(ANSWER,))
        await stage.press("a")
        await stage.sees("Questions and answers")
        await stage.press("escape")

    play(story)


# -- prepared messages -------------------------------------------------------------------------------------------------


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A desktop whose programs take every link; the links that they got."""
    links: list[str] = []

    class Desktop(System):
        why_not = ""

        def open(self, link: str) -> None:
            links.append(link)

    monkeypatch.setattr(following_up, "System", Desktop)
    return links


def desk() -> DeskInMemory:
    return DeskInMemory(campaign=msgspec.structs.replace(CAMPAIGN, follow_ups=(PLACE, EVENT)))


def test_a_message_follows_the_talk_by_three_keys(opened: list[str]) -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space", "1", "t")
        assert stage.desk.done == ["talked Soo-Jin"]
        await stage.press("f")
        await stage.sees("Send Soo-Jin  1 Polling place (text)  2 Event (mail)")
        await stage.press("1")
        await stage.sees("(812) 555-0166  1 open here  2 QR code  3 copy")
        await stage.sees("You vote at Mill Creek School.")
        await stage.press("1")
        await stage.until(lambda: stage.desk.done[1:] == ["place to v1 by link"])
        assert opened == ["sms:+18125550166?body=You%20vote%20at%20Mill%20Creek%20School."]

    play(story, desk())


def test_a_message_by_qr_code_counts_where_the_caller_says_that_it_was_sent(opened: list[str]) -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space", "1", "f", "1", "2")
        await stage.sees("For (812) 555-0166: point your phone's camera at it.")
        assert any("█▀▀▀▀▀█" in line for line in stage.lines)
        await stage.press("escape")
        await stage.sees("● online")
        assert stage.desk.done == []
        await stage.press("f", "1", "2")
        await stage.sees("Enter it is sent")
        await stage.press("enter")
        await stage.until(lambda: stage.desk.done == ["place to v1 by qr"])

    play(story, desk(), size=(120, 40))


def test_a_code_that_does_not_fit_is_given_in_words(opened: list[str]) -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space", "1", "f", "1", "2")
        await stage.sees("No QR code fits or shows here; write to (812) 555-0166")
        await stage.sees("You vote at Mill Creek School.")
        await stage.press("escape")

    play(story, desk(), size=(60, 20))


def test_a_message_can_be_copied(opened: list[str]) -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space", "1", "f", "1", "3")
        await stage.until(lambda: stage.desk.done == ["place to v1 by copy"])
        assert stage.app.clipboard == "You vote at Mill Creek School."

    play(story, desk())


def test_over_ssh_it_says_so_and_offers_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following_up, "System", lambda: System({"SSH_TTY": "/dev/pts/1"}, "linux"))

    async def story(stage: Stage) -> None:
        await stage.press("space", "1", "f", "1")
        await stage.sees("Over ssh, programs of your own computer cannot be opened from here.")
        await stage.sees("(812) 555-0166  2 QR code  3 copy")
        await stage.press("escape")

    play(story, desk())


def test_a_program_that_takes_no_link_is_told_and_nothing_is_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoPrograms(System):
        why_not = ""

        def open(self, link: str) -> None:
            raise Refused("No program here takes sms links; choose the QR code.")

    monkeypatch.setattr(following_up, "System", NoPrograms)

    async def story(stage: Stage) -> None:
        await stage.press("space", "1", "f", "1", "1")
        await stage.sees("! No program here takes sms links; choose the QR code.")
        assert stage.desk.done == []

    play(story, desk())


def test_without_a_mail_address_or_a_talk_it_is_said(opened: list[str]) -> None:
    async def story(stage: Stage) -> None:
        await stage.press("f")
        await stage.sees("! A message follows a talk: press the key during one, or right after its")
        await stage.press("space", "1", "f", "2")
        await stage.sees("! The campaign has no mail address for Soo-Jin.")

    play(story, desk())
