"""What crosses between supervisors and the server about the do-not-call list, under `/v1/campaigns/{campaign_id}`."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec import Struct


class Numbers(Struct, frozen=True):
    """`POST do-not-call`: numbers as they were written, to be called by nobody on this server."""

    numbers: tuple[str, ...]


class TakenNumbers(Struct, frozen=True):
    """How many are suppressed now that were not before, and those that are no numbers."""

    added: int
    unread: tuple[str, ...] = ()


class NumbersFile(Struct, frozen=True):
    """`POST do-not-call/file`: a file as it is, to see which numbers are in it; nothing is changed."""

    name: str
    content: bytes


class ReadNumbers(Struct, frozen=True):
    """The names of the file's columns that hold numbers, and their numbers, of which so many are `new` to the list.

    `refused` are rows without one, of which the first are told in `why`, each with its line.
    """

    columns: tuple[str, ...]
    numbers: tuple[str, ...]
    new: int
    refused: int = 0
    why: tuple[str, ...] = ()


class OneNumber(Struct, frozen=True):
    """`POST do-not-call/take-off`, for owners alone: an imported or typed number may be called again."""

    number: str


class SuppressedNumber(Struct, frozen=True):
    """One number of the do-not-call list: `POST do-not-call/find`; whether it was asked for in a call."""

    number: str
    at: datetime
    by_call: bool


class SuppressedNumbers(Struct, frozen=True):
    """How many there are, and the first of those that were looked for."""

    count: int
    numbers: tuple[SuppressedNumber, ...]


# Made here, since msgspec crashes where two threads are the first to read a shape.
decode_taken = msgspec.json.Decoder(TakenNumbers).decode
decode_read_numbers = msgspec.json.Decoder(ReadNumbers).decode
decode_suppressed = msgspec.json.Decoder(SuppressedNumbers).decode
