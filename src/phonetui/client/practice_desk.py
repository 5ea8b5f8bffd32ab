"""A desk to practise at: the same calls, with invented voters, and nothing of it is ever kept, counted or sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from pathlib import Path

from phonetui.client.clock import Clock
from phonetui.client.elsewhere import Elsewhere
from phonetui.client.first_shift import FirstShift
from phonetui.client.hand import Hand
from phonetui.client.pacing import Pacing
from phonetui.client.phone_line import PhoneLine
from phonetui.client.shift import Shift
from phonetui.client.today import MadeCall, Today
from phonetui.client.turn import Moment, Turn
from phonetui.client.view import Line, Said, View, Waiting
from phonetui.core import call_flow, practice
from phonetui.core import event as events
from phonetui.core.call import Call, Phase
from phonetui.core.call_actions import Action, Dial, Note
from phonetui.core.campaign import Campaign
from phonetui.core.correction import Correction
from phonetui.core.personas import Persona
from phonetui.core.practice import Mark
from phonetui.core.refusal import Refused
from phonetui.core.script_page import page
from phonetui.core.translation import tr
from phonetui.core.word import Word
from phonetui.wire import Lease

#: Nobody else wants these voters.
LENT_FOR = timedelta(days=1)


class PracticeDesk:
    """Keys are carried out as at a real desk, by the same rules; what they come to is judged in place of being saved.

    `practised` is told once every invented voter has had a result.
    """

    def __init__(
        self,
        campaign: Campaign,
        caller_name: str,
        clock: Clock,
        practised: Callable[[], Awaitable[None]] | None = None,
        phone: PhoneLine | None = None,
    ) -> None:
        now = clock.now()
        self.elsewhere: Elsewhere | None = None
        self.first_shift = FirstShift()
        self.phone = phone or PhoneLine(clock)
        self._campaign = practice.for_practice(campaign, now.date())
        self._caller_name = caller_name
        self._clock = clock
        self._practised = practised
        invented = practice.personas(campaign)
        homes = [practice.household(campaign, persona, number) for number, persona in enumerate(invented)]
        self._personas = {home.household_id: persona for home, persona in zip(homes, invented, strict=True)}
        self._hand = Hand(Lease(home, now + LENT_FOR, {}) for home in homes)
        self._call = Call()
        self._shift = Shift([])
        self.pacing = Pacing(self._shift, Today([]), clock)
        self._marks: dict[str, Mark] = {}
        self._seq = 1
        self._said: Said | None = None
        self._told_campaign = ""
        self._telling: asyncio.Task[None] | None = None
        self._changed: Callable[[], None] = lambda: None

    @property
    def view(self) -> View:
        """The picture as it is now."""
        now = self._clock.now()
        return View(
            campaign=self._campaign,
            caller_name=self._caller_name,
            call=self._call,
            tally=self._shift.tally(self._campaign),
            on_hand=len(self._hand.to_call),
            unsent=0,
            rejected=0,
            line=Line("online"),
            now=now,
            said=self._said,
            waiting=self._waiting() if self._call.phase is Phase.WAITING else None,
            is_new=call_flow.is_new(self._call, self._clock.tick()),
            practice=True,
            phone=self.phone.view,
        )

    @property
    def told(self) -> str:
        """How practice went, and what to look at again; empty before the first result."""
        if not self._marks:
            return ""
        right = sum(mark.right for mark in self._marks.values())
        title = tr("Practice: {right} of {all} right.", right=right, all=len(self._marks))
        again = [
            tr("{name}: {told}", name=mark.name, told=mark.told) for mark in self._marks.values() if not mark.right
        ]
        return "\n".join([title, *([tr("To look at again:"), *again] if again else [])])

    def listen(self, changed: Callable[[], None]) -> None:
        """Call `changed` on the event loop after every change of the view."""
        self._changed = self.phone.listen(self, changed)

    async def start(self) -> None:
        """Show the first invented voter."""
        turn = self._turn()
        turn.show_next()
        self._take(turn)
        self._say(tr("Practice: nothing of it is counted or sent."), self._opening())
        self.phone.start()

    async def act(self, action: Action) -> None:
        """Carry out a key, and say what the voter says to it."""
        turn = self._turn()
        before, step = self._call.voter_id, self._call.draft.place
        turn.act(action)
        self.phone.hear(action)
        self._take(turn)
        recorded = [event for event, _ in turn.events if isinstance(event, events.Attempt)]
        if recorded:
            self._say(*(self._judged(event) for event in recorded), self._opening())
        elif self._call.voter_id != before:
            self._say(self._opening())
        elif self._call.draft.place != step:
            self._say(self._reply())
        elif not isinstance(action, Note | Dial):
            self._said = turn.said
        self._changed()
        if not self._hand.to_call:
            self._end()

    def calls_today(self) -> tuple[MadeCall, ...]:
        """None: nobody was called."""
        return ()

    async def write_down(self, word: Word) -> None:
        """Nothing is written down."""
        self._say(tr("This is practice: nothing was written down."))
        self._changed()

    async def correct(self, made: MadeCall, to: Correction) -> None:
        """There is nothing to correct."""
        raise _not_here()

    async def see(self, notice_ids: Collection[str]) -> None:
        """There is nothing to see."""

    async def export(self, file: Path) -> None:
        """There is nothing to write to a file."""
        raise _not_here()

    def try_now(self) -> None:
        """Nobody is asked."""

    async def sign_in(self, password: str) -> None:
        """Nobody signs in."""
        raise _not_here()

    def tell_rejected(self) -> str:
        """Nothing is sent, so nothing is rejected."""
        return ""

    def do_extra(self, action_id: str) -> None:
        """There is none."""

    def take_along(self, households: int) -> None:
        """Invented voters need not be taken along."""
        self._say(str(_not_here()))
        self._changed()

    async def give_back(self) -> None:
        """Nobody is lent."""

    async def close(self) -> None:
        """Forget all of it; the campaign is still told that the caller has practised."""
        await self.phone.close()
        if self._telling is not None:
            await self._telling

    def _turn(self) -> Turn:
        now, tick = self._clock.now(), self._clock.tick()
        moment = Moment(now, tick, now)
        return Turn(self._campaign, self._call, self._hand, moment, new_id=self._clock.new_id, next_seq=self._seq)

    def _take(self, turn: Turn) -> None:
        self._call, self._hand, self._said = turn.call, turn.hand, turn.said
        self._seq += len(turn.events)
        self._shift.add(event for event, _ in turn.events if isinstance(event, events.Attempt))

    def _judged(self, event: events.Attempt) -> str:
        """The mark for a result; one that is taken back loses its mark."""
        if isinstance(event, events.Undo):
            self._marks.pop(event.supersedes, None)
            return tr("Taken back; choose the right result")
        saved, disposition = self._call.back[-1], self._campaign.disposition(event.disposition)
        if disposition is None:
            return ""
        step = self._campaign.step(saved.draft.place.step_id)
        mark = practice.judge(
            self._campaign,
            self._personas[saved.household_id],
            disposition,
            saved.draft,
            last=step is None or step.ends or step == self._campaign.steps[-1],
        )
        self._marks[event.id] = mark
        return mark.told

    def _opening(self) -> str:
        persona, voter = self._persona(), self._call.voter
        if persona is None or voter is None:
            return ""
        return tr("You call {name}. {opens}", name=voter.full_name, opens=tr(persona.opens))

    def _reply(self) -> str:
        persona = self._persona()
        read = page(self._campaign, self._call, self._caller_name)
        return practice.says(self._campaign, persona, read) if persona else ""

    def _persona(self) -> Persona | None:
        home = self._call.household
        return self._personas.get(home.household_id) if home else None

    def _say(self, *told: str) -> None:
        self._said = Said(" ".join(filter(None, told)))

    def _waiting(self) -> Waiting:
        paragraphs = (self.told or tr("Nobody was called."), self._told_campaign, tr("Press q to leave practice."))
        return Waiting(tr("Practice is over"), "\n".join(filter(None, paragraphs)))

    def _end(self) -> None:
        """Whoever has given everyone a result has practised; a skip is none."""
        if self._telling is None and self._practised is not None and len(self._marks) == len(self._personas):
            self._telling = asyncio.create_task(self._tell(self._practised))

    async def _tell(self, practised: Callable[[], Awaitable[None]]) -> None:
        try:
            await practised()
        except Refused as refused:
            self._told_campaign = tr("The campaign could not be told that you have practised: {why}", why=refused)
        else:
            self._told_campaign = tr("The campaign knows that you have practised.")
        self._changed()


def _not_here() -> Refused:
    return Refused(tr("This is practice; that key is for real calls."))
