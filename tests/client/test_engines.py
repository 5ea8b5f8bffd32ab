"""What a caller's settings name dials for them; where it cannot be had, they hear why, and dial by hand."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from phonetui.client.credentials import SecretsInMemory
from phonetui.client.engines import open_line
from phonetui.client.folders import folders_in
from phonetui.client.invented_calls import BY_LAST_DIGIT, demo_line, practice_line
from phonetui.client.phone_keys import read_by_camera
from phonetui.client.phone_line import PhoneLine
from phonetui.client.practice_desk import PracticeDesk
from phonetui.client.settings import Settings
from phonetui.client.sip import find_password, keep_password, sip_account
from phonetui.core.call_actions import Result
from phonetui.core.campaign import Dialing
from phonetui.core.refusal import Refused
from phonetui.core.standard_dispositions import USUAL
from phonetui.dial import fake
from phonetui.dial.baresip import BaresipDialer
from phonetui.dial.sip_account import SipAccount
from tests.client.test_outbox import Laptop
from tests.client.test_phone_line import Clock, turns
from tests.core.example import CAMPAIGN as EXAMPLE

BARESIP = Settings(dialer="baresip", sip="dana@sip.example.org")
CAMPAIGN = msgspec.structs.replace(
    EXAMPLE, dispositions=USUAL, dialing=Dialing(paces=("manual", "preview", "power"), power_mobiles=True)
)


def line(settings: Settings, password: str = "", clock: Clock | None = None) -> PhoneLine:
    return open_line(settings, folders_in(Path("nowhere")), clock or Clock(), password, Laptop().outbox, lambda: None)


def sits_at(phone: PhoneLine, clock: Clock, story: Callable[[PracticeDesk], Awaitable[None]]) -> None:
    """Practises on this line."""

    async def told() -> None:
        desk = PracticeDesk(CAMPAIGN, "Dana", clock, phone=phone)
        desk.listen(lambda: None)
        await desk.start()
        phone.listen(desk, lambda: None)()
        await turns()
        await story(desk)
        await desk.close()

    asyncio.run(told())


async def until_it_says_something(phone: PhoneLine) -> None:
    """A program, or what draws codes, takes its time."""
    for _ in range(12_000):
        if phone.view.said:
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


def test_by_hand_nothing_dials() -> None:
    assert line(Settings()).view.engine == "hand"


@pytest.fixture(autouse=True)
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the program lies that takes links."""
    for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("PATH", str(tmp_path))
    program = tmp_path / "xdg-open"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize("dialer", ["link", "qr"])
def test_a_phone_takes_the_number(dialer: str) -> None:
    phone = line(msgspec.convert({"dialer": dialer, "pace": "manual"}, Settings))
    assert (phone.view.engine, phone.view.caps, phone.view.pace) == (dialer, frozenset(), "manual")


@pytest.mark.skipif(sys.platform != "linux", reason="links are handed on otherwise")
def test_where_nothing_here_takes_a_link_a_camera_reads_the_numbers(desktop: Path) -> None:
    desktop.unlink()
    clock = Clock()
    phone = line(Settings(dialer="link", pace="preview"), clock=clock)

    async def story(desk: PracticeDesk) -> None:
        await until_it_says_something(phone)
        assert (phone.view.engine, phone.view.pace, phone.view.alarm) == ("qr", "preview", True)
        assert phone.view.said == (
            "There is no xdg-open here to hand the number to a program that dials. "
            "Your phone's camera reads each number off the screen instead."
        )
        phone.dial()
        await turns()
        assert (phone.view.state, read_by_camera(desk.view)) == ("handed_off", True)

    sits_at(phone, clock, story)


@pytest.mark.skipif(sys.platform != "linux", reason="links are handed on otherwise")
def test_a_number_that_no_program_takes_is_there_for_a_camera() -> None:
    clock = Clock()
    phone = line(Settings(dialer="link", pace="preview"), clock=clock)

    async def story(desk: PracticeDesk) -> None:
        assert not read_by_camera(desk.view)
        phone.dial()
        await until_it_says_something(phone)
        assert phone.view.said == (
            "No program here takes the number; have your phone's camera read its code, or dial by hand."
        )
        assert read_by_camera(desk.view)

    sits_at(phone, clock, story)


def test_an_account_dials_with_everything_that_a_phone_can_do() -> None:
    phone = line(BARESIP, "s3cret")
    assert (phone.view.engine, phone.view.caps) == ("baresip", frozenset({"state", "hangup", "mute", "dtmf"}))


def test_a_provider_that_is_lost_in_mid_shift_is_told_at_the_desk() -> None:
    phone = line(BARESIP, "s3cret")
    assert isinstance(phone._dialer, BaresipDialer)
    phone._dialer.says("The SIP provider is lost.", True)
    assert (phone.view.said, phone.view.alarm) == ("The SIP provider is lost.", True)
    phone._dialer.says("The SIP provider is back.", False)
    assert (phone.view.said, phone.view.alarm) == ("The SIP provider is back.", False)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (
            Settings(dialer="baresip"),
            "No SIP account is set; type phonetui settings set sip USER@DOMAIN, or dial by hand.",
        ),
        (BARESIP, "There is no password of dana@sip.example.org here; type phonetui dial password, or dial by hand."),
        (
            Settings(dialer="bridge"),
            "No phone of yours is set; type phonetui settings set own_number NUMBER, or dial by hand.",
        ),
    ],
)
def test_what_is_missing_is_said_and_the_shift_goes_on_by_hand(settings: Settings, says: str) -> None:
    clock = Clock()
    phone = line(msgspec.structs.replace(settings, pace="power", countdown=0), clock=clock)

    async def story(desk: PracticeDesk) -> None:
        assert (phone.view.said, phone.view.alarm, phone.view.pace) == (says, True, "manual")
        clock.passes(1)
        await desk.act(Result("not_home"))
        await turns()
        assert (phone.view.said, phone.view.seconds_left) == ("", None)
        phone.dial()
        await turns()
        assert (phone.view.said, phone.view.can_dial) == (says, True)

    sits_at(phone, clock, story)


def test_what_is_missing_is_said_to_whoever_waits_for_a_voter_and_again_with_the_voter() -> None:
    async def story() -> None:
        phone, desk = line(BARESIP), PracticeDesk(CAMPAIGN, "Dana", Clock())
        heard = phone.listen(desk, lambda: None)
        phone.start()
        await turns()
        assert phone.view.said.startswith("There is no password")
        await desk.start()
        heard()
        assert phone.view.said.startswith("There is no password")
        await phone.close()
        await desk.close()

    asyncio.run(story())


def test_the_account_is_as_the_settings_say() -> None:
    settings = Settings(
        sip="dana@sip.example.org:5080",
        sip_auth_user="dana-17",
        sip_proxy="edge.example.org",
        sip_transport="tls",
        sip_encryption="srtp",
        sip_microphone="alsa,a",
        sip_speaker="alsa,b",
        sip_interface="192.0.2.7",
    )
    assert sip_account(settings) == SipAccount(
        user="dana",
        domain="sip.example.org:5080",
        auth_user="dana-17",
        proxy="edge.example.org",
        transport="tls",
        encryption="srtp",
        microphone="alsa,a",
        speaker="alsa,b",
        interface="192.0.2.7",
    )


def test_the_keyring_keeps_a_password_for_each_account() -> None:
    async def story() -> None:
        secrets, account = SecretsInMemory(), sip_account(BARESIP)
        assert await find_password(secrets, account) is None
        with pytest.raises(Refused, match="baresip takes no SIP password with a blank"):
            await keep_password(secrets, account, "two words")
        assert await keep_password(secrets, account, "s3cret")
        assert await find_password(secrets, account) == "s3cret"
        assert await find_password(secrets, SipAccount(user="eli", domain="sip.example.org")) is None

    asyncio.run(story())


def test_in_practice_voters_do_as_their_story_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for wait in ("SETUP", "PICKUP"):
        monkeypatch.setattr(fake, wait, 0)
    clock = Clock()
    phone = practice_line(clock, CAMPAIGN, "preview", 3)

    async def story(desk: PracticeDesk) -> None:
        for name, state in (("Nora", "ringing"), ("Grace", "talking")):
            assert desk.view.call.voter and desk.view.call.voter.first_name == name
            phone.dial()
            await turns()
            await turns()
            assert (phone.view.engine, phone.view.state) == ("fake", state)
            clock.passes(1)
            await desk.act(Result("not_home"))
            await turns()

    sits_at(phone, clock, story)


@pytest.mark.parametrize("listens", ["before", "after"])
def test_who_is_there_at_the_start_can_be_dialed_at_once(listens: str) -> None:
    async def story() -> None:
        phone = demo_line(Clock(), "power", 3)
        desk = PracticeDesk(CAMPAIGN, "Dana", Clock(), phone=phone)
        if listens == "before":
            desk.listen(lambda: None)
        await desk.start()
        if listens == "after":
            desk.listen(lambda: None)
        assert (phone.view.can_dial, phone.view.seconds_left) == (True, None)
        await desk.close()

    asyncio.run(story())


def test_most_of_the_demos_voters_answer() -> None:
    assert len(BY_LAST_DIGIT) == 10
    assert BY_LAST_DIGIT.count("answers") >= 6
    assert demo_line(Clock(), "power", 5).countdown == 5


def test_no_engine_is_imported_before_it_is_wanted() -> None:
    loaded = "import sys, phonetui.client.engines; sys.exit(any(f'phonetui.dial.{n}' in sys.modules for n in %r))"
    engines = ("link", "qr", "baresip", "fake", "missing")
    assert subprocess.run([sys.executable, "-c", loaded % (engines,)], check=False).returncode == 0
