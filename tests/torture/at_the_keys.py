"""Somebody at the keyboard of the real application, who remembers what was done and looks at what came of it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import date
from itertools import takewhile
from random import Random

import msgspec
from msgspec import Struct

from phonetui.core import script
from phonetui.core.call import Draft
from phonetui.core.call_flow import HELD_DOWN, TOO_SOON
from phonetui.core.campaign import Campaign, Disposition
from phonetui.core.conditions import Listener
from phonetui.core.standard_dispositions import USUAL
from phonetui.core.voter import Voter
from tests.terminal import Terminal
from tests.torture.laptop import Found

#: Seconds that a voter is looked at before a key, and before the same key once more.
A_LOOK, AGAIN = TOO_SOON + 0.05, HELD_DOWN + 0.05
RESULTS = [disposition for disposition in USUAL if not disposition.call_back]
LETTERS = "nosz"
#: What the screen says before a result's key is to come once more.
ASKS = "again, or Esc."
#: The script that is gone through has no conditions.
ANYBODY = Listener(Voter("", "", ""), date.min)

_STEP = re.compile(r"\b(\d+) of (\d+) ·")


def name_on(text: str) -> str:
    """Who stands at the head of the voter's column, as `laptop.shown` puts it."""
    return " ".join(line.partition("│")[0].strip() for line in text.split("\n")[1:3]).strip()


def note_on(text: str) -> str:
    """The note in the voter's column, one word that may take several lines."""
    column = [line.partition("│")[0].strip() for line in text.split("\n")[1:-2]]
    return "".join(takewhile(bool, column[column.index("Note") + 1 :])) if "Note" in column else ""


def step_on(text: str) -> int:
    """The number of the script's step."""
    step = _STEP.search(text)
    return int(step[1]) if step else 0


class Memory(Struct, frozen=True):
    """What the caller knows to be saved. `name` is empty while it is not known who comes next.

    `notes` are the texts that the note went through while it was typed; any may be the last that was saved.
    `back` are the outcomes that can be taken back, the voter's name and draft each.
    """

    name: str = ""
    draft: Draft = Draft()
    notes: tuple[str, ...] = ("",)
    drafts: dict[str, Draft] = {}
    standing: dict[str, str] = {}
    outcomes: int = 0
    undos: int = 0
    skips: int = 0
    back: tuple[tuple[str, Draft], ...] = ()
    reached: bool = False
    skipped: bool = False
    taken_back: bool = False
    last_result: str = ""


class Deed(Struct, frozen=True):
    """Keys to press, one after the other, what is to be remembered after them, and how the screen shows it.

    `asks` is what the screen says before a second key of anything but a note.
    """

    what: str
    keys: tuple[str, ...]
    after: Memory
    shows: Callable[[str], bool]
    asks: str = ASKS


def remembered(found: Found, names: dict[str, str]) -> Memory:
    """What a journal says was done, which is what the next start is held to."""
    call, made, by_id = found.call, found.made(), {voter_id: name for name, voter_id in names.items()}
    return Memory(
        name=by_id.get(call.voter_id, ""),
        draft=call.draft,
        notes=(call.draft.note,),
        drafts={by_id[voter_id]: draft for voter_id, draft in call.drafts.items()},
        standing={by_id[voter_id]: standing[-1] for voter_id, standing in found.standing().items()},
        outcomes=made["Outcome"],
        undos=made["Undo"],
        skips=made["Skip"],
        back=tuple((by_id[saved.voter_id], saved.draft) for saved in call.back),
        reached=bool(call.settled),
        skipped=call.skipped,
    )


# -- what can be done --------------------------------------------------------------------------------------------------


def result(random: Random, memory: Memory, campaign: Campaign | None) -> Deed:
    """A result key; the voter leaves the screen."""
    begun = memory.draft.place.disclosed
    disposition = random.choice([one for one in RESULTS if one.id != memory.last_result and (begun or not one.talk)])
    drafts = {name: draft for name, draft in memory.drafts.items() if name != memory.name}
    after = msgspec.structs.replace(
        _left(memory, drafts),
        standing={**memory.standing, memory.name: disposition.id},
        outcomes=memory.outcomes + 1,
        back=(*memory.back, (memory.name, memory.draft))[-20:],
        reached=disposition.about == "person",
        skipped=False,
        taken_back=False,
        last_result=disposition.id,
    )
    loses_answers = bool(memory.draft.place.answers) and not disposition.contact
    keys = (disposition.key,) * (2 if disposition.confirm or loses_answers else 1)
    asks = f"press {disposition.key} again" if loses_answers else ASKS
    return Deed(disposition.id, keys, after, _saved(memory, disposition), asks)


def _saved(memory: Memory, disposition: Disposition) -> Callable[[str], bool]:
    said = f"✓ {disposition.label['en']} saved for"
    return lambda text: said in text and name_on(text) not in ("", memory.name)


def skip(random: Random, memory: Memory, campaign: Campaign | None) -> Deed:
    """The voter goes back uncalled."""
    after = msgspec.structs.replace(_left(memory, memory.drafts), skips=memory.skips + 1, skipped=True)
    typed = memory.draft.note or memory.draft.place.answers
    return Deed(
        "skip",
        ("s", "1") if typed else ("s",),
        after,
        lambda text: "Skipped;" in text and name_on(text) not in ("", memory.name),
        asks="1 skip all the same",
    )


def undo(random: Random, memory: Memory, campaign: Campaign | None) -> Deed:
    """The last result is taken back; its voter is on the screen again, unless the campaign has taken them back too."""
    name, draft = memory.back[-1]
    after = msgspec.structs.replace(
        memory,
        name=name if campaign else "",
        draft=draft,
        notes=(draft.note,),
        drafts={**memory.drafts, memory.name: memory.draft, name: draft},
        standing={voter: disposition for voter, disposition in memory.standing.items() if voter != name},
        undos=memory.undos + 1,
        back=memory.back[:-1],
        reached=True,
        taken_back=True,
    )
    return Deed(
        "undo", ("u",), after, lambda text: "Taken back;" in text and name_on(text) == (after.name or name_on(text))
    )


def step(random: Random, memory: Memory, campaign: Campaign | None) -> Deed:
    """An answer, the next step, or the one before."""
    assert campaign is not None
    place, whom = memory.draft.place, ANYBODY
    ways = {str(number): script.answer(campaign, whom, place, number) for number in (1, 2)}
    ways |= {" ": script.forward(campaign, whom, place), "\x7f": script.back(campaign, whom, place)}
    key, there = random.choice([(key, to) for key, to in ways.items() if to is not None and to.steps != place.steps])
    shown = [each.id for each in campaign.steps].index(there.step_id) + 1
    after = msgspec.structs.replace(memory, draft=Draft(there, memory.draft.note))
    return Deed(f"step {key!r}", (key,), after, lambda text: step_on(text) == shown)


def note(random: Random, memory: Memory, campaign: Campaign | None) -> Deed:
    """A few letters are typed behind the note that is there; the line to type stays open."""
    before = memory.draft.note
    typed = "".join(random.choices(LETTERS, k=random.randint(1, 4)))
    notes = tuple(before + typed[:length] for length in range(len(typed) + 1))
    after = msgspec.structs.replace(memory, draft=Draft(memory.draft.place, notes[-1]), notes=notes)
    return Deed("note", ("i", *typed), after, lambda text: note_on(text) == notes[-1])


def _left(memory: Memory, drafts: dict[str, Draft]) -> Memory:
    return msgspec.structs.replace(memory, name="", draft=Draft(), notes=("",), drafts=drafts, reached=False)


Choose = Callable[[Random, Memory, Campaign | None], Deed]


def any_deed(random: Random, memory: Memory, campaign: Campaign | None) -> Deed:
    """Whatever can be done now; without the campaign the script is left alone."""
    choices: list[Choose] = [result, result, note]
    if campaign:
        choices += [step, step]
    if memory.back and not memory.skipped and (campaign or not memory.taken_back):
        choices.append(undo)  # on line a second one after the other cannot be told from the first
    if not memory.reached:  # once somebody was reached at the number, a skip is no event
        choices.append(skip)
    return random.choice(choices)(random, memory, campaign)


class Caller:
    """Presses keys in `terminal`. `memory` is what the screen has shown to be saved, `pending` what it may yet show."""

    def __init__(self, terminal: Terminal, memory: Memory, campaign: Campaign | None, random: Random) -> None:
        self.terminal = terminal
        self.memory = memory
        self.pending: Deed | None = None
        self.random = random
        self._campaign = campaign
        self._looked_since = 0.0

    def arrives(self) -> None:
        """The start goes on where the caller was; raises `AssertionError` where it does not."""
        try:
            self.terminal.sees(self._is_as_left)
        except AssertionError as another:
            left = f"{self.memory.name}, {self.memory.draft}, {self.memory.drafts}"
            raise AssertionError(f"the start does not go on with {left}: {another}") from None
        self._learn()

    def _is_as_left(self, text: str) -> bool:
        name, memory = name_on(text), self.memory
        if not name or "? help" not in text:
            return False
        if not memory.name:
            return True
        steps = [each.id for each in self._campaign.steps] if self._campaign else []
        at = steps.index(memory.draft.place.step_id) + 1 if steps else step_on(text)
        return (name, step_on(text), note_on(text)) == (memory.name, at, memory.draft.note)

    def does(self, choose: Choose) -> None:
        """Does it, and waits until the screen shows it; a note is closed."""
        deed = self.begins(choose)
        self.terminal.sees(deed.shows)
        self.memory, self.pending = deed.after, None
        if deed.what == "note":
            self.terminal.press("\r")
            self.terminal.sees("? help")
        self._learn()

    def begins(self, choose: Choose, *, slowly: float = 0.0) -> Deed:
        """Presses the keys, letters at most `slowly` seconds apart, and waits for nothing but what a key asks."""
        deed = self.pending = choose(self.random, self.memory, self._campaign)
        self.terminal.looks(max(0.0, self._looked_since + A_LOOK - time.monotonic()))
        for place, key in enumerate(deed.keys):
            if place and deed.what != "note":
                self.terminal.sees(deed.asks)
                self.terminal.looks(AGAIN)
            elif place:
                self.terminal.looks(self.random.uniform(0, slowly))
            self.terminal.press(key)
        return deed

    def _learn(self) -> None:
        """Who is on the screen now."""
        name = name_on(self.terminal.text)
        if name != self.memory.name:
            draft = self.memory.drafts.get(
                name, Draft(script.start(self._campaign) if self._campaign else script.Place())
            )
            self.memory = msgspec.structs.replace(self.memory, name=name, draft=draft, notes=(draft.note,))
        self._looked_since = time.monotonic()
