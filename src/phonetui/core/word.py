"""Words from a caller to the campaign, beside the results of calls: a desk writes each of them down."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class WrongRecord(Struct, frozen=True):
    """What the voter on the screen said about the campaign's own records."""

    about: Literal["name", "number", "address", "other"]
    text: str


class AboutScript(Struct, frozen=True):
    """A word about the script's step on the screen."""

    text: str


class ToSupervisor(Struct, frozen=True):
    """A question to the supervisor; it names the voter on the screen only `with_voter`."""

    text: str
    with_voter: bool = False


class FollowedUp(Struct, frozen=True):
    """A prepared message was handed on to this voter: by the system's own program, by QR code, or copied."""

    voter_id: str
    follow_up_id: str
    how: Literal["link", "qr", "copy"]


Word = WrongRecord | AboutScript | ToSupervisor | FollowedUp
