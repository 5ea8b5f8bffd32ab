"""The evening line by line, for screen readers and braille: it speaks only when it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TextIO

from phonetui.client.evening_view import (
    answered_words,
    calling_now,
    count_words,
    doing_words,
    for_so_long,
    left_words,
    look_words,
    rate_words,
    state_words,
    today_there,
    zone_of,
)
from phonetui.client.supervisors_desk import SupervisorsDesk
from phonetui.core.refusal import Refused
from phonetui.core.text import visible
from phonetui.core.translation import later, tr, tr_n
from phonetui.supervise.files import write_new
from phonetui.wire import CampaignState
from phonetui.wire_supervisors import AskedNow, Evening

#: What can be typed, and what it does.
COMMANDS = {
    "": later("Enter: how the evening goes"),
    "callers": later("callers: who is calling, on which voter, for how long"),
    "results": later("results: how often each came up today"),
    "questions": later("questions: what callers ask, with numbers"),
    "answer": later("answer N WORDS: answer the question of that number"),
    "again": later("again N WORDS: the same where somebody has answered already"),
    "report": later("report FILE: write today's report to a file, or without one: say it here"),
    "notice": later("notice WORDS: tell everybody who calls"),
    "pause": later("pause: give out no more voters"),
    "reopen": later("reopen: give out voters again"),
    "help": later("help: these lines"),
    "quit": later("quit: leave; the evening goes on without you"),
}


def supervise(open_desk: Callable[[], Awaitable[SupervisorsDesk]], typed: TextIO, said: TextIO) -> None:
    """Read commands until `quit` or the end of what is typed. Raises `Refused` where the evening cannot be opened."""
    with asyncio.Runner() as runner:
        plain = Plain(runner.run(_opened(open_desk)), said)
        try:
            plain.say(tr("Type a command, or Enter for how the evening goes; help says what there is."))
            plain.run(runner, "")
            while line := typed.readline():
                if line.split()[:1] in (["quit"], ["q"]):
                    break
                plain.run(runner, line)
        finally:
            runner.run(plain.desk.close())


async def _opened(open_desk: Callable[[], Awaitable[SupervisorsDesk]]) -> SupervisorsDesk:
    return await open_desk()


class Plain:
    """Carries out one command after the other. The numbers of questions stay as they were listed last."""

    def __init__(self, desk: SupervisorsDesk, said: TextIO) -> None:
        self.desk = desk
        self._out = said
        self._listed: tuple[AskedNow, ...] = ()

    def say(self, text: str) -> None:
        """One line or several."""
        self._out.write(f"{visible(text)}\n")
        self._out.flush()

    def run(self, runner: asyncio.Runner, line: str) -> None:
        """Carry a command out, or say why not."""
        command, _, words = line.strip().partition(" ")
        works: dict[str, Callable[[str], Coroutine[Any, Any, str]]] = {
            "": self._status,
            "callers": self._callers,
            "results": self._results,
            "questions": self._questions,
            "answer": self._answer,
            "again": lambda words: self._answer(words, again=True),
            "report": self._report,
            "notice": self._notice,
            "pause": lambda words: self._set("paused", tr("The campaign is paused.")),
            "reopen": lambda words: self._set("open", tr("The campaign is open.")),
            "help": self._help,
        }
        work = works.get(command.lower())
        if work is None:
            self.say(tr("There is no command {word}; help says what there is.", word=command))
            return
        try:
            self.say(runner.run(work(words.strip())))
        except Refused as refused:
            self.say(str(refused))

    async def _status(self, words: str) -> str:
        evening = await self.desk.look()
        zone = zone_of(evening)
        asked = len(evening.questions)
        lines = [
            tr("{name} is {state}.", name=evening.name, state=state_words(evening)),
            tr(
                "Today: {counts}.",
                counts=", ".join(filter(None, [*count_words(evening.today), rate_words(evening.today)])),
            ),
            tr("Last hour: {counts}.", counts=", ".join(count_words(evening.last_hour))),
            tr("{n} of {all} callers here.", n=calling_now(evening.callers), all=len(evening.callers)),
            left_words(evening.lists, self.desk.now, zone).replace(" · ", ", ") + "." if evening.lists else "",
            tr_n("{n} question waits.", "{n} questions wait.", asked) if asked else "",
            *(look_words(each, self.desk.now, zone) for each in evening.looks),
        ]
        return "\n".join(filter(None, lines))

    async def _callers(self, words: str) -> str:
        evening = await self.desk.look()
        lines = [self._caller(evening, place) for place in range(len(evening.callers))]
        return "\n".join(lines) or tr("Nobody calls yet.")

    def _caller(self, evening: Evening, place: int) -> str:
        caller = evening.callers[place]
        _, _, doing = doing_words(caller, self.desk.now, zone_of(evening)).partition(" ")
        return ", ".join(filter(None, [caller.name, doing, caller.voter, *count_words(caller.today)])) + "."

    async def _results(self, words: str) -> str:
        counts = [each for each in (await self.desk.look()).dispositions if each.count]
        return "\n".join(f"{each.label}: {each.count}." for each in counts) or tr("No results yet.")

    async def _questions(self, words: str) -> str:
        self._listed = (await self.desk.look()).questions
        lines = []
        for place, each in enumerate(self._listed, 1):
            about = tr("about {voter}", voter=each.voter) if each.voter else ""
            facts = ", ".join(filter(None, [each.caller, for_so_long(each.asked_at, self.desk.now), about]))
            lines.append(f"{place}. {facts}: {each.text}")
        return "\n".join(lines) or tr("Nobody waits for an answer.")

    async def _answer(self, words: str, *, again: bool = False) -> str:
        number, _, text = words.partition(" ")
        if not (number.isascii() and number.isdigit() and 1 <= int(number) <= len(self._listed) and text.strip()):
            raise Refused(tr("Write answer, the number of a question as questions lists it, and the answer's words."))
        asked = self._listed[int(number) - 1]
        told = await self.desk.server.answer(asked.question_id, text.strip(), again=again)
        if not told.taken:
            return tr("{answered} Nothing was sent; again sends yours, too.", answered=answered_words(told))
        return tr("Answered; {caller} sees it now.", caller=asked.caller)

    async def _report(self, words: str) -> str:
        text = await self.desk.server.report(today_there(await self.desk.look(), self.desk.now))
        return tr("Written to {file}.", file=await write_new(words, f"{text}\n".encode())) if words else text

    async def _notice(self, words: str) -> str:
        if not words:
            raise Refused(tr("Write notice and its words in one line."))
        await self.desk.server.notice(words)
        return tr("Sent; everybody who calls sees it now.")

    async def _set(self, state: CampaignState, said: str) -> str:
        await self.desk.server.set_state(state)
        return said

    async def _help(self, words: str) -> str:
        return "\n".join(tr(each) for each in COMMANDS.values())
