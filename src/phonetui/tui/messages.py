"""What happened outside the widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from phonetui.client.desk_surface import Desk
    from phonetui.tui.call_screen import CallScreen


class DeskOpened(Message):
    """The desk is there; it has not begun yet."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk


class DeskChanged(Message):
    """The desk's view is another one."""

    def can_replace(self, message: Message) -> bool:
        """Of several changes that wait to be drawn, one is enough."""
        return isinstance(message, DeskChanged)


class Announced(Message):
    """Something to be told to whoever has looked away from this screen."""

    def __init__(self, screen: CallScreen, told: str) -> None:
        super().__init__()
        self.screen = screen
        self.told = told
