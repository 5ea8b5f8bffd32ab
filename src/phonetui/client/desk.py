"""What a front end holds: call, journal and courier behind one object that knows no widget."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from phonetui.client.view import View
from phonetui.core.call import Action


class Desk(Protocol):
    """The surface that a front end sees."""

    @property
    def view(self) -> View:
        """The picture as it is now; cheap, never None."""

    def listen(self, changed: Callable[[], None]) -> None:
        """Call `changed` on the event loop after every change of the view."""

    async def act(self, action: Action) -> None:
        """Carry out a key; returns once it is saved. Raises `Refused` where it cannot be saved: nothing has moved."""

    async def report(self, about: Literal["name", "number", "address", "other"], text: str) -> None:
        """Write down what the voter said about the campaign's records."""

    async def remark(self, text: str) -> None:
        """Write down a word about the script's current step."""

    async def start(self) -> None:
        """Show the voter from the journal, then connect."""

    def try_now(self) -> None:
        """Exchange now rather than when the next try is due."""

    async def close(self) -> None:
        """Stop the courier, close the journal."""
