"""Typing the answer to a question of the script, where digits choose none."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from phonetui.core.call_actions import Typed
from phonetui.core.refusal import Refused
from phonetui.core.script_page import Blank, Page
from phonetui.core.translation import tr
from phonetui.tui.presentation.script import page_of
from phonetui.tui.prompts import TextPrompt

if TYPE_CHECKING:
    from phonetui.tui.call_screen import CallScreen


async def type_answer(screen: CallScreen, page: Page, begun_with: str = "") -> None:
    """Ask for all that is to be typed at a step, one line after the other; Escape leaves the rest as it is."""
    blank: Blank | None = page.blanks[0]
    while blank is not None and await _typed(screen, blank, begun_with or blank.kept):
        begun_with = ""
        blank = _after(blank, page_of(screen.desk.view), page.step_id)


async def _typed(screen: CallScreen, blank: Blank, text: str) -> bool:
    """Asks until it can be taken; what was typed stays to be mended. False where the line was closed."""
    screen.notice(f"{blank.how_to} {tr('Enter saves, Esc closes.')}")
    while True:
        prompt = TextPrompt(blank.label, text)
        saving = asyncio.create_task(_save_as_typed(screen, blank, prompt))
        try:
            answer = await screen.ask(prompt)
        finally:
            saving.cancel()
        if answer is None:
            if blank.free:
                await screen.act(Typed(blank.part, blank.kept, done=False))
            return False
        if await screen.act(Typed(blank.part, answer)):
            return True
        text = answer


async def _save_as_typed(screen: CallScreen, blank: Blank, prompt: TextPrompt) -> None:
    """A kill or a power cut loses no more than the letters typed while those before them were being saved."""
    while blank.free:
        text = await prompt.change()
        try:
            await screen.desk.act(Typed(blank.part, text, done=False))
        except Refused as refused:
            screen.refuse(refused)


def _after(blank: Blank, page: Page | None, step_id: str) -> Blank | None:
    """What is to be typed next at the same step."""
    blanks = page.blanks if page and page.step_id == step_id else ()
    parts = [one.part for one in blanks]
    at = parts.index(blank.part) + 1 if blank.part in parts else len(parts)
    return blanks[at] if at < len(blanks) else None
