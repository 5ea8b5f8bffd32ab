"""Numbers that a phone's camera reads: one that no program here takes, and one that was dialed already."""

from __future__ import annotations

from itertools import count

from phonetui.client.phone_line import PhoneLine
from phonetui.core.phone_call import Engine
from phonetui.core.refusal import Refused
from phonetui.dial.dialer import Dialer
from phonetui.dial.link import LinkDialer
from phonetui.dial.qr import QrDialer
from phonetui.dial.system import System
from tests.tui.desk_in_memory import DeskClock, DeskInMemory
from tests.tui.stage import Stage, play


class NoTelephone(System):
    """A desktop whose programs take links, but none to a telephone."""

    def __init__(self) -> None:
        super().__init__({"DISPLAY": ":0"}, "linux", lambda program: program)

    def open(self, link: str) -> None:
        raise Refused("No program here takes tel links; choose the QR code.")


def desk_with(dialer: Dialer, engine: Engine) -> DeskInMemory:
    desk = DeskInMemory()
    desk.phone = PhoneLine(DeskClock(desk), dialer, engine)
    return desk


def test_the_code_of_a_number_that_no_program_takes_is_on_the_screen() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("enter")
        await stage.sees("No program here takes the number; have your phone's")
        await stage.sees("█▀▀▀▀▀█")

    play(story, desk_with(LinkDialer(lambda: "call-1", NoTelephone()), "link"))


def test_a_number_that_is_read_off_the_screen_is_not_dialed_again_by_the_key() -> None:
    made = count(1)

    async def story(stage: Stage) -> None:
        await stage.press("enter")
        await stage.sees("█▀▀▀▀▀█")
        assert "dial again" not in stage.lines[-1]
        await stage.press('"')
        assert stage.saved == "Your phone has the number; dial again there."
        await stage.sees("█▀▀▀▀▀█")

    play(story, desk_with(QrDialer(lambda: f"call-{next(made)}"), "qr"))
    assert next(made) == 2
