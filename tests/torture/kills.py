"""Promise 1: a kill at any moment loses nothing that the screen had moved past, and the next start goes on from there.

The real application in a terminal, driven by keys and killed at a moment that the seed chooses.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from tests.torture import sittings
from tests.torture.at_the_keys import Caller, Choose, Deed, any_deed, note, result
from tests.torture.endings import prove_endings
from tests.torture.laptop import Laptop
from tests.torture.promise import Control, Findings, Promise, Trials

#: Seconds after a key in which it is answered, and in which a start or an end is over.
A_KEY, A_START = 0.04, 0.8
#: Seconds for which a commit is waited for.
A_COMMIT = 1.0

Moment = Callable[[Caller, Laptop], None]


def while_it_starts(caller: Caller, laptop: Laptop) -> None:
    """Before anybody could press anything."""
    caller.terminal.looks(caller.random.uniform(0, A_START))


def soon_after_a_key(caller: Caller, laptop: Laptop, choose: Choose = any_deed) -> None:
    """Within milliseconds."""
    _some_deeds(caller)
    caller.begins(choose)
    time.sleep(caller.random.uniform(0, A_KEY))


def at_the_answer(caller: Caller, laptop: Laptop, choose: Choose = any_deed) -> None:
    """As soon as the terminal has been told anything."""
    _some_deeds(caller)
    caller.begins(choose)
    caller.terminal.answers()


def at_the_commit(caller: Caller, laptop: Laptop, choose: Choose = any_deed) -> None:
    """As soon as anything is in the journal's log."""
    _some_deeds(caller)
    before = laptop.journal_bytes
    caller.begins(choose)
    _until_more(laptop, before)


def while_the_courier_commits(caller: Caller, laptop: Laptop) -> None:
    """Once a key has been answered, as soon as what the campaign says of it is in the journal's log."""
    caller.arrives()
    caller.does(any_deed)
    _until_more(laptop, laptop.journal_bytes)


def in_a_note(caller: Caller, laptop: Laptop) -> None:
    """Between two letters, or soon after the last."""
    _some_deeds(caller)
    caller.begins(note, slowly=0.06)
    time.sleep(caller.random.uniform(0, A_KEY))


def while_it_ends(caller: Caller, laptop: Laptop) -> None:
    """After the keys that leave, in the middle of putting the shift away."""
    _some_deeds(caller)
    after = msgspec.structs.replace(caller.memory, back=())
    caller.pending = Deed("leave", (), after, lambda text: False)
    caller.terminal.press("q")
    caller.terminal.sees("again to leave")
    caller.terminal.press("q")
    time.sleep(caller.random.uniform(0, A_START / 2))


def _some_deeds(caller: Caller) -> None:
    caller.arrives()
    for _ in range(caller.random.randint(0, 2)):
        caller.does(any_deed)


def _until_more(laptop: Laptop, before: int) -> None:
    until = time.monotonic() + A_COMMIT
    while laptop.journal_bytes <= before and time.monotonic() < until:
        pass


#: The moments, the likelier more than once; seeds take them in turn.
OFFLINE: tuple[Moment, ...] = (
    at_the_answer,
    at_the_commit,
    soon_after_a_key,
    in_a_note,
    while_it_starts,
    at_the_answer,
    while_it_ends,
    at_the_commit,
    in_a_note,
    soon_after_a_key,
)
ONLINE: tuple[Moment, ...] = (while_the_courier_commits, at_the_answer, soon_after_a_key, at_the_commit)


def prove_kills(
    seeds: Sequence[int], moments: Sequence[Moment] = OFFLINE, *, has_line: bool = False, without: str = ""
) -> Findings:
    """A kill for each seed, at its moment."""

    def trial(caller: Caller, laptop: Laptop, seed: int) -> str:
        moments[seed % len(moments)](caller, laptop)
        caller.terminal.process.kill()
        caller.terminal.ends()
        return ""

    return sittings.prove(seeds, trial, has_line=has_line, without=without)


#: A result is what a worse journal can lose.
_AT_ANSWER, _AT_COMMIT = partial(at_the_answer, choose=result), partial(at_the_commit, choose=result)

PROMISE = Promise(
    number=1,
    title="Kills",
    says="What the screen has moved past is in the journal, and the next start goes on from there.",
    trials=(
        Trials("kills", prove_kills, quick=48, full=800),
        Trials("kills on line", partial(prove_kills, moments=ONLINE, has_line=True), quick=12, full=200),
        Trials("orderly ends", prove_endings, quick=40, full=200),
    ),
    controls=(
        Control("waiting for the commit", partial(prove_kills, moments=(_AT_ANSWER,), without="waiting"), within=12),
        Control(
            "one transaction a key", partial(prove_kills, moments=(_AT_COMMIT,), without="one-transaction"), within=12
        ),
    ),
)
