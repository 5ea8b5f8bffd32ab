"""A caller at a real desk: journal, outbox and courier of a laptop, and the campaign server over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from phonetui.client.clock import Clock, SystemClock
from phonetui.client.credentials import SecretsInMemory
from phonetui.client.desk import PhoneDesk
from phonetui.client.folders import folders_in
from phonetui.client.opening import open_desk
from phonetui.client.sign_in import Laptop, join
from phonetui.client.today import MadeCall
from phonetui.core.call import Phase
from phonetui.core.call_actions import Action, Answer, Note, Result, Skip, TakeBack
from phonetui.core.correction import Correction

#: Results of an evening, in their turn; a talk has an answer.
RESULTS = (
    *("talked", "not_home", "busy", "call_back", "left_message", "talked", "refused", "wrong_number"),
    *("disconnected", "moved", "deceased", "language", "do_not_call"),
)
#: By the digit that a caller presses for it.
PLANS = {1: "yes", 2: "no"}
#: A caller looks at the evening once more and puts these right: the first call of each result, and what it was.
PUT_RIGHT = {"wrong_number": "not_home", "do_not_call": "busy", "talked": "not_home"}
#: Seconds after which what was waited for will not come, and between two presses of the key that tries now.
PATIENCE, IMPATIENCE = 120.0, 0.3


class DeskClock(SystemClock):
    """A laptop's clocks, by which time passes as somebody else says."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now, self._begun = now, now()

    def now(self) -> datetime:
        """The wall clock."""
        return self._now()

    def tick(self) -> float:
        """Seconds since the laptop was started."""
        return (self._now() - self._begun).total_seconds()


class Called(Struct):
    """One attempt as its caller knows it.

    `corrected`: it was put right or taken back when the evening was over, and `was` the result that it had until then.
    """

    attempt_id: str
    event_id: str
    voter_id: str
    number: str
    disposition: str
    note: str
    answers: dict[str, str]
    stands: bool = True
    corrected: bool = False
    was: str = ""


class Caller:
    """Who calls; `made` has every attempt. `passes` lets so many seconds pass for everybody."""

    def __init__(self, desk: PhoneDesk, clock: Clock, passes: Callable[[float], object]) -> None:
        self.desk = desk
        self.made: list[Called] = []
        self._clock, self._passes = clock, passes
        self._changed = asyncio.Event()
        desk.listen(self._changed.set)

    async def calls(self, count: int) -> None:
        """So many voters; of some the result is put right, or taken back, before the next is on the screen."""
        for place in range(len(self.made), len(self.made) + count):
            await self.until(lambda: self.desk.view.call.voter is not None, "a voter")
            self._passes(20)
            await self._one(place)

    async def corrects(self) -> None:
        """Some calls of the evening are put right, and the last two taken back."""
        for was, disposition in PUT_RIGHT.items():
            call = next(each for each in self.made if each.stands and each.disposition == was)
            call.corrected, call.was = True, was
            self._passes(20)
            await self.desk.correct(self._made(call.attempt_id), Correction(disposition, note=call.note))
            self._now_reads(call, disposition, {})
        for call in self.made[:-3:-1]:
            call.stands, call.corrected, call.was = False, True, call.disposition
            await self._press(TakeBack())

    async def sent(self) -> None:
        """Waits until the server has everything."""
        await self.until(lambda: self.desk.view.unsent == 0, "the last receipt")
        assert self.desk.view.rejected == 0

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        """Waits for it, and presses the key that tries now, as anybody would."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                self._changed.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(IMPATIENCE):
                        await self._changed.wait()
                        continue
                self._passes(1)
                self.desk.try_now()
        assert holds(), f"{what} did not come"

    async def _one(self, place: int) -> None:
        household, voter = self.desk.view.call.household, self.desk.view.call.voter
        assert household is not None
        assert voter is not None
        result, note = RESULTS[place % len(RESULTS)], f"Note {place}" if place % 3 == 0 else ""
        digit = 1 + place % len(PLANS)
        talked = result == "talked"
        await self._press(*[Note(note)] * bool(note), *[Answer(digit)] * talked)
        answers = {"plan": PLANS[digit]} if talked else {}
        await self._result(result)
        call = Called("", "", voter.voter_id, household.number, result, note, answers)
        self._now_reads(call, result, answers)
        self.made.append(call)
        if place % 11 == 3:
            call.stands = False
            await self._press(TakeBack(), Skip())
        elif place % 9 == 5:
            other = "not_home" if result != "not_home" else "busy"
            await self._press(TakeBack())
            await self._result(other)
            call.attempt_id = ""
            self._now_reads(call, other, {})

    async def _result(self, disposition: str) -> None:
        at = self._clock.now() + timedelta(days=1) if disposition == "call_back" else None
        key = Result(disposition, at, by_line=True)
        await self._press(key)
        if self.desk.view.call.phase is Phase.CONFIRMING:
            await self._press(key)
        said = self.desk.view.said
        assert said is not None
        assert said.kind == "saved", said

    async def _press(self, *keys: Action) -> None:
        for key in keys:
            self._passes(1)
            await self.desk.act(key)

    def _now_reads(self, call: Called, disposition: str, answers: dict[str, str]) -> None:
        made = self._made(call.attempt_id)
        call.attempt_id, call.event_id = made.attempt_id, made.outcome.id
        call.disposition, call.answers = disposition, answers
        assert (made.outcome.voter_id, made.outcome.disposition) == (call.voter_id, disposition)

    def _made(self, attempt_id: str) -> MadeCall:
        """The attempt as the desk lists it; the newest where it has no id yet."""
        return next(made for made in self.desk.calls_today() if attempt_id in ("", made.attempt_id))


async def sits_down(
    folder: Path, link: str, campaign_id: str, clock: Clock, passes: Callable[[float], object]
) -> Caller:
    """Dana joins by a link, and is at the desk."""
    laptop = Laptop(folders_in(folder), SecretsInMemory(), clock.new_id)
    signed_in = await join(laptop, link, "dana@example.org", "Dana", "correct horse battery")
    caller = Caller(await open_desk(laptop.folders, signed_in, campaign_id, clock), clock, passes)
    await caller.desk.start()
    return caller
