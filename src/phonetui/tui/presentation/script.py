"""The script pane: what to say to this voter now, the question, and its numbered answers."""

from __future__ import annotations

from phonetui.client.view import View
from phonetui.core import script
from phonetui.core.campaign import Step, Words
from phonetui.core.keymap import Keymap
from phonetui.tui.presentation.hints import hint
from phonetui.tui.presentation.line import BLANK, Line, Span, columns, text_lines, wrap
from phonetui.tui.presentation.line import width as line_width


def script_lines(view: View, width: int, height: int) -> list[Line]:
    """The step on the screen in the voter's words and language; an answer given before is ticked.

    Where that is higher than `height`, short answers stand side by side; then blank lines go.
    """
    blocks, answers = _blocks(view, width)
    roomy = _spaced([*blocks, answers] if answers else blocks)
    if len(roomy) <= height:
        return roomy
    beside = _side_by_side(answers, width)
    closer = [*_spaced(blocks), *beside]
    return closer if len(closer) <= height else [*(line for block in blocks for line in block if line), *beside]


def _spaced(parts: list[list[Line]]) -> list[Line]:
    """The parts with a blank line between them."""
    return [line for at, part in enumerate(parts) for line in ([BLANK, *part] if at else part)]


def _blocks(view: View, width: int) -> tuple[list[list[Line]], list[Line]]:
    """What to say, what to read out and what to ask; and the answers."""
    campaign, voter, step = view.campaign, view.call.voter, current_step(view)
    if campaign is None or voter is None or step is None:
        return [], []
    language = script.script_language(campaign, voter)

    def said(words: Words) -> str:
        text = campaign.words(words, language)
        return script.personalise(text, voter, view.caller_name, campaign, language)

    blocks = [text_lines(said(step.say), width, "accent" if step.disclosure else "text")] if step.say else []
    if step.disclosure and blocks:
        blocks[0].insert(0, (Span("Read this out word for word:", "quiet"),))
    if step.question is None:
        return blocks, []
    blocks.append(text_lines(said(step.question.ask), width, "accent"))
    chosen = view.call.draft.place.answers.get(step.question.id)
    answers = [
        line
        for number, answer in enumerate(step.question.answers, start=1)
        for line in _answer(number, said(answer.label), width, chosen=answer.id == chosen)
    ]
    return blocks, answers


def _answer(number: int, label: str, width: int, *, chosen: bool) -> list[Line]:
    """A numbered answer, further lines of a long one under its first."""
    first, *others = wrap(label, width - 4)
    key = str(number)
    line = (Span(key, "accent", key), Span(f" {'✓' if chosen else ' '} {first}", "text", key))
    return [line, *((Span(f"    {other}", "text", key),) for other in others)]


def _side_by_side(answers: list[Line], across: int) -> list[Line]:
    """Two columns of answers where each of them takes half a line."""
    half = across // 2
    numbered = all(line[0].role == "accent" for line in answers)
    return columns(answers, 2, across) if numbered and all(line_width(line) < half for line in answers) else answers


def place_line(view: View, keys: Keymap, *, more: bool) -> Line:
    """`2 of 5 · Space`: where the caller is in the script, and the way on."""
    campaign, step = view.campaign, current_step(view)
    if campaign is None or step is None:
        return BLANK
    if more:
        return hint(keys, "forward", "more")
    key, shown = keys.first("forward"), keys.shown("forward")
    place = f"{campaign.steps.index(step) + 1} of {len(campaign.steps)} · "
    if script.forward(campaign, view.call.draft.place) == view.call.draft.place:
        return (Span(f"{place}choose a result", "quiet"),)
    return (Span(place, "quiet", key), Span(shown, "accent", key))


def current_step(view: View) -> Step | None:
    """The script's step on the screen."""
    return view.campaign.step(view.call.draft.place.step_id) if view.campaign else None
