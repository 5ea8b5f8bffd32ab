"""Whatever is written into a name, a script or a file, nothing but text comes out, in its place and as it was meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from phonetui import wire
from phonetui.cli import _json
from phonetui.client.campaign_server import NotPhonetui
from phonetui.client.received import EXACT, cleaned
from phonetui.core import text as texts
from phonetui.core.text import clean, visible
from phonetui.screen.steady import steadied
from phonetui.server.cells import cell
from phonetui.wire import ExchangeReply
from tests.torture.hostile.campaign import ZONE
from tests.torture.hostile.coming_out import written, wrong_letters, wrong_lines
from tests.torture.hostile.dealing import all_places_each, one_place_each
from tests.torture.hostile.drawing import SIZES, wrong_drawings
from tests.torture.hostile.files import prove_files
from tests.torture.hostile.filling import filled
from tests.torture.hostile.payloads import PAYLOADS, hostile
from tests.torture.hostile.screens import RULES, wrong_screens
from tests.torture.promise import Control, Findings, Promise, Trials

#: Strings that one start of the application shows at most; voters of one that shows each in every text.
STRINGS, VOTERS = 417, 16
WINDOWS = tuple(RULES)
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


def prove_strings(seeds: Sequence[int]) -> Findings:
    """One string a seed, each in a text of its own; as many as there is room for in a start, and each must be seen."""
    return _strings(seeds, ())


def _strings(seeds: Sequence[int], words: Sequence[str]) -> Findings:
    found = Findings()
    for at in range(0, len(seeds), STRINGS):
        of_start = seeds[at : at + STRINGS]
        wrong = wrong_screens(one_place_each(of_start), WINDOWS[of_start[0] % 2], words)
        failures = (f"seeds {of_start[0]} to {of_start[-1]}: {each}" for each in dict.fromkeys(wrong))
        found += Findings(len(of_start), len(of_start), tuple(failures))
    return found


def prove_payloads(seeds: Sequence[int]) -> Findings:
    """One start a seed: of the payloads as many as there are voters in a start, each in every text of its voter."""
    found = Findings()
    for seed in seeds:
        payloads = [number % len(PAYLOADS) for number in range(seed * VOTERS, (seed + 1) * VOTERS)]
        wrong = wrong_screens(all_places_each(payloads), WINDOWS[seed % 2])
        found += Findings(1, VOTERS, tuple(f"seed {seed}: {each}" for each in dict.fromkeys(wrong)))
    return found


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


def _strings_cleaning_nothing(seeds: Sequence[int]) -> Findings:
    return _strings(range(seeds[0] * STRINGS, (seeds[-1] + 1) * STRINGS), ("cleaning nothing",))


PROMISE = Promise(
    12,
    "Hostile text",
    "Whatever a server, a campaign file or a voter file writes into a text, no byte of it controls the terminal, and "
    "real names come through unchanged.",
    trials=(
        Trials("strings in a terminal", prove_strings, quick=1_000, full=10_000),
        Trials("payloads in every text, in a terminal", prove_payloads, quick=1, full=5),
        Trials("texts without a terminal", prove_texts, quick=300, full=3_000),
        Trials("files", prove_files, quick=60, full=500),
    ),
    controls=(
        Control("cleaning, in every text", _cleaning_nothing(prove_texts), 3),
        Control("cleaning, on the screen", _strings_cleaning_nothing, 1),
        Control("cleaning, in files", _cleaning_nothing(prove_files), 3),
    ),
)
