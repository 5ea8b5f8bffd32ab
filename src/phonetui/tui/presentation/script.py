"""The script pane: what to say to this voter now, the question, and its numbered answers."""

from __future__ import annotations

from phonetui.client.phone_keys import enter_does
from phonetui.client.view import View
from phonetui.core.keymap import Keymap
from phonetui.core.script_page import Blank, Choice, Page
from phonetui.core.translation import tr
from phonetui.screen.line import BETWEEN, BLANK, Line, Span, columns, fit_line, text_lines, wrap
from phonetui.screen.line import width as line_width
from phonetui.tui.presentation.hints import hint


def script_lines(view: View, keys: Keymap, width: int, height: int) -> list[Line]:
    """The step on the screen in the voter's words and language; an answer given before is ticked.

    Where that is higher than `height`, short answers stand side by side; then blank lines go.
    """
    page = view.page
    blocks, answers = _blocks(page, keys, width, types=enter_does(view) == "type") if page else ([], [])
    roomy = _spaced([*blocks, answers] if answers else blocks)
    if len(roomy) <= height:
        return roomy
    beside = _side_by_side(answers, width)
    closer = [*_spaced(blocks), *beside]
    return closer if len(closer) <= height else [*(line for block in blocks for line in block if line), *beside]


def _spaced(parts: list[list[Line]]) -> list[Line]:
    """The parts with a blank line between them."""
    return [line for at, part in enumerate(parts) for line in ([BLANK, *part] if at else part)]


def _blocks(page: Page, keys: Keymap, width: int, *, types: bool) -> tuple[list[list[Line]], list[Line]]:
    """What to say, what to read out and what to ask; and the answers. Where Enter does not type its key is left out."""
    blocks = [text_lines(page.say, width, "accent" if page.disclosure else "text")] if page.say else []
    if page.disclosure and blocks:
        blocks[0].insert(0, (Span(tr("Read this out word for word:"), "quiet"),))
    if page.rules:
        blocks.append([(Span(tr("Read this out first:"), "quiet"),), *text_lines(page.rules, width, "accent")])
    if page.ask:
        blocks.append(text_lines(page.ask, width, "accent"))
    if page.several:
        blocks.append(
            text_lines(tr("Tick all that are named; {key} goes on.", key=keys.shown("forward")), width, "quiet")
        )
    if page.result:
        blocks.append([_result(page.result, keys, width, types=types)])
    answers = [line for choice in page.choices for line in _answer(choice, keys.answer(choice.digit), width)]
    answers += [line for at, blank in enumerate(page.blanks) for line in _blank(blank, keys, width, at, types=types)]
    return blocks, answers


def _answer(choice: Choice, key: str, width: int) -> list[Line]:
    """A numbered answer, further lines of a long one under its first."""
    first, *others = wrap(choice.label, width - 4)
    line = (Span(key or " ", "accent", key), Span(f" {'✓' if choice.chosen else ' '} {first}", "text", key))
    return [line, *((Span(f"    {other}", "text", key),) for other in others)]


def _blank(blank: Blank, keys: Keymap, width: int, at: int, *, types: bool) -> list[Line]:
    """`Enter  Date`, and under it what was typed; the key stands beside the first of several."""
    key, shown = (keys.first("type"), keys.shown("type")) if types else ("", "")
    head = (Span(shown if at == 0 else " " * len(shown), "accent", key), Span(f"  {blank.label}", "text", key))
    typed = wrap(blank.answer, width - 4) if blank.answer else []
    return [head, *((Span(f"  {'  ' if more else '✓ '}{line}", "text", key),) for more, line in enumerate(typed))]


def _result(label: str, keys: Keymap, width: int, *, types: bool) -> Line:
    """`Enter  Talked`: the result in which the call ends here."""
    key, shown = (keys.first("type"), keys.shown("type")) if types else ("", "")
    return fit_line((Span(shown, "accent", key), Span(f"  {label}", "text", key)), width)


def _side_by_side(answers: list[Line], across: int) -> list[Line]:
    """Two columns of answers where each of them takes half a line."""
    half = across // 2
    numbered = all(line[0].role == "accent" for line in answers)
    return columns(answers, 2, across) if numbered and all(line_width(line) < half for line in answers) else answers


def place_line(view: View, keys: Keymap, *, more: bool) -> Line:
    """`2 of 5 · Space`: where the caller is in the script, and the way on; in front the language, if it was chosen."""
    page = view.page
    if page is None:
        return BLANK
    if more:
        return hint(keys, "forward", tr("more"))
    key, shown = keys.first("forward"), keys.shown("forward")
    language: Line = ()
    if page.language == view.call.draft.language:
        language = (Span(f"{page.language} · ", "quiet", keys.first("script_language")),)
    place = tr("{number} of {steps}", number=page.number, steps=page.steps) + BETWEEN
    if page.last:  # for this voter; those that the file has behind it are for others
        counted = place if page.number == page.steps else ""
        return (*language, Span(counted + tr("choose a result"), "quiet"))
    return (*language, Span(place, "quiet", key), Span(shown, "accent", key))
