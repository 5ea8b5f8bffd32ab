"""Answering what callers ask."""

from __future__ import annotations

from collections.abc import Sequence

from phonetui.client.evening_view import answered_words, for_so_long
from phonetui.client.supervisors_desk import SupervisorsDesk
from phonetui.core.translation import tr
from phonetui.supervise.list_page import ListPage
from phonetui.wire_supervisors import AskedNow


class QuestionsPage(ListPage[AskedNow]):
    """The questions that nobody has answered, the oldest first."""

    def __init__(self, desk: SupervisorsDesk) -> None:
        super().__init__(desk)
        self._answered: set[str] = set()

    @property
    def heading(self) -> str:
        """What it is called."""
        return tr("Questions")

    def hints(self) -> Sequence[tuple[str, str]]:
        """Answer, and back."""
        return [*([("enter", tr("answer"))] if self.entries() else []), ("escape", tr("back"))]

    def entries(self) -> Sequence[AskedNow]:
        """What is asked, but for what was answered since the evening was last heard of."""
        asked = self.desk.evening.questions if self.desk.evening else ()
        return [each for each in asked if each.question_id not in self._answered]

    def id_of(self, entry: AskedNow) -> str:
        """The question's own."""
        return entry.question_id

    def words(self, entry: AskedNow) -> Sequence[str]:
        """Who asks, since when, about whom; and the question."""
        long = for_so_long(entry.asked_at, self.desk.now)
        about = tr("about {voter}", voter=entry.voter) if entry.voter else ""
        return [" · ".join(filter(None, [entry.caller, long, about])), entry.text]

    def nothing(self) -> str:
        """Nobody asks."""
        return tr("Nobody waits for an answer.")

    def take(self, entry: AskedNow) -> None:
        """Answer it."""
        self.begin(lambda: self._answer(entry))

    async def _answer(self, asked: AskedNow) -> None:
        question = tr("{caller} asks: {text}", caller=asked.caller, text=asked.text)
        to = tr("To {caller}:", caller=asked.caller)
        if await self.send_line(to, lambda text: self._sent(asked, text), over=question):
            self._answered.add(asked.question_id)
            self.say(tr("Answered; {caller} sees it now.", caller=asked.caller))

    async def _sent(self, asked: AskedNow, text: str) -> bool:
        """Whether it went; where somebody has answered meanwhile, only if it is meant all the same."""
        told = await self.desk.server.answer(asked.question_id, text)
        if told.taken:
            return True
        self._answered.add(asked.question_id)
        if await self.confirm(tr("Send yours, too?"), "s", tr("send it"), over=answered_words(told)):
            return (await self.desk.server.answer(asked.question_id, text, again=True)).taken
        self.say(tr("Nothing was sent."))
        return False
