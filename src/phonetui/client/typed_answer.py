"""Typing the answer to a question of the script, where digits choose none."""

from __future__ import annotations

from phonetui.client.front_end import FrontEnd
from phonetui.client.left_lines import line_again
from phonetui.core.call_actions import Typed
from phonetui.core.refusal import Refused
from phonetui.core.script_page import Blank, Page
from phonetui.core.translation import tr


async def type_answer(front: FrontEnd, page: Page, begun_with: str = "") -> None:
    """Ask for all that is to be typed at a step, one line after the other; who closes a line leaves the rest.

    What it is `begun_with` belongs to the first that is not answered yet.
    """
    wanting = (one for one in page.blanks if begun_with and not one.answer)
    blank: Blank | None = next(wanting, page.blanks[0])
    while blank is not None and await _typed(front, blank, begun_with):
        begun_with = ""
        blank = _after(blank, front.desk.view.page, page.step_id)


async def _typed(front: FrontEnd, blank: Blank, begun_with: str) -> bool:
    """Asks until it can be taken; what was typed stays to be mended. False where the line was closed."""

    async def save(so_far: str) -> None:
        """A kill or a power cut loses no more than the letters typed while those before them were being saved."""
        try:
            await front.desk.act(Typed(blank.part, so_far, done=False))
        except Refused as refused:
            front.refuse(refused)

    front.notice(f"{blank.how_to} {tr('Enter saves, Esc closes.')}")
    text, begun = begun_with or blank.kept, bool(begun_with)
    while True:
        as_typed = save if blank.free else None
        answer = await line_again(front, blank.label, text, kept_as=blank.part, begun=begun, as_typed=as_typed)
        if answer is None:
            if blank.free:
                await front.act(Typed(blank.part, blank.kept, done=False))
            return False
        if await front.act(Typed(blank.part, answer)):
            return True
        text, begun = answer, False


def _after(blank: Blank, page: Page | None, step_id: str) -> Blank | None:
    """What is to be typed next at the same step."""
    blanks = page.blanks if page and page.step_id == step_id else ()
    parts = [one.part for one in blanks]
    at = parts.index(blank.part) + 1 if blank.part in parts else len(parts)
    return blanks[at] if at < len(blanks) else None
