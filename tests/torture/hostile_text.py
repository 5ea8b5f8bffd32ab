"""Whatever is written into a name, a script or a file, nothing but text comes out, in its place and as it was meant."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from phonetui import wire
from phonetui.cli import _json
from phonetui.client.campaign_server import NotPhonetui
from phonetui.client.received import EXACT, cleaned
from phonetui.core import text as texts
from phonetui.core.text import clean, visible
from phonetui.server.cells import cell
from phonetui.tui.blanking import WAKING
from phonetui.tui.steady import steadied
from phonetui.wire import ExchangeReply
from tests.terminal import Terminal
from tests.torture.hostile.app import voters
from tests.torture.hostile.campaign import ZONE
from tests.torture.hostile.coming_out import written, wrong_letters, wrong_lines
from tests.torture.hostile.drawing import SIZES, wrong_drawings
from tests.torture.hostile.files import prove_files
from tests.torture.hostile.filling import filled
from tests.torture.hostile.payloads import hostile
from tests.torture.promise import Control, Findings, Promise, Trials

REPOSITORY = Path(__file__).parents[2]
#: Voters that one start of the application shows.
VOTERS = 16
#: Seconds that a person looks before the next key, and before a result.
A_LOOK, A_LONG_LOOK = 0.1, 0.3
#: Where the lines between the columns stand at 80 columns.
RULES = (24, 61)
_E164 = re.compile(r"\+[1-9]\d{4,14}")

#: All that crosses between laptop and server; every string is in a reply, and in one of the others in turn.
ENVELOPES: tuple[type[Struct], ...] = tuple(
    kind for kind in vars(wire).values() if isinstance(kind, type) and issubclass(kind, Struct)
)


# -- what is cleaned, drawn and written down, without a terminal -------------------------------------------------------


def prove_texts(seeds: Sequence[int]) -> Findings:
    """One string a seed, in every field of everything that crosses, in every line of the screen, in cells and print."""
    failures: list[str] = []
    for seed in seeds:
        try:
            failures += [f"seed {seed}: {wrong}" for wrong in dict.fromkeys(_wrong(seed))]
        except Exception as error:  # noqa: BLE001 - whatever the program raises is a finding
            failures.append(f"seed {seed}: {type(error).__name__}: {error}")
    return Findings(len(seeds), len(seeds), tuple(failures))


def _wrong(seed: int) -> Iterator[str]:
    text = hostile(seed)
    for longest in (1, 40, 2_000):
        once = clean(text, longest)
        yield from (f"{each} is left in a clean text" for each in wrong_letters(once))
        if len(once) > longest or clean(once, longest) != once:
            yield "a clean text is too long, or not clean yet"
    for kind in (ExchangeReply, ENVELOPES[seed % len(ENVELOPES)]):
        yield from _wrong_envelope(kind, text)
    for size in SIZES[seed % 2 :: 2]:
        yield from wrong_drawings(text, *size)
    yield from _wrong_writing(text)


def _wrong_envelope(kind: type[Struct], text: str) -> Iterator[str]:
    """The text where people read, then where ids are: those are taken as they are, or not at all."""
    for among_ids in (False, True):

        def write(path: str, among_ids: bool = among_ids) -> str:
            name = path.rpartition(".")[2]
            if among_ids or not (name in EXACT or name.endswith("_id") or name == "zone"):
                return text
            return ZONE if name == "zone" else "K"

        try:
            taken = cleaned(filled(kind, write))
        except NotPhonetui:
            if not among_ids:
                yield f"{kind.__name__} was refused for a text that is no id"
            continue
        for each in _texts(taken):
            yield from (f"{wrong} is left in a {kind.__name__}" for wrong in wrong_lines(each))


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Struct():
            yield from _texts(tuple(getattr(value, name) for name in value.__struct_fields__))
        case dict():
            for key, item in value.items():
                yield from (*_texts(key), *_texts(item))
        case tuple():
            for item in value:
                yield from _texts(item)


def _wrong_writing(text: str) -> Iterator[str]:
    in_cell = cell(text)
    yield from (f"{each} is left in a cell" for each in wrong_letters(in_cell))
    if in_cell[:1] in tuple("=+-@＝＋－＠\t\r") and not (in_cell == "" or _E164.fullmatch(in_cell)):
        yield "a cell is a formula"
    printed = visible(text)
    if any(ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 for letter in printed.replace("\n", "")):
        yield "a control is printed"
    as_json = _json({text: text})
    if not (as_json.isascii() and as_json.isprintable()):
        yield "a control is in the JSON"
    once = clean(text, 60)
    drawn, wrong = written(steadied(once).encode("utf-8", "replace"))
    yield from wrong
    if drawn != once:
        yield "what is drawn is not what was clean"


# -- the application in a terminal -------------------------------------------------------------------------------------


def prove_screens(seeds: Sequence[int]) -> Findings:
    """One start a seed: a hostile campaign, so many voters, and every screen that can be opened on them."""
    return _screens(seeds, ())


def _screens(seeds: Sequence[int], words: Sequence[str]) -> Findings:
    failures: list[str] = []
    for seed in seeds:
        failures += [f"seed {seed}: {wrong}" for wrong in dict.fromkeys(_wrong_screen(seed, words))]
    return Findings(len(seeds), len(seeds) * VOTERS, tuple(failures))


def _wrong_screen(seed: int, words: Sequence[str]) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.torture.hostile.app", folder, str(seed), str(VOTERS), *words]
        environment = {"PYTHONPATH": str(REPOSITORY), "LANG": "C.UTF-8", "HOME": folder, "PATH": "/usr/bin:/bin"}
        with Terminal(command, environment) as terminal:
            try:
                yield from _shift(terminal, seed)
            except AssertionError as error:
                yield str(error)
            shown, wrong = written(terminal.output)
            yield from wrong
    for name, _ in voters(seed, VOTERS)[1::2]:
        if name not in shown:
            yield f"{name} is not shown as it is written"


def _shift(terminal: Terminal, seed: int) -> Iterator[str]:
    """All voters, and at each one of the screens; the first that is wrong ends it."""
    for number in range(1, VOTERS + 1):
        terminal.sees(f"555-{number:04}")
        terminal.looks(A_LOOK)
        if _wrong_so_far(terminal):
            return
        _visit(terminal, VISITS[(seed + number) % len(VISITS)])
        terminal.sees(f"555-{number:04}")
        terminal.sees(lambda _: _in_place(terminal))
        if number % 4:
            terminal.press("s")
        else:
            terminal.looks(A_LONG_LOOK)
            terminal.press("nbwx"[number // 4 % 4])
    terminal.looks(A_LOOK)
    terminal.press("q")
    if terminal.ends() != 0:
        yield f"it ended with code {terminal.process.returncode}"


def _wrong_so_far(terminal: Terminal) -> bool:
    whole = terminal.output.rpartition(b"\x1b")[0]
    return bool(written(whole)[1])


#: What a key opens, by words of ours that stand there; what is typed there; and the keys that leave it.
VISITS = (
    ("\t", "Tab script", "", "\t"),
    ("/", "Esc closes", "o", "\x1b"),
    ("?", "Every key", " ", "\x1b"),
    ("\x10", "\N{RIGHT-POINTING MAGNIFYING GLASS}", "n", "\x1b"),
    ("!", "press ! again", "", "\x1b"),
    ("c", "Esc", "", "\x1b"),
    ("i", "Enter saves", "x", "\r"),
    ("e", "Wrong is the", "1", "\x1b"),
    (" ", "", "", "\x7f"),
    ("z", "any key to come back", "", "x"),
)


def _visit(terminal: Terminal, visit: tuple[str, str, str, str]) -> None:
    opens, words, types, leaves = visit
    terminal.looks(A_LONG_LOOK if opens == "!" else 0)  # a result's key too soon after a voter's coming is not meant
    terminal.press(opens)
    terminal.sees(words)
    terminal.press(types)
    terminal.looks(A_LOOK)
    terminal.press(leaves)
    terminal.sees(lambda text: not (words and words in text) and text.endswith("? help"))
    terminal.looks(WAKING if opens == "z" else A_LOOK)  # a note, too, is saved before the next key counts


def _in_place(terminal: Terminal) -> bool:
    """Whether the lines between the columns stand in their cells in every row but those above and below."""
    return all(set(terminal.column(x)[1:-4]) == {"│"} for x in RULES)


# -- without a safeguard -----------------------------------------------------------------------------------------------


def _cleaning_nothing(prove: Callable[[Sequence[int]], Findings]) -> Callable[[Sequence[int]], Findings]:
    def proved(seeds: Sequence[int]) -> Findings:
        whole = texts.clean.__code__
        texts.clean.__code__ = (lambda text, longest: text).__code__
        try:
            return prove(seeds)
        finally:
            texts.clean.__code__ = whole

    return proved


def _screens_cleaning_nothing(seeds: Sequence[int]) -> Findings:
    return _screens(seeds, ("cleaning nothing",))


PROMISE = Promise(
    12,
    "Hostile text",
    "Whatever a server, a campaign file or a voter file writes into a text, no byte of it controls the terminal, and "
    "real names come through unchanged.",
    trials=(
        Trials("texts", prove_texts, quick=1_000, full=10_000),
        Trials("files", prove_files, quick=100, full=500),
        Trials("screens", prove_screens, quick=6, full=30),
    ),
    controls=(
        Control("cleaning, in every text", _cleaning_nothing(prove_texts), 3),
        Control("cleaning, on the screen", _screens_cleaning_nothing, 1),
        Control("cleaning, in files", _cleaning_nothing(prove_files), 3),
    ),
)
