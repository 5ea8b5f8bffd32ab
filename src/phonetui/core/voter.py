"""Voters, their numbers, and the households that share a number.

The same frozen objects live in memory, in the laptop's journal and on the wire.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct

#: A number that more people share is an institution and groups nobody.
LARGEST_HOUSEHOLD = 8

PhoneKind = Literal["preferred", "cell", "home", "work", ""]
#: The kinds of numbers that may take text messages, the surest first.
TAKES_TEXT: tuple[PhoneKind, ...] = ("cell", "preferred", "")
ZoneSource = Literal["ZIP", "state", "area code", ""]


class Phone(Struct, frozen=True, omit_defaults=True, gc=False):
    """A number to call, in E.164."""

    number: str
    kind: PhoneKind = ""


class Address(Struct, frozen=True, omit_defaults=True, gc=False):
    """Where a voter is registered; `street` holds house number and unit."""

    street: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""


class PollingPlace(Struct, frozen=True, omit_defaults=True):
    """Where, when and until when a precinct votes, as the campaign gave it."""

    name: str
    address: str = ""
    hours: str = ""
    deadlines: str = ""


class PastAttempt(Struct, frozen=True, omit_defaults=True):
    """What an earlier caller wrote down: when, and the disposition's id. `attempt_id` names only a caller's own."""

    at: datetime
    disposition: str
    note: str = ""
    attempt_id: str = ""


class Voter(Struct, frozen=True, omit_defaults=True, gc=False):
    """One person on a list.

    `phones` is ordered: the first is the number to call. `zones` are IANA names; more than one means
    that the signals disagree, and a call is allowed only when all of them allow it.
    """

    voter_id: str
    first_name: str
    last_name: str
    middle_name: str = ""
    suffix: str = ""
    age: int | None = None
    party: str = ""
    language: str = ""
    phones: tuple[Phone, ...] = ()
    address: Address = Address()
    precinct: str = ""
    zones: tuple[str, ...] = ()
    zone_source: ZoneSource = ""
    elections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    attempts: tuple[PastAttempt, ...] = ()
    polling_place: PollingPlace | None = None
    email: str = ""

    @property
    def full_name(self) -> str:
        """First, middle and last name with the suffix, as one would say it."""
        return " ".join(part for part in (self.first_name, self.middle_name, self.last_name, self.suffix) if part)

    @property
    def number(self) -> str:
        """The number to call, or an empty string where the campaign has none."""
        return self.phones[0].number if self.phones else ""

    @property
    def mobile(self) -> str:
        """The number that takes text messages: a cell's, else one of no known kind; empty where there is none."""
        by_kind = {phone.kind: phone.number for phone in reversed(self.phones)}
        return next((by_kind[kind] for kind in TAKES_TEXT if kind in by_kind), "")


class Household(Struct, frozen=True, omit_defaults=True):
    """Those who share a number to call, in the order in which to ask for them.

    `address_key` is the normalised address, unit included; households with the same one are called in a row. The
    number is empty on a laptop of a campaign that hides its numbers.
    """

    household_id: str
    number: str
    voters: tuple[Voter, ...]
    address_key: str = ""

    @property
    def line(self) -> str:
        """What tells the number from others, also where it is hidden."""
        return self.number or self.household_id

    @property
    def zones(self) -> list[str]:
        """The zones of all who live there."""
        return sorted({zone for voter in self.voters for zone in voter.zones})


def institution(people: int) -> bool:
    """Whether a number shared by so many people belongs to an institution rather than a home."""
    return people > LARGEST_HOUSEHOLD


# Made here, since msgspec crashes where two threads are the first to read a shape.
decode_voter = msgspec.json.Decoder(Voter).decode
decode_polling_place = msgspec.json.Decoder(PollingPlace).decode
