"""Hostile files: a campaign file, voter files and their maps, polling places, and the results that are exported."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import msgspec
import yaml

from phonetui import cli
from phonetui.core.event import AnyEvent, Outcome, Remark, Report
from phonetui.server.engine import database_url, open_database
from tests.server.conftest import Clock
from tests.server.phone_bank import TURNOUT, PhoneBank
from tests.torture.hostile.campaign import NOW
from tests.torture.hostile.coming_out import wrong_letters
from tests.torture.hostile.payloads import NAMES, hostile, without_surrogates
from tests.torture.promise import Findings

#: Of a text in a row of a voter file or in an event.
LONGEST = 1_000
#: The campaign that is called for, and the households borrowed at once.
CALLED, AT_ONCE = TURNOUT.campaign_id, 25
HEADER = ("id", "first name", "last name", "phone", "address", "city", "state", "zip", "party", "precinct", "tags")
_E164 = re.compile(r"\+[1-9]\d{4,14}")
_FAILED = "phonetui has failed"


def prove_files(seeds: Sequence[int]) -> Findings:
    """One string a seed, in every text of a campaign file and of a voter; all voters of a share in one file."""
    failures: list[str] = []
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, {"PHONETUI_HOME": folder}):
        office = Office(Path(folder))
        failures += office.run("server", "init")
        for seed in seeds:
            failures += [f"seed {seed}: {wrong}" for wrong in dict.fromkeys(office.campaign_file(seed))]
        failures += [f"seeds {seeds[0]} to {seeds[-1]}: {wrong}" for wrong in dict.fromkeys(office.voters(seeds))]
    return Findings(len(seeds), len(seeds), tuple(failures))


class Office:
    """An organiser's shell in a folder; every command answers with what is wrong with what it printed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.printed = ""

    def run(self, *words: object, json: bool = False) -> list[str]:
        """Types `phonetui WORDS…`."""
        out, err = io.StringIO(newline=""), io.StringIO(newline="")
        typed = [str(word) for word in words]
        with redirect_stdout(out), redirect_stderr(err):
            code = cli.main([*typed, "--data", str(self.folder / "server"), *(["--json"] if json else [])])
        self.printed = out.getvalue()
        both = self.printed + err.getvalue()
        command = " ".join(typed[:3])
        wrong = [f"`{command}` prints U+{ord(letter):04X}" for letter in _controls(both)]
        return wrong + ([f"`{command}` failed"] if _FAILED in both or code not in (0, 1) else [])

    def campaign_file(self, seed: int) -> Iterator[str]:
        """The text wherever a campaign file has words; then where it has keys and values of another kind."""
        text = without_surrogates(hostile(seed))
        file = self.folder / "campaign.yaml"
        file.write_text(yaml.safe_dump(_campaign(text)), "utf-8")
        yield from self.run("server", "campaign", "check", file)
        yield from self.run("server", "campaign", "add", file)
        yield from self.run("server", "campaign", "list")
        wrong: dict[str, object] = {
            text: text,
            "name": [text],
            "languages": [text],
            "zone": text,
            "dates": {text: text},
        }
        file.write_text(yaml.safe_dump({**_campaign(text), **wrong}), "utf-8")
        yield from self.run("server", "campaign", "check", file)
        yield from self.run("server", "campaign", "check", file, json=True)
        file.write_bytes(text.encode())  # as it is, which is hardly ever YAML
        yield from self.run("server", "campaign", "check", file)

    def voters(self, seeds: Sequence[int]) -> Iterator[str]:
        """A voter file, a map, polling places and a file to mark by; then what came of calling those voters."""
        strings = [hostile(seed)[:LONGEST] for seed in seeds]
        plain = self.folder / "plain.yaml"
        plain.write_text(yaml.safe_dump(_campaign("plain")), "utf-8")
        yield from self.run("server", "campaign", "add", plain)
        file = self._csv("voters.csv", (*HEADER, *strings[:5]), [_voter(at, it) for at, it in enumerate(strings)])
        yield from self.run("server", "voters", "import", "hostile", file)
        yield from self._cells(self.folder / "voters.csv.refused.csv")
        yield from self.run("server", "voters", "import", "hostile", file, "--dry-run", json=True)
        for text in strings[:20]:
            map_file = self.folder / "map.yaml"
            map_file.write_text(yaml.safe_dump({"phone": without_surrogates(text), without_surrogates(text): "x"}))
            yield from self.run("server", "voters", "import", "hostile", file, "--map", map_file)
            yield from self.run("server", "voters", "import", without_surrogates(text) or "x", file)
        places = self._csv(
            "places.csv", ("Precinct", "Polling Place", "Address", "Hours"), [[it] * 4 for it in strings]
        )
        yield from self.run("server", "places", "import", "hostile", places)
        yield from self.run("server", "voters", "mark", "--do-not-call", "hostile", file)
        asyncio.run(_call(self.folder / "server", strings))
        for kind in ("export", "reports"):
            yield from self.run("server", "results", kind, CALLED)
            if self.printed.count("\n") < len(strings):
                yield f"`results {kind}` leaves rows out"
            yield from self._cells_of(self.printed)
        yield from self.run("server", "results", "export", CALLED, json=True)

    def _csv(self, name: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
        file = self.folder / name
        with file.open("w", encoding="utf-8", errors="surrogatepass", newline="") as out:
            csv.writer(out).writerows([header, *rows])
        return file

    def _cells(self, file: Path) -> Iterator[str]:
        if file.exists():
            yield from self._cells_of(file.read_text("utf-8"))

    def _cells_of(self, rows: str) -> Iterator[str]:
        for row in csv.reader(io.StringIO(rows, newline="")):
            for text in row:
                yield from (f"{each} is in a cell" for each in wrong_letters(text))
                if text[:1] in ("=", "+", "-", "@", "＝", "＋", "－", "＠") and not _E164.fullmatch(text):
                    yield "a cell is a formula"


def _controls(text: str) -> list[str]:
    bidirectional = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return sorted(
        {it for it in text if (ord(it) < 32 and it not in "\r\n") or 0x7F <= ord(it) < 0xA0 or it in bidirectional}
    )


def _campaign(text: str) -> Mapping[str, object]:
    return {
        "id": "hostile",
        "name": text,
        "organisation": text,
        "languages": ["en"],
        "zone": "America/New_York",
        "dates": {"starts": "2020-01-01", "ends": "2100-01-01"},
        "calling": {"hours": {"mon-sun": "8:00-21:00"}},
        "election": text,
        "disclosure": text,
        "defaults": {"city": text},
        "dispositions": [
            {"id": "not_home", "key": "n", "label": text, "about": "number"},
            {"id": "talked", "key": "t", "label": text, "about": "person", "contact": True, "ends": True},
        ],
        "script": [
            {"id": "a", "say": text, "question": {"id": "q", "ask": text, "answers": [text, f"{text}2"]}},
            {"id": "b", "say": text, "ends": True},
        ],
        "replies": [{"question": text, "answer": text}],
    }


def _voter(number: int, text: str) -> list[str]:
    name = NAMES[number % len(NAMES)]
    phone = "" if number % 5 == 4 else f"812-555-{number % 10_000:04}"
    return [f"{number}{text}", name, text, phone, text, text, text, text, text, text, text]


def _said(done: Outcome, text: str) -> tuple[Report, Remark]:
    said = msgspec.structs.asdict(done)
    report = {**said, "kind": "report", "id": f"report-{done.seq}", "seq": done.seq + 10_000, "about": "other"}
    remark = {**said, "kind": "remark", "id": f"remark-{done.seq}", "seq": done.seq + 20_000, "step_id": text[:40]}
    return msgspec.convert({**report, "text": text}, Report), msgspec.convert({**remark, "text": text}, Remark)


async def _call(data: Path, strings: Sequence[str]) -> None:
    """A shift in which every note, answer, report and remark is one of the texts."""
    database = open_database(database_url(data, None))
    try:
        bank = PhoneBank(database, Clock(NOW))
        await bank.add()
        await bank.households(len(strings))
        dana = await bank.join("dana")
        waiting = list(map(without_surrogates, strings))
        while waiting and await dana.borrows(AT_ONCE):
            events: list[AnyEvent] = []
            for lent in tuple(dana.hand.values())[: len(waiting)]:
                text = waiting.pop()
                [voter_id] = lent.tickets
                done = dana.outcome(voter_id, "talked", note=text, answers={text[:40]: text, "q": text})
                events += [*_said(done, text), done]
            await dana.sends(*events)
    finally:
        await database.close()
