"""Callers without a screen: the real desk, journal, outbox and courier, worked by keys that chance chooses.

`python -m tests.torture.callers` reads `Work` from standard input and prints a plus when all have joined, a dot for
each outcome, then what was done as JSON: one `Made` an outcome, in the order in which each caller made them.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from phonetui.client.clock import SystemClock
from phonetui.client.credentials import SecretsInMemory
from phonetui.client.desk import PhoneDesk
from phonetui.client.folders import folders_in
from phonetui.client.opening import open_desk
from phonetui.client.sign_in import Laptop, SignedIn, join
from phonetui.core.call_actions import Action, Dial, Forward, Note, Result, Skip, TakeBack
from phonetui.core.refusal import Refused
from phonetui.core.standard_dispositions import BY_ID
from phonetui.core.word import AboutScript, WrongRecord

#: Seconds after which what was waited for will not come, and between two presses of the key that tries now.
PATIENCE = 120.0
IMPATIENCE = 0.5
#: How often each result comes, of which two want their key twice.
RESULTS = {
    "not_home": 40,
    "busy": 8,
    "wrong_number": 6,
    "disconnected": 6,
    "refused": 12,
    "moved": 3,
    "language": 3,
    "call_back": 3,
    "deceased": 2,
    "do_not_call": 3,
    "talked": 14,
}
#: How often something else than a result comes before it.
BEFORE = {"script": 0.4, "dial": 0.1, "report": 0.03, "remark": 0.03, "skip": 0.03}
TAKEN_BACK = 0.15
#: Why a voter who is still on the screen is not dialed any more.
GONE = (
    "This voter was lent to you for a time that is over;",
    "This voter is not on your list any more;",
    "This number is on the do-not-call list;",
)


class Work(Struct, frozen=True):
    """Each of so many `callers` makes so many `outcomes`, `pause` seconds apart on average.

    They join by the `link` at the server itself; their calls go over the line at `url`.
    """

    folder: str
    link: str
    callers: int
    url: str
    campaign_id: str
    outcomes: int
    pause: float
    seed: int


class Made(Struct):
    """An outcome as its caller saw it made: `note` names it among all, `same_call` and `talk` are what was seen."""

    note: str
    voter_id: str
    disposition: str
    same_call: bool
    contact: bool
    talk: bool
    taken_back: bool = False


class Done(Struct):
    """What all of them did: outcomes, and how many events of each other kind."""

    made: list[Made] = []
    others: dict[str, int] = {}


class QuickClock(SystemClock):
    """A caller's clocks, on which time passes with the keys: none is too soon, and nobody waits for that."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def tick(self) -> float:
        """Seconds, those passed by keys included."""
        return super().tick() + self.passed


class QuickCaller:
    """One caller at a desk."""

    def __init__(self, name: str, desk: PhoneDesk, clock: QuickClock, work: Work) -> None:
        self._name = name
        self._desk = desk
        self._clock = clock
        self._work = work
        self._random = random.Random(f"{work.seed} {name}")
        self._changed = asyncio.Event()
        self._back: list[Made] = []
        self.made: list[Made] = []
        self.others: Counter[str] = Counter()
        desk.listen(self._changed.set)

    async def call(self) -> None:
        """Makes the outcomes, and stays until all is sent."""
        await self._desk.start()
        while len(self.made) < self._work.outcomes:
            await self._until(lambda: self._desk.view.call.voter is not None, "no voter came")
            await asyncio.sleep(self._random.uniform(0, 2 * self._work.pause))
            await self._one_call()
        await self._until(lambda: self._desk.view.unsent == 0, "something is unsent")
        await self._desk.close()

    async def _one_call(self) -> None:
        chance = self._random.random
        if chance() < BEFORE["skip"]:
            await self._skip()
            return
        if chance() < BEFORE["dial"]:
            await self._dial()
        if chance() < BEFORE["report"]:
            self.others["report"] += 1
            await self._desk.write_down(WrongRecord("name", "Ana, with one n"))
        if chance() < BEFORE["remark"]:
            self.others["remark"] += 1
            await self._desk.write_down(AboutScript("Too long"))
        await self._result()
        if chance() < TAKEN_BACK:
            await self._take_back()

    async def _dial(self) -> None:
        """Rightly refused where the voter was brought back and has been lent elsewhere, or is not to be called now."""
        is_first = not self._desk.view.call.dialed
        try:
            await self._press(Dial())
        except Refused as refused:
            if not str(refused).startswith(GONE):
                raise
        else:
            self.others["dial"] += is_first

    async def _skip(self) -> None:
        call = self._desk.view.call
        self.others["skip"] += not call.settled
        self._back.clear()  # what was made before a skip is not asked for again
        await self._press(Skip())

    async def _result(self) -> None:
        note = f"{self._name}-{len(self.made) + 1}"
        await self._press(Note(note))
        disposition = BY_ID[self._random.choices(list(RESULTS), list(RESULTS.values()))[0]]
        if disposition.talk or self._random.random() < BEFORE["script"]:
            await self._press(Forward())  # nobody talks who has not read the disclosure
        call = self._desk.view.call
        talk = disposition.contact and (disposition.talk or len(call.draft.place.steps) > 1)
        made = Made(note, call.voter_id, disposition.id, call.same_call, disposition.contact, talk)
        call_at = self._clock.now() + timedelta(days=1) if disposition.call_back else None
        for _ in range(1 + disposition.confirm):
            await self._press(Result(disposition.id, call_at))
        said = self._desk.view.said
        if said is None or said.kind != "saved":
            raise RuntimeError(f"{note} was not saved: {said}")
        self.made.append(made)
        self._back.append(made)
        sys.stdout.write(".")
        sys.stdout.flush()

    async def _take_back(self) -> None:
        """The last outcome, or the last two; the next result corrects."""
        for _ in range(min(len(self._back), self._random.choice((1, 1, 2)))):
            await self._press(TakeBack())
            self._back.pop().taken_back = True
            self.others["undo"] += 1

    async def _press(self, action: Action) -> None:
        self._clock.passed += 1
        await self._desk.act(action)

    async def _until(self, holds: Callable[[], bool], otherwise: str) -> None:
        """Waits, and presses the key that tries now, as anybody would; gives up in the end."""
        until = self._clock.tick() + PATIENCE
        while not holds():
            if self._clock.tick() > until:
                line = self._desk.view.line
                raise TimeoutError(f"{self._name}: {otherwise} in {PATIENCE:g} seconds; {line.state} {line.why}")
            self._changed.clear()
            try:
                async with asyncio.timeout(IMPATIENCE):
                    await self._changed.wait()
            except TimeoutError:
                self._desk.try_now()


async def _sit_down(work: Work, number: int) -> QuickCaller:
    name = f"caller{work.seed}x{number}"
    laptop = Laptop(folders_in(Path(work.folder) / name), SecretsInMemory(), SystemClock().new_id)
    signed_in = await join(laptop, work.link, f"{name}@example.org", name, "correct horse battery")
    account = msgspec.structs.replace(signed_in.account, server_url=work.url)
    on_the_line: SignedIn = msgspec.structs.replace(signed_in, account=account)
    clock = QuickClock()
    return QuickCaller(name, await open_desk(laptop.folders, on_the_line, work.campaign_id, clock), clock, work)


async def _work(work: Work) -> Done:
    callers = [await _sit_down(work, number) for number in range(work.callers)]
    sys.stdout.write("+")
    sys.stdout.flush()
    await asyncio.gather(*(caller.call() for caller in callers))
    others = sum((caller.others for caller in callers), Counter[str]())
    return Done([made for caller in callers for made in caller.made], dict(others))


def main() -> None:
    """Works, and says what was done."""
    work = msgspec.json.decode(sys.stdin.buffer.read(), type=Work)
    done = asyncio.run(_work(work))
    sys.stdout.write(f"\n{msgspec.json.encode(done).decode()}\n")


if __name__ == "__main__":
    main()
