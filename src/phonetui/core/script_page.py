"""What there is to read and to answer at the script's current step, in the voter's words: for any front end."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from phonetui.core import answers, script
from phonetui.core.call import Call, language, listener
from phonetui.core.campaign import TYPED, Campaign, Disposition, Question, Words
from phonetui.core.conditions import chosen
from phonetui.core.personal import personalise


class Choice(Struct, frozen=True):
    """An answer to choose by its digit; `chosen` is one that was."""

    digit: int
    label: str
    chosen: bool


class Blank(Struct, frozen=True):
    """Something to type, kept under `part`: what it is called, how to type it, what was typed, in words and as kept.

    `free` text may be saved while it is being typed; a `date` may be typed in words.
    """

    part: str
    label: str
    how_to: str
    answer: str
    kept: str
    free: bool
    date: bool = False


class Page(Struct, frozen=True, kw_only=True):
    """One step, filled in for the voter. `rules` are read out before `ask`; a `disclosure` is read word for word.

    `number` of `steps` says where it stands in the file. `result` is the label of what a key saves here. At the `last`
    step nothing follows for this voter. `several` of the choices can be ticked; `wanting` says that the script waits
    for an answer.
    """

    step_id: str
    number: int
    steps: int
    language: str
    say: str = ""
    disclosure: bool = False
    rules: str = ""
    ask: str = ""
    choices: tuple[Choice, ...] = ()
    several: bool = False
    blanks: tuple[Blank, ...] = ()
    wanting: bool = False
    result: str = ""
    last: bool = False


def page(campaign: Campaign, call: Call, caller_name: str) -> Page | None:
    """The page on the screen; None while there is no voter on it."""
    whom, step = listener(campaign, call), campaign.step(call.draft.place.step_id)
    if whom is None or step is None:
        return None
    read_in = language(campaign, call)

    def said(words: Words) -> str:
        return personalise(campaign.words(words, read_in), whom.voter, caller_name, campaign, read_in)

    given, question = call.draft.place.answers, step.question
    return Page(
        step_id=step.id,
        number=campaign.steps.index(step) + 1,
        steps=len(campaign.steps),
        language=read_in,
        say=said(step.say),
        disclosure=step.disclosure,
        rules=said(question.rules) if question else "",
        ask=said(question.ask) if question else "",
        choices=_choices(question, given, said) if question else (),
        several=question is not None and question.kind == "several",
        blanks=_blanks(campaign, question, given, read_in) if question else (),
        wanting=script.wanting(campaign, call.draft.place) is not None,
        result=result_label(campaign, call, named) if (named := campaign.disposition(step.disposition)) else "",
        last=script.next_step(campaign, whom, call.draft.place) is None,
    )


def result_label(campaign: Campaign, call: Call, disposition: Disposition) -> str:
    """What a result is called: in the language that the caller chose for this voter, else in the campaign's first."""
    return campaign.words(disposition.label, call.draft.language)


def _choices(question: Question, given: Mapping[str, str], said: Callable[[Words], str]) -> tuple[Choice, ...]:
    ticked = chosen(given.get(question.id, ""))
    return tuple(Choice(digit, said(one.label), one.id in ticked) for digit, one in script.digits(question).items())


def _blanks(campaign: Campaign, question: Question, given: Mapping[str, str], read_in: str) -> tuple[Blank, ...]:
    if question.kind not in TYPED:
        return ()
    blanks = []
    for part in answers.parts(question, given):
        kept = given.get(part, "")
        in_words = answers.in_words(campaign, question, part, kept, read_in) if kept else ""
        label, how_to = answers.label(campaign, question, part), answers.how_to(campaign, question, part)
        free, date = answers.is_free(question, part), question.kind == "date"
        blanks.append(Blank(part, label, how_to, in_words, kept, free, date))
    return tuple(blanks)
