"""What a line tells of its calls, what it has the phone system do, and what it hears from there."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from phonetui.core.bridge_call import VolunteerLeg
from phonetui.core.phone_call import CallEvent, Ending


class Ring(Struct, frozen=True):
    """Call `endpoint`, showing `shown`, for `seconds` at most."""

    channel_id: str
    endpoint: str
    shown: str
    seconds: int


class HangUp(Struct, frozen=True):
    """End a channel, whatever it does."""

    channel_id: str


class Open(Struct, frozen=True):
    """Make a bridge with this channel in it."""

    bridge_id: str
    channel_id: str


class Join(Struct, frozen=True):
    """Add a channel to the bridge."""

    bridge_id: str
    channel_id: str


class Close(Struct, frozen=True):
    """Take the bridge away."""

    bridge_id: str


class Mute(Struct, frozen=True):
    """Silence what a channel says, or let it through again."""

    channel_id: str
    on: bool


News = VolunteerLeg | CallEvent
Order = Ring | HangUp | Open | Join | Close | Mute
Effects = list[News | Order]


class Heard(Struct, frozen=True):
    """What the phone system says of a channel. `dialed`: it is there; `left`: it is out of our hands.

    `ending` is how it says that a channel ended which nobody answered, as far as it knows.
    """

    channel_id: str
    what: Literal["dialed", "rings", "answered", "told", "left", "lost"]
    ending: Ending | None = None


class Names(Struct, frozen=True):
    """What channels and bridges of one application are called, so that a server finds its own after a restart."""

    application: str

    def volunteer(self, leg_id: str) -> str:
        """The channel of a volunteer's leg."""
        return f"{self.application}.volunteer.{leg_id}"

    def voter(self, call_id: str) -> str:
        """The channel of a voter's leg."""
        return f"{self.application}.voter.{call_id}"

    def bridge(self, leg_id: str) -> str:
        """The bridge of a volunteer's leg: each leg has a new one, which holds nobody from before."""
        return f"{self.application}.line.{leg_id}"

    def ours(self, name: str) -> bool:
        """Whether a channel or a bridge is one of these."""
        kinds = ("volunteer", "voter", "line")
        return name.startswith(tuple(f"{self.application}.{kind}." for kind in kinds))
