from __future__ import annotations

import asyncio

import pytest

from phonetui.core.phone_call import CallEvent
from phonetui.core.refusal import Refused
from phonetui.dial.link import LinkDialer
from phonetui.dial.links import telephone_link
from phonetui.dial.system import System

NUMBER = "+18125550166"


class Desktop(System):
    """A system whose programs take every link, or none."""

    def __init__(self, why_not: str = "") -> None:
        self.opened: list[str] = []
        self._why_not = why_not

    def open(self, link: str) -> None:
        if self._why_not:
            raise Refused(self._why_not)
        self.opened.append(link)


def dialer(system: System) -> LinkDialer:
    return LinkDialer(lambda: "call-1", system)


def test_the_number_goes_to_the_systems_program_and_nothing_more_is_heard() -> None:
    async def story() -> None:
        desktop = Desktop()
        line = dialer(desktop)
        assert line.caps == frozenset()
        assert await line.dial(NUMBER, 25) == "call-1"
        await line.hangup()
        await line.close()
        assert [event async for event in line.events()] == [CallEvent("call-1", "handed_off")]
        assert desktop.opened == ["tel:+18125550166"]

    asyncio.run(story())


def test_where_nothing_takes_it_the_caller_hears_why() -> None:
    async def story() -> None:
        line = dialer(Desktop("Over ssh, programs of your own computer cannot be opened from here."))
        with pytest.raises(Refused) as refused:
            await line.dial(NUMBER, 25)
        assert str(refused.value) == (
            "No program here takes the number; have your phone's camera read its code, or dial by hand."
        )
        await line.close()
        assert [event async for event in line.events()] == []

    asyncio.run(story())


def test_a_call_on_another_phone_is_not_steered_from_here() -> None:
    async def story() -> None:
        line = dialer(Desktop())
        for steering in (line.mute(True), line.dtmf("1")):
            with pytest.raises(Refused) as refused:
                await steering
            assert str(refused.value) == "The call is on your phone; mute it, and press its keys, there."

    asyncio.run(story())


@pytest.mark.parametrize(
    "number", ["", "911", "8125550166", "+0125550166", "+1812555016６", "+18125550166;ext=1", "+1\n"]
)
def test_only_a_number_in_e164_becomes_a_link(number: str) -> None:
    with pytest.raises(Refused) as refused:
        telephone_link(number)
    assert str(refused.value) == "This voter's number cannot be dialed as it is; dial it by hand."


def test_where_there_is_no_such_program_the_code_is_offered() -> None:
    over_ssh = System({"SSH_TTY": "/dev/pts/1"}, "linux", lambda program: program)
    with pytest.raises(Refused) as refused:
        asyncio.run(LinkDialer(lambda: "call-1", over_ssh).start())
    assert str(refused.value) == (
        "Over ssh, programs of your own computer cannot be opened from here. "
        "Choose the QR code: phonetui settings set dialer qr; or dial by hand."
    )
    desktop = System({"DISPLAY": ":0"}, "linux", lambda program: program)
    assert LinkDialer(lambda: "call-1", desktop).why_not == ""
    assert asyncio.run(LinkDialer(lambda: "call-1", desktop).start()) == "xdg-open"


@pytest.mark.parametrize(
    ("environ", "why_not"),
    [
        ({}, "There is no desktop here whose programs could dial."),
        ({"DISPLAY": ":0"}, "There is no xdg-open here to hand the number to a program that dials."),
    ],
)
def test_what_is_missing_is_said_of_a_number_and_no_message(environ: dict[str, str], why_not: str) -> None:
    assert LinkDialer(lambda: "call-1", System(environ, "linux", lambda program: None)).why_not == why_not
