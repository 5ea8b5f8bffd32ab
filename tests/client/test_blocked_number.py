"""Providers block the campaign's number: the supervisor hears of it from the laptop, and nobody has to type."""

from __future__ import annotations

import asyncio
from pathlib import Path

from phonetui.client.blocked_number import BlockedNumber
from phonetui.core.event import HelpQuestion, decode
from phonetui.core.refusal import Refused
from phonetui.core.word import NumberBlocked, Word
from tests.client.test_desk import ANA, BEN, CampaignServer, Evening, sit_down


def test_the_question_names_no_voter_and_is_asked_once_a_shift(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)

    async def blocked(evening: Evening) -> None:
        await evening.shows("Ana")
        number = BlockedNumber(evening.desk.write_down)
        for _ in range(3):
            number.hear()
            await evening.until(lambda: bool(evening.desk.view.asked))
        await evening.until(lambda: not evening.desk.view.unsent)
        assert (evening.said(), evening.on_screen()) == ("", "Ana")

    sit_down(tmp_path, server, blocked)
    [question] = [decode(body) for body in server.stored]
    assert isinstance(question, HelpQuestion)
    assert (question.voter_id, question.ticket) == ("", "")
    assert question.text == (
        "Written by phonetui: calls are blocked, since the number that voters see is marked as unwanted. What now?"
    )


def test_what_cannot_be_saved_is_told_with_the_next_blocked_call() -> None:
    told: list[Word] = []

    async def write_down(word: Word) -> None:
        told.append(word)
        if len(told) == 1:
            raise Refused("The disk is full.")

    async def story() -> None:
        number = BlockedNumber(write_down)
        for _ in range(4):
            number.hear()
            await asyncio.sleep(0)

    asyncio.run(story())
    assert told == [NumberBlocked(), NumberBlocked()]
