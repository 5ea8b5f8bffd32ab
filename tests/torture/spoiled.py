"""Journals as shifts leave them, and the same with damage: which calls are untouched is found out without the product.

Pages are decrypted here by AES itself, and a call is on the pages that hold its bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from random import Random

import msgspec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from phonetui.client import journal_reading as reading
from phonetui.client import journal_writing as writing
from phonetui.client.journal import Entry
from phonetui.client.journal_file import JournalFile
from phonetui.client.outbox import Taken
from tests.client.people import KEY, entry, lease, reply

PAGE, SECTOR = 4096, 512
LOG_HEADER, FRAME_HEADER = 32, 24
FRAME = FRAME_HEADER + PAGE
#: Bytes of an event up to which it lies on one page.
SMALL = 3000
#: Bytes that name an event wherever it lies.
NAME = 48
#: A log that ends in damage cannot be told from one that a power cut left; so much of it may go without a word.
LAST_COMMITS = 2
_NOTES = (0, 0, 0, 30, 300, 1000, 6000)


class Journal:
    """Every event that a shift recorded, those still unsent, and the bytes of file and log.

    `statements` are run after it, as one transaction, and then the caller goes on.
    """

    def __init__(self, path: Path, random: Random, statements: Sequence[str] = ()) -> None:
        self.recorded: dict[str, Entry] = {}
        opened = JournalFile(path, KEY)
        for _ in range(random.randint(30, 200)):
            self._do_something(opened, random)
        self.unsent = {each.id: each for each in opened.run(reading.unsent)}
        if statements:
            opened.run(lambda connection: [connection.execute(statement) for statement in statements])
            for _ in range(LAST_COMMITS + 1):
                opened.record([], [], [], [], b'"the next"')
        if random.random() < 0.25:
            opened.close()
        log = path.with_name(f"{path.name}-wal")
        self.file, self.log = path.read_bytes(), log.read_bytes() if log.exists() else b""
        opened.close()

    def _do_something(self, opened: JournalFile, random: Random) -> None:
        seq = len(self.recorded) + 1
        match random.choices(("call", "draft", "exchange", "end"), (12, 4, 2, 0.3))[0]:
            case "call":
                made = entry(seq, note="n" * random.choice(_NOTES))
                opened.record([made], [made.household_id], [], [], msgspec.json.encode(seq))
                self.recorded[made.id] = made
            case "draft":
                opened.record([], [], [], [], msgspec.json.encode("d" * random.randint(0, 500)))
            case "exchange":
                unsent = [each.id for each in opened.run(reading.unsent)]
                taken = Taken(
                    reply=reply(leases=tuple(lease(seq + more) for more in range(random.randint(0, 9)))),
                    acknowledged=tuple(unsent[: random.randint(0, len(unsent) // 2)]),
                )
                opened.run(lambda connection: writing.take(connection, taken))
            case "end":
                opened.run(lambda connection: writing.end_shift(connection, keep_hand=True))
                opened.truncate()

    @cached_property
    def frames(self) -> tuple[tuple[int, bool, bytes], ...]:
        """Of the log's last round: page number, whether it ends a commit, the page decrypted."""
        salts = self.log[16:24]
        starts = range(LOG_HEADER, len(self.log) - FRAME + 1, FRAME)
        heads = [(at, *struct.unpack(">2I8s", self.log[at : at + 16])) for at in starts]
        return tuple(
            (number, bool(length), decrypted(self.log[at + FRAME_HEADER : at + FRAME]))
            for at, number, length, its_salts in heads
            if its_salts == salts
        )

    @cached_property
    def places(self) -> dict[int, tuple[str, int, bytes]]:
        """Where the newest of each page lies: in the file or the log, from which byte; and the page decrypted."""
        numbered = enumerate((self.file[at : at + PAGE] for at in range(0, len(self.file), PAGE)), 1)
        places = {number: ("file", (number - 1) * PAGE, decrypted(page)) for number, page in numbered}
        places |= {
            number: ("log", LOG_HEADER + place * FRAME, page) for place, (number, _, page) in enumerate(self.frames)
        }
        return places

    @cached_property
    def pages_of(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """By its id, the places of all pages that hold a small unsent event's bytes."""
        return {
            each.id: tuple((where, at) for where, at, page in self.places.values() if each.body in page)
            for each in self.unsent.values()
            if len(each.body) <= SMALL
        }

    @cached_property
    def commits(self) -> tuple[int, ...]:
        """Where each commit in the log ends."""
        ends = [LOG_HEADER + (place + 1) * FRAME for place, (_, ends, _) in enumerate(self.frames) if ends]
        return tuple(ends)

    @cached_property
    def saved_at(self) -> dict[str, int]:
        """By the ids of unsent events, the byte of the log with which each was there; 0 for those in the file."""
        in_file = b"".join(decrypted(self.file[at : at + PAGE]) for at in range(0, len(self.file), PAGE))
        return {each.id: 0 if each.body[:NAME] in in_file else self._first_at(each) for each in self.unsent.values()}

    def _first_at(self, made: Entry) -> int:
        first = next(place for place, (_, _, page) in enumerate(self.frames) if made.body[:NAME] in page)
        return next(end for end in self.commits if end >= LOG_HEADER + (first + 1) * FRAME)


def decrypted(page: bytes) -> bytes:
    """A page as SQLCipher's documentation describes it: AES-256 in CBC, the IV at its end before the signature."""
    cipher = Cipher(algorithms.AES(KEY), modes.CBC(page[PAGE - 80 : PAGE - 64]))
    decryptor = cipher.decryptor()
    return decryptor.update(page[: PAGE - 80]) + decryptor.finalize() if len(page) == PAGE else b""


class Spoiled:
    """The journal's bytes after `spots` of damage; `cut` says that the log is too short."""

    def __init__(self, journal: Journal, random: Random) -> None:
        self.file, self.log = bytearray(journal.file), bytearray(journal.log)
        self.spots = random.choice((1, 1, 1, 2, 4))
        self.cut = False
        for _ in range(self.spots):
            content = self.log if self.log and random.random() < 0.5 else self.file
            self._spoil(content, random)

    def _spoil(self, content: bytearray, random: Random) -> None:
        if not content:
            return
        kind = random.choice(("cut", "sector", "sector", "page", "head", "bit"))
        self.cut = self.cut or (content is self.log and kind == "cut")
        if kind == "cut":
            del content[random.randrange(len(content)) :]
            return
        start, length = {
            "sector": (random.randrange(len(content)) // SECTOR * SECTOR, SECTOR),
            "page": (random.randrange(len(content)) // PAGE * PAGE, PAGE),
            "head": (0, random.choice((1, 16, 100, SECTOR, PAGE))),
            "bit": (random.randrange(len(content)), 1),
        }[kind]
        end = min(start + length, len(content))
        content[start:end] = random.choice((random.randbytes(end - start), bytes(end - start)))

    @property
    def content(self) -> tuple[bytes, bytes]:
        """File and log."""
        return bytes(self.file), bytes(self.log)

    def untouched(self, journal: Journal) -> Iterator[str]:
        """The ids of the events on pages that are as they were, committed by a commit that is."""
        for event_id, places in journal.pages_of.items():
            if self.keeps(journal, places):
                yield event_id

    def keeps(self, journal: Journal, places: Sequence[tuple[str, int]]) -> bool:
        """Whether the pages at these places are as they were, and committed by a commit that is."""
        last = max((end for end in journal.commits if self._same(journal, "log", end - FRAME)), default=0)
        return all(self._same(journal, *place) and (place[0] == "file" or place[1] < last) for place in places)

    def before_damage(self, journal: Journal) -> Iterator[str]:
        """The ids of the events that were in the log before its first damaged byte, or in the file."""
        pairs = enumerate(zip(journal.log, self.log, strict=False))
        damaged = next((at for at, (was, is_now) in pairs if was != is_now), min(len(journal.log), len(self.log)))
        for event_id, end in journal.saved_at.items():
            if end <= damaged:
                yield event_id

    def _same(self, journal: Journal, where: str, at: int) -> bool:
        was, is_now = (journal.log, self.log) if where == "log" else (journal.file, self.file)
        end = at + (FRAME if where == "log" else PAGE)
        return was[at:end] == is_now[at:end]
