"""A caller's fingers: keys drawn by chance, pressed at a desk whose clocks are handed in."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta

from phonetui.client.desk import PhoneDesk
from phonetui.core.call_actions import Action, Dial, Forward, Note, Result, Skip, TakeBack
from phonetui.core.refusal import Refused
from phonetui.core.standard_dispositions import BY_ID
from tests.torture.bank import TrueTime
from tests.torture.callers import RESULTS, TAKEN_BACK, Made

SKIPPED = 0.03
DIALED = 0.1
FORWARD = 0.3


class Keyboard:
    """One caller's. `made` are the outcomes as the caller saw them made, `others` how many events of other kinds.

    `ready` is waited for before each call: until there is a voter, or raising what is wrong.
    """

    def __init__(
        self,
        name: str,
        draw: random.Random,
        true: TrueTime,
        ready: Callable[[PhoneDesk], Awaitable[None]],
        results: Mapping[str, int] = RESULTS,
    ) -> None:
        self.name = name
        self.made: list[Made] = []
        self.others: Counter[str] = Counter()
        self._random = draw
        self._true = true
        self._ready = ready
        self._results = results

    async def call(self, desk: PhoneDesk, outcomes: int, pause: timedelta) -> None:
        """So many outcomes, a pause apart on average."""
        for _ in range(outcomes):
            self._true.passes(pause * self._random.uniform(0.2, 1.8))
            await self._ready(desk)
            while self._random.random() < SKIPPED:
                self.others["skip"] += not desk.view.call.settled
                await self._press(desk, Skip())
                await self._ready(desk)
            await self._outcome(desk)
            if desk.view.call.back and self._random.random() < TAKEN_BACK:
                await self._take_back(desk)

    async def _outcome(self, desk: PhoneDesk) -> None:
        note = f"{self.name}-{len(self.made) + 1}"
        if self._random.random() < DIALED:
            await self._dial(desk)
        await self._press(desk, Note(note))
        disposition = BY_ID[self._random.choices(list(self._results), list(self._results.values()))[0]]
        if disposition.talk or self._random.random() < FORWARD:
            await self._press(desk, Forward())  # nobody talks who has not read the disclosure
        call = desk.view.call
        talk = disposition.contact and (disposition.talk or len(call.draft.place.steps) > 1)
        self.made.append(Made(note, call.voter_id, disposition.id, call.same_call, disposition.contact, talk))
        call_at = self._true.now + timedelta(days=1) if disposition.call_back else None
        for _ in range(1 + disposition.confirm):
            await self._press(desk, Result(disposition.id, call_at))

    async def _dial(self, desk: PhoneDesk) -> None:
        """Not a voter whose time is over: the caller is on the line already."""
        is_first = not desk.view.call.dialed
        with suppress(Refused):
            await self._press(desk, Dial())
            self.others["dial"] += is_first

    async def _take_back(self, desk: PhoneDesk) -> None:
        note = desk.view.call.back[-1].draft.note
        next(made for made in self.made if made.note == note).taken_back = True
        self.others["undo"] += 1
        await self._press(desk, TakeBack())

    async def _press(self, desk: PhoneDesk, action: Action) -> None:
        self._true.passes(timedelta(seconds=1))
        await desk.act(action)
