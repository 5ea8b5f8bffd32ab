"""Words from a caller to the campaign, beside the results of calls: a desk writes each of them down."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from phonetui.core.refusal import Refused
from phonetui.core.translation import tr

#: Ten digits or more, fewer after a country's code, whatever stands between them and beside them.
_A_NUMBER = re.compile(r"\d(?:[\s().\-/]*\d){9}|\+\d(?:[\s().\-/]*\d){7}")


class WrongRecord(Struct, frozen=True):
    """What the voter on the screen said about the campaign's own records."""

    about: Literal["name", "number", "address", "other"]
    text: str

    def check(self) -> None:
        """Raises `Refused` for a number that is none."""
        if self.about == "number" and not _A_NUMBER.search(self.text):
            raise Refused(
                tr(
                    "“{text}” is not a whole phone number; type it with its area code, like 812 555 0199.",
                    text=self.text,
                )
            )


class AboutScript(Struct, frozen=True):
    """A word about the script's step on the screen."""

    text: str


class ToSupervisor(Struct, frozen=True):
    """A question to the supervisor; it names the voter on the screen only `with_voter`."""

    text: str
    with_voter: bool = False


class NumberBlocked(Struct, frozen=True):
    """Calls that show the campaign's number are blocked as unwanted: a question that names no voter."""


class FollowedUp(Struct, frozen=True):
    """A prepared message was handed on to this voter: by the system's own program, by QR code, or copied."""

    voter_id: str
    follow_up_id: str
    how: Literal["link", "qr", "copy"]


Word = WrongRecord | AboutScript | ToSupervisor | NumberBlocked | FollowedUp
