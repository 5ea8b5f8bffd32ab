"""Looking over the calls of the day, and correcting one without dialing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

import msgspec

from phonetui.client.front_end import FrontEnd
from phonetui.client.today import MadeCall, gone_with_shift
from phonetui.core import answers, call_back
from phonetui.core.campaign import TYPED, Campaign, Disposition, Question, Words
from phonetui.core.conditions import BETWEEN, chosen
from phonetui.core.correction import Correction, as_it_reads
from phonetui.core.personal import personalise
from phonetui.core.refusal import Refused
from phonetui.core.script import page_after, pages
from phonetui.core.spoken_time import EXAMPLES, example_days
from phonetui.core.translation import later, tr
from phonetui.core.when import clock

ARRIVED = {"sent": later("sent"), "unsent": later("not sent yet"), "rejected": later("not taken by the campaign")}
#: What one row of the form makes of the correction; None where the caller goes back.
Change = Callable[[], Awaitable[Correction | None]]


class _Row(NamedTuple):
    """A line of the form, and what choosing it asks."""

    lines: tuple[str, ...]
    change: Change


async def review_calls(front: FrontEnd) -> None:
    """The day's calls, of which one may be opened and corrected; until the list is closed."""
    campaign = front.view.campaign
    while campaign is not None:
        calls = front.desk.calls_today()
        if not calls:
            front.notice(tr("There are no calls of today yet."))
            return
        place = await front.pick(tr("Today's calls"), [_lines(campaign, call) for call in calls])
        if place is None or not await _Form(front, campaign, calls[place]).fill_in():
            return


def _lines(campaign: Campaign, call: MadeCall) -> tuple[str, str]:
    """`4:12 pm  Ana Diaz` by the laptop's clock, and below it what came of it."""
    at = clock(call.at.astimezone())
    name = call.voter.full_name if call.voter else tr("somebody of an earlier shift")
    result = _label(campaign, call.outcome.disposition)
    return f"{at}  {name}", tr("{result}, {arrived}", result=result, arrived=tr(ARRIVED[call.arrived]))


def _label(campaign: Campaign, disposition_id: str) -> str:
    disposition = campaign.disposition(disposition_id)
    return campaign.words(disposition.label) if disposition else disposition_id


class _Form:
    """One call, line by line, each to be changed; nothing is saved before the caller says so."""

    def __init__(self, front: FrontEnd, campaign: Campaign, call: MadeCall) -> None:
        self._front = front
        self._campaign = campaign
        self._call = call
        self._to = as_it_reads(call.outcome)
        voters = (call.voter, call.lease.household) if call.voter and call.lease else ()
        self._zones: Sequence[str] = [zone for one in voters for zone in one.zones]
        self._questions = [step.question for step in campaign.steps if step.question]

    async def fill_in(self) -> bool:
        """Whether to go back to the list."""
        if self._call.voter is None:
            self._front.refuse(gone_with_shift(self._call))
            return False
        while True:
            rows = list(self._rows())
            save = [(tr("Save the correction"),)] if self._is_changed else []
            title = "  ".join(_lines(self._campaign, self._call))
            place = await self._front.pick(title, [*(row.lines for row in rows), *save])
            if place is None and not self._is_changed:
                return True
            if place is None or place == len(rows):
                return await self._save(asked=place is None)
            self._to = await rows[place].change() or self._to

    @property
    def _is_changed(self) -> bool:
        return self._to != as_it_reads(self._call.outcome)

    async def _save(self, *, asked: bool) -> bool:
        """Saves, or leaves the call as it was; where it cannot be saved the form is filled in further."""
        front = self._front
        if asked and await front.choose(tr("The correction"), [("1", tr("save")), ("2", tr("forget"))]) != "1":
            return True
        if await front.saved(front.desk.correct(self._call, self._to)):
            return False
        further = await front.choose(tr("Not saved"), [("1", tr("change it")), ("2", tr("leave it as it was"))])
        return await self.fill_in() if further == "1" else True

    def _rows(self) -> Iterator[_Row]:
        yield _Row((tr("Result: {result}", result=self._result_in_words()),), self._result)
        yield _Row((tr("Note: {note}", note=self._to.note or "–"),), self._note)
        given = self._to.answers
        for question in self._questions:
            for part in answers.parts(question, given):
                if part in given:
                    words = answers.in_words(self._campaign, question, part, given[part], "")
                    told = words if question.kind in TYPED else self._filled_in(words)
                    yield _Row((self._said(question.ask), told), partial(self._answer, question, part))
        if any(question.id not in given for question in self._questions):
            yield _Row((tr("Another answer"),), self._another)
        if given:
            yield _Row((tr("Take all answers out"),), self._no_answers)

    def _result_in_words(self) -> str:
        """`Call back, Sunday at 3:00 pm there`."""
        campaign, to = self._campaign, self._to
        label, disposition = _label(campaign, to.disposition), campaign.disposition(to.disposition)
        if disposition is None or to.call_at is None:
            return label
        return f"{label}, {call_back.agreed(campaign, self._zones, disposition, to.call_at, self._front.view.now)}"

    def _said(self, words: Words) -> str:
        """The script's words as this voter heard them."""
        return self._filled_in(self._campaign.words(words))

    def _filled_in(self, text: str) -> str:
        voter, caller = self._call.voter, self._front.view.caller_name
        return personalise(text, voter, caller, self._campaign, "") if voter else text

    async def _result(self) -> Correction | None:
        dispositions = self._campaign.dispositions
        labels = [(self._campaign.words(each.label),) for each in dispositions]
        place = await self._front.pick(tr("The right result"), labels)
        if place is None:
            return None
        chosen_one, changed = dispositions[place], msgspec.structs.replace(self._to, call_at=None, to_me=False)
        changed = msgspec.structs.replace(changed, disposition=chosen_one.id)
        if chosen_one.call_back or chosen_one.quiet:
            return await self._when(chosen_one, changed)
        if chosen_one.confirm and not await self._is_sure(chosen_one):
            return None
        return changed

    async def _is_sure(self, disposition: Disposition) -> bool:
        about = tr("{result}, really?", result=self._campaign.words(disposition.label))
        return await self._front.choose(about, [("1", tr("yes")), ("2", tr("no"))]) == "1"

    async def _when(self, disposition: Disposition, changed: Correction) -> Correction | None:
        """The time that was promised, or the day before which nobody calls, on the voter's clock."""
        front, text = self._front, ""
        understand = call_back.typed if disposition.call_back else call_back.quiet_until
        if disposition.call_back:
            front.notice(tr("A time there, such as {examples}.", examples=tr(EXAMPLES)))
        else:
            front.notice(tr("A day there, such as {examples}.", examples=example_days(self._today)))
        about = self._campaign.words(disposition.label)
        while (typed := await front.type_line(about, text)) is not None:
            text = typed
            try:
                call_at = understand(self._campaign, self._zones, front.view.now, text)
            except Refused as refused:
                front.refuse(refused)
                continue
            return msgspec.structs.replace(changed, call_at=call_at)
        return None

    async def _note(self) -> Correction | None:
        text = await self._front.type_line(tr("Note"), self._to.note)
        return None if text is None else msgspec.structs.replace(self._to, note=text)

    async def _no_answers(self) -> Correction | None:
        return msgspec.structs.replace(self._to, answers={})

    async def _another(self) -> Correction | None:
        others = [question for question in self._questions if question.id not in self._to.answers]
        asks = [(self._said(question.ask),) for question in others]
        place = await self._front.pick(tr("Which question?"), asks)
        return None if place is None else await self._answer(others[place], others[place].id)

    async def _answer(self, question: Question, part: str) -> Correction | None:
        if question.kind in TYPED:
            given = await self._typed(question, part)
        else:
            given = await self._picked(question)
        if given is None:
            return None
        if further := page_after(self._campaign, question, given):
            return await self._answer(further, further.id)
        others = {one.id for one in pages(self._campaign, question)} - {question.id}
        kept = {key: value for key, value in self._to.answers.items() if key not in others} | {part: given}
        return msgspec.structs.replace(self._to, answers={key: value for key, value in kept.items() if value})

    async def _picked(self, question: Question) -> str | None:
        """The id of the answer, several with what stands between them; empty for none."""
        now = chosen(self._to.answers.get(question.id, ""))
        marks = [("✓ " if one.id in now else "") + self._said(one.label) for one in question.answers]
        title = self._said(question.ask)
        place = await self._front.pick(title, [*((mark,) for mark in marks), (tr("No answer"),)])
        if place is None or place == len(question.answers):
            return None if place is None else ""
        picked = {question.answers[place].id}
        ids = now ^ picked if question.kind == "several" else picked
        return BETWEEN.join(one.id for one in question.answers if one.id in ids)

    async def _typed(self, question: Question, part: str) -> str | None:
        front, text = self._front, self._to.answers.get(part, "")
        front.notice(answers.how_to(self._campaign, question, part))
        while (typed := await front.type_line(answers.label(self._campaign, question, part), text)) is not None:
            text = typed
            try:
                return answers.read(self._campaign, question, part, text, self._today) if text.strip() else ""
            except Refused as refused:
                front.refuse(refused)
        return None

    @property
    def _today(self) -> date:
        return call_back.there(self._campaign, self._zones, self._front.view.now).date()
