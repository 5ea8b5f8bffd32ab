"""Another campaign, a phone bank, another account: chosen between calls."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest

from phonetui.client.campaign_server import SignedOut
from phonetui.client.elsewhere import Elsewhere, Place
from phonetui.core.campaign import Campaign
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.other_campaigns import DANA, ELSEWHERE, TURNOUT, Server, elsewhere
from tests.tui.sample import CAMPAIGN
from tests.tui.stage import Stage, play


@pytest.fixture(autouse=True)
def chicago(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The caller's own clock."""
    monkeypatch.setenv("TZ", "America/Chicago")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def at(there: Elsewhere | None) -> DeskInMemory:
    desk = DeskInMemory()
    desk.elsewhere = there
    return desk


def test_the_list_says_what_there_is_to_call_for() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("j")
        await stage.sees("What do you want to call for?")
        lines = [line.strip() for line in stage.lines]
        assert "▸ 1  Weekend turnout, Riverside Votes (you are here)" in lines
        assert "About 4,300 households left to call, 3 callers now." in " ".join(lines)
        assert "3  Fund our schools, Parents of Riverside" in lines
        assert "Calls begin on Tuesday, December 1. In English. Practise once first:" in lines
        assert "4  dana@example.org at other.example.org" in lines
        await stage.press("escape")
        await stage.sees("Soo-Jin De La Cruz")

    play(story, at(elsewhere()))


def test_another_campaign_is_opened_after_this_desk() -> None:
    there = elsewhere()

    async def story(stage: Stage) -> None:
        await stage.press("j")
        await stage.sees("What do you want to call for?")
        await stage.press("down", "down", "enter")
        await stage.until(lambda: there.goes_on_at is not None)

    app = play(story, at(there))
    assert there.goes_on_at == Place(DANA, "schools")
    assert not app.is_running


def test_another_account_is_opened_at_the_campaign_it_called_for_last() -> None:
    there = elsewhere()

    async def story(stage: Stage) -> None:
        await stage.press("j", "4")
        await stage.until(lambda: there.goes_on_at is not None)

    play(story, at(there))
    assert there.goes_on_at == Place(ELSEWHERE, "levee")


def test_choosing_what_one_calls_for_already_goes_back_to_it() -> None:
    there = elsewhere()

    async def story(stage: Stage) -> None:
        await stage.press("j", "1")
        await stage.sees("Soo-Jin De La Cruz")

    play(story, at(there))
    assert there.goes_on_at is None


def test_signing_up_for_a_phone_bank_and_off_again() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("j")
        await stage.sees("2  Sign up: ")
        await stage.press("2")
        await stage.sees("2  Sign off: ")
        await stage.sees("13 signed up; you are signed up.")
        await stage.sees("4  Write your phone banks to a calendar file.")
        await stage.press("2")
        await stage.sees("2  Sign up: ")

    play(story, at(elsewhere()))


def test_the_calendar_file_is_asked_for_until_it_can_be_written(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        await stage.press("j", "2")
        await stage.sees("4  Write your phone banks to a calendar file.")
        await stage.press("4")
        await stage.sees("For your calendar. Enter writes the file, Esc closes.")
        await stage.press(*["backspace"] * len("~/phone-banks.ics"))
        await stage.types(f"{tmp_path}/no/calls.ics")
        await stage.press("enter")
        await stage.sees("no/calls.ics cannot be written")
        await stage.press(*["backspace"] * len("no/calls.ics"))
        await stage.types("calls.ics")
        await stage.press("enter")
        await stage.sees("Written to calls.ics; open it with your calendar.")

    play(story, at(elsewhere()), size=(120, 40))
    assert "SUMMARY:Pizza night: Weekend turnout\\, Riverside Votes" in (tmp_path / "calls.ics").read_text("utf-8")


def without_a_line(*, others: bool = True, kept: tuple[Campaign, ...] = ()) -> Elsewhere:
    server = Server(TURNOUT)
    server.down = True
    return elsewhere(server, others=others, kept=kept)


LEVEE = msgspec.structs.replace(CAMPAIGN, campaign_id="levee", name="Raise the levee", starts=date(2026, 12, 1))


def test_without_a_line_what_this_computer_knows_of_can_be_chosen() -> None:
    there = without_a_line(kept=(LEVEE,))
    there.here = Place(DANA, CAMPAIGN.campaign_id)

    async def story(stage: Stage) -> None:
        await stage.press("j")
        await stage.sees("The server cannot be asked now. On this computer:")
        lines = [line.strip() for line in stage.lines]
        assert "▸ 1  Weekend turnout, Riverside Votes (you are here)" in lines
        assert "Today 9:00 am to 9:00 pm where the voters live. In English and Spanish." in lines
        assert "2  Raise the levee, Riverside Votes" in lines
        assert "Calls begin on Tuesday, December 1. In English and Spanish." in lines
        assert "3  dana@example.org at other.example.org" in lines
        assert not any("household" in line or "Nothing answers" in line for line in lines)
        await stage.press("2")
        await stage.until(lambda: there.goes_on_at is not None)

    play(story, at(there))
    assert there.goes_on_at == Place(DANA, "levee")


def test_without_a_line_other_accounts_can_be_chosen() -> None:
    there = without_a_line()

    async def story(stage: Stage) -> None:
        await stage.press("j")
        await stage.sees("The server cannot be asked now. On this computer:")
        await stage.sees("2  dana@example.org at other.example.org")
        await stage.press("2")
        await stage.until(lambda: there.goes_on_at is not None)

    play(story, at(there), size=(60, 20))
    assert there.goes_on_at == Place(ELSEWHERE, "levee")


def test_without_a_line_and_anything_else_to_choose_it_says_why() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("j")
        await stage.sees("Nothing answers at calls.example.org.")
        assert "Soo-Jin" in stage.voter

    play(story, at(without_a_line(others=False)))


def test_where_the_server_wants_a_password_the_list_says_so() -> None:
    server = Server(TURNOUT)
    server.down = True
    server.says = SignedOut("You are signed out of calls.example.org; log in again.")

    async def story(stage: Stage) -> None:
        await stage.press("j")
        await stage.sees("You are signed out of calls.example.org; log in again.")
        await stage.sees("2  dana@example.org at other.example.org")

    play(story, at(elsewhere(server)))


def test_a_sign_up_that_fails_says_why() -> None:
    server = Server(TURNOUT)

    async def story(stage: Stage) -> None:
        await stage.press("j")
        await stage.sees("2  Sign up: ")
        server.down = True
        await stage.press("2")
        await stage.sees("Nothing answers at calls.example.org.")

    play(story, at(elsewhere(server)))


def test_in_a_call_no_other_campaign_is_chosen() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("y", "j")
        await stage.sees("Another campaign is chosen between calls; save this one's result first.")

    play(story, at(elsewhere()))


def test_where_there_is_nothing_else_it_says_so() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("j")
        await stage.sees("There is no other campaign to choose here.")

    play(story)


def test_in_a_small_window_the_chosen_one_stays_in_view() -> None:
    many = [TURNOUT, *[TURNOUT] * 11]

    async def story(stage: Stage) -> None:
        await stage.press("j")
        await stage.sees("What do you want to call for?")
        await stage.press(*["down"] * 30)
        await stage.sees("▸    dana@example.org at other.example.org")
        await stage.press(*["up"] * 30)
        await stage.sees("▸ 1  Weekend turnout")

    play(story, at(elsewhere(Server(*many))), size=(60, 20))
