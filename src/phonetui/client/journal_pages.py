"""A journal's pages as bytes: which of them are as they were written, in the file and in its write-ahead log.

SQLCipher signs each page: https://www.zetetic.net/sqlcipher/design/. SQLite chains the log's frames by checksums and
takes the log as ended where the chain breaks, since that is how a power cut leaves it: https://sqlite.org/fileformat2.html
section 4. So a log that is damaged before its end opens without a word, less all that comes after.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterator, Sequence
from math import ceil

from msgspec import Struct

PAGE = 4096
_SALT = 16
_SIGNATURE = 64
_SALT_MASK = 0x3A

_LOG_HEADER = 32
_FRAME_HEADER = 24
_FRAME = _FRAME_HEADER + PAGE
_LITTLE_ENDIAN = 0x377F0682

Chain = tuple[int, int]


def salt(key: bytes) -> bytes:
    """What SQLCipher keeps in a file's first 16 bytes; made from the key, so that it is not lost with them."""
    return hashlib.sha256(b"phonetui journal salt\0" + key).digest()[:_SALT]


class Seal:
    """Tells a page that is as it was written; no other is ever believed."""

    def __init__(self, key: bytes) -> None:
        masked = bytes(byte ^ _SALT_MASK for byte in salt(key))
        self._key = hashlib.pbkdf2_hmac("sha512", key, masked, 2, len(key))

    def holds(self, number: int, page: bytes) -> bool:
        """Whether `page`, whole, was written as page `number`."""
        if len(page) != PAGE:
            return False
        content = page[_SALT if number == 1 else 0 : -_SIGNATURE]
        signature = hmac.digest(self._key, content + number.to_bytes(4, "little"), "sha512")
        return hmac.compare_digest(signature, page[-_SIGNATURE:])


class Frame(Struct, frozen=True):
    """A page in the log. `number` is 0 where the frame's header is not one of this log.

    `pages` is the file's length after the commit that this frame ends, 0 for any other. `chained`: its checksum goes
    on from the frame before.
    """

    number: int
    pages: int
    page: bytes
    chained: bool


class Log(Struct, frozen=True):
    """The write-ahead log: its frames, how many of them SQLite takes, and whether it is damaged before its end."""

    frames: tuple[Frame, ...]
    taken: int
    damaged: bool


def is_damaged(file: bytes, log: bytes, seal: Seal) -> bool:
    """Whether a page of what SQLite would read is not as it was written, or the log goes on where SQLite ends it."""
    read = read_log(log, seal)
    pages = {frame.number: frame.page for frame in read.frames[: read.taken]}
    count = read.frames[read.taken - 1].pages if read.taken else ceil(len(file) / PAGE)
    if read.damaged or not count:
        return True
    return not all(seal.holds(number, pages.get(number) or _page(file, number)) for number in range(1, count + 1))


def sound_pages(file: bytes, log: bytes, seal: Seal) -> tuple[dict[int, bytes], dict[int, bytes]]:
    """The newest of each page where that is sound; and of the others the newest sound one, which is older."""
    numbered = ((number, _page(file, number)) for number in range(1, ceil(len(file) / PAGE) + 1))
    newest = {number: page for number, page in numbered if seal.holds(number, page)}
    older: dict[int, bytes] = {}
    committed = _committed(read_log(log, seal).frames, seal)
    highest = max((frame.pages for frame in committed), default=0)
    for frame in committed:
        if seal.holds(frame.number, frame.page):
            newest[frame.number] = frame.page
            older.pop(frame.number, None)
        elif frame.number in newest:
            older[frame.number] = newest.pop(frame.number)
        elif not 0 < frame.number <= highest:  # it may have been a newer one of any page
            older |= newest
            newest = {}
    return newest, older


def read_log(log: bytes, seal: Seal) -> Log:
    """The log; what an earlier round has left behind its end is not in it."""
    magic, *_, first_salt, second_salt, one, two = struct.unpack(">8I", log[:_LOG_HEADER].ljust(_LOG_HEADER, b"\0"))
    order = "<" if magic == _LITTLE_ENDIAN else ">"
    sound = bool(magic) and _chain((0, 0), order, log[: _LOG_HEADER - 8]) == (one, two)
    raw = [log[at : at + _FRAME] for at in range(_LOG_HEADER, len(log) - _FRAME + 1, _FRAME)]
    salts = (first_salt, second_salt) if sound else _newest_salts(raw, seal)
    frames = tuple(_frames(raw, salts, (one, two), order))
    taken = _taken(frames) if sound else 0
    return Log(frames, taken, damaged=(len(log) > _LOG_HEADER and not sound) or _repeats(frames[taken:], seal))


def _newest_salts(raw: Sequence[bytes], seal: Seal) -> Chain:
    """The first salt counts up with every round of the log."""
    heads = (struct.unpack(">6I", frame[:_FRAME_HEADER]) for frame in raw)
    sound = [head for head, frame in zip(heads, raw, strict=True) if seal.holds(head[0], frame[_FRAME_HEADER:])]
    return max(((head[2], head[3]) for head in sound), default=(0, 0))


def _frames(raw: Sequence[bytes], salts: Chain, before: Chain, order: str) -> Iterator[Frame]:
    """The frames up to the last with these salts."""
    strangers: list[Frame] = []
    for frame in raw:
        number, pages, first_salt, second_salt, *checksum = struct.unpack(">6I", frame[:_FRAME_HEADER])
        page, chain = frame[_FRAME_HEADER:], (checksum[0], checksum[1])
        if (first_salt, second_salt) == salts:
            yield from strangers
            strangers = []
            yield Frame(number, pages, page, _chain(before, order, frame[:8] + page) == chain)
        else:
            strangers.append(Frame(0, 0, page, chained=False))
        before = chain


def _chain(before: Chain, order: str, content: bytes) -> Chain:
    one, two = before
    words = struct.unpack(f"{order}{len(content) // 4}I", content)
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two


def _taken(frames: Sequence[Frame]) -> int:
    taken = 0
    for count, frame in enumerate(frames, 1):
        if not frame.chained:
            break
        if frame.pages:
            taken = count
    return taken


def _repeats(frames: Sequence[Frame], seal: Seal) -> bool:
    """Whether they are of more than one transaction, which writes a page once. A power cut leaves part of one."""
    numbers = [frame.number for frame in frames if frame.chained and seal.holds(frame.number, frame.page)]
    return len(numbers) > len(set(numbers))


def _committed(frames: Sequence[Frame], seal: Seal) -> Sequence[Frame]:
    ends = (count for count, frame in enumerate(frames, 1) if frame.pages and seal.holds(frame.number, frame.page))
    return frames[: max(ends, default=0)]


def _page(file: bytes, number: int) -> bytes:
    return file[(number - 1) * PAGE : number * PAGE]
