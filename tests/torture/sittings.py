"""A caller's sittings at one laptop, each ended by something else, and each going on where the one before was ended."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from math import ceil
from pathlib import Path
from random import Random

from tests.torture.at_the_keys import Caller, Memory, name_on, note_on, remembered
from tests.torture.laptop import Found, Laptop, offline, online
from tests.torture.promise import Findings

#: Trials at one laptop, at most; and laptops at once in one process, for most of a trial is waiting.
TRIALS, LAPTOPS = 25, 2
#: Households on hand there for each trial, more than are called in one.
HOUSEHOLDS = 5

#: Ends the caller's sitting somehow; says what was wrong with the end, and nothing where nothing was.
Trial = Callable[[Caller, Laptop, int], str]


def prove(seeds: Sequence[int], trial: Trial, *, has_line: bool = False, without: str = "") -> Findings:
    """One sitting a seed. Offline by default, else at a real campaign server; `without` names a safeguard to remove."""
    laptops = 1 if has_line else LAPTOPS
    size = min(TRIALS, max(3, ceil(len(seeds) / laptops)))
    parts = [seeds[first : first + size] for first in range(0, len(seeds), size)]
    with ThreadPoolExecutor(laptops) as callers:
        found = callers.map(lambda some: _at_one_laptop(some, trial, has_line=has_line, without=without), parts)
        return sum(found, Findings())


def _at_one_laptop(seeds: Sequence[int], trial: Trial, *, has_line: bool, without: str) -> Findings:
    with tempfile.TemporaryDirectory(prefix="phonetui-kills-") as folder, ExitStack() as ending:
        laptop = online(Path(folder), ending) if has_line else offline(Path(folder), HOUSEHOLDS * len(seeds) + 1)
        failures = [f"seed {seed}: {broken}" for seed, broken in _sit(laptop, seeds, trial, without)]
    return Findings(len(seeds), len(seeds), tuple(failures))


def _sit(laptop: Laptop, seeds: Sequence[int], trial: Trial, without: str) -> Iterator[tuple[int, str]]:
    """The seeds of the trials that failed, and how."""
    memory = _now(laptop)
    for seed in seeds:
        with laptop.start(without) as terminal:
            caller = Caller(terminal, memory, laptop.campaign, Random(seed))
            try:
                broken = trial(caller, laptop, seed)
            except AssertionError as waited_in_vain:
                broken = str(waited_in_vain)
        broken = broken or wrong(caller, laptop.found(), laptop.voters)
        if broken:
            yield seed, broken
        memory = _now(laptop)
    if broken := _last_start(laptop, memory, without):
        yield seeds[-1], broken


def _last_start(laptop: Laptop, memory: Memory, without: str) -> str:
    """What is wrong with the start after the last trial. On line everything is then at the campaign, and once."""
    with laptop.start(without) as terminal:
        try:
            Caller(terminal, memory, laptop.campaign, Random(0)).arrives()
            if laptop.database:
                terminal.sees("all sent")
        except AssertionError as waited_in_vain:
            return str(waited_in_vain)
    written = sorted(event.id for event in laptop.found().events)
    if laptop.database and laptop.at_the_campaign != written:
        return f"the campaign has {len(laptop.at_the_campaign)} events of {len(written)}"
    return ""


def _now(laptop: Laptop) -> Memory:
    found = laptop.found()
    return remembered(found, laptop.voters)


def wrong(caller: Caller, found: Found, names: dict[str, str]) -> str:
    """What is wrong with a journal after a sitting; empty where nothing is."""
    is_there = remembered(found, names)
    may_be = [caller.memory, *([caller.pending.after] if caller.pending else [])]
    fitting = [memory for memory in may_be if not list(_differences(is_there, memory))]
    if found.complaints:
        return f"its pages are wrong: {found.complaints}"
    if twice := [event for event, times in Counter(event.id for event in found.events).items() if times > 1]:
        return f"these events are there twice: {twice}"
    if several := [voter for voter, standing in found.standing().items() if len(standing) > 1]:
        return f"two results stand for {several}"
    if not fitting:
        return "; or ".join(", ".join(_differences(is_there, memory)) for memory in may_be)
    return _behind(caller, is_there, fitting, names)


def _differences(is_there: Memory, shown: Memory) -> Iterator[str]:
    """Where a journal does not have what the screen had shown; who comes next the screen may not have shown yet."""
    pairs = {
        each: (getattr(is_there, each), getattr(shown, each)) for each in ("standing", "outcomes", "undos", "skips")
    }
    pairs["can be taken back"] = ([name for name, _ in is_there.back], [name for name, _ in shown.back])
    if shown.name:
        pairs["on the screen"] = (is_there.name, shown.name)
        pairs["in the script"] = (
            is_there.draft.place,
            shown.draft.place if shown.draft.place.steps else is_there.draft.place,
        )
        pairs["note"] = (
            is_there.draft.note,
            is_there.draft.note if is_there.draft.note in shown.notes else shown.notes,
        )
    yield from (f"{what}: {there}, not {seen}" for what, (there, seen) in pairs.items() if there != seen)


def _behind(caller: Caller, is_there: Memory, fitting: Sequence[Memory], names: Collection[str]) -> str:
    """Where the screen was ahead of the journal when the sitting ended."""
    text, pending = caller.terminal.text, caller.pending
    if pending and pending.shows(text) and pending.after not in fitting:
        return f"the screen had moved past “{pending.what}”, the journal has not"
    name = name_on(text)
    if name in names and name not in (caller.memory.name, is_there.name):
        return f"{name} was on the screen, the journal has {is_there.name}"
    notes, shown = fitting[-1].notes, note_on(text)
    if shown in notes and is_there.draft.note in notes and notes.index(is_there.draft.note) < notes.index(shown):
        return f"the note was shown as saved up to “{shown}”, the journal has “{is_there.draft.note}”"
    return ""
