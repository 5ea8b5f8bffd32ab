"""Leaving loses nothing but by the caller's own word; a break goes on after a power cut."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from phonetui.client.desk_surface import Desk
from phonetui.client.pacing import Pacing
from phonetui.client.today import Today
from phonetui.core.pace import Break
from phonetui.plain.app import PlainShift
from phonetui.plain.front import PlainFront
from tests.plain.talking import VoiceInMemory, keyboard, talk
from tests.tui.desk_in_memory import DeskClock, DeskInMemory
from tests.tui.sample import NOW

LOST = "What you typed about Soo-Jin has no result, and they are no longer on your list. Save one to keep it."


def somebody_who_went() -> DeskInMemory:
    """As where the campaign withdraws the voter during the call."""
    desk = DeskInMemory()
    desk.typed_is_lost = True
    return desk


def test_who_leaves_is_told_whose_note_would_be_lost_and_may_stay_to_save_a_result() -> None:
    said = talk("i", "Needs a ride", "q", "2", "r", desk=(desk := somebody_who_went()))
    assert f"{LOST}\nLeave:\n1 leave without it\n2 stay\n" in said
    assert desk.done == ["refused Soo-Jin"]


def test_who_leaves_without_it_says_so() -> None:
    said = talk("i", "Needs a ride", "quit", "leave without it", "r", desk=(desk := somebody_who_went()))
    assert LOST in said
    assert (desk.done, desk.call.household) == ([], None)


def test_the_end_of_the_lines_is_nobodys_word() -> None:
    talk("i", "Needs a ride", "q", desk=(desk := somebody_who_went()))
    assert desk.call.draft.note == "Needs a ride"


def test_where_nothing_is_lost_nothing_is_asked() -> None:
    assert "Leave:" not in talk("i", "Needs a ride", "q")


def test_a_break_from_before_a_power_cut_goes_on_until_a_line() -> None:
    desk, voice = DeskInMemory(), VoiceInMemory(0)
    desk.pacing = Pacing(desk.shift, Today([]), DeskClock(desk), breaks=[Break(NOW - timedelta(minutes=20))])

    async def open_desk() -> DeskInMemory:
        return desk

    def front_at(desk: Desk) -> PlainFront:
        return PlainFront(desk, keyboard("", "n", "q"), voice, {})

    assert asyncio.run(PlainShift(open_desk, front_at).run()) == 0
    assert voice.said.startswith("On a break since ")
    assert voice.said.index("Enter ends the break") < voice.said.index("Welcome back, after 20 min.")
    assert desk.done == ["not_home Soo-Jin"]
