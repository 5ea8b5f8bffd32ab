"""The engine against what baresip 1.0 and 4 say, replayed by a small program in its place."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from itertools import count
from pathlib import Path

import pytest

from phonetui.core.phone_call import CallEvent, Ending, State
from phonetui.core.refusal import Refused
from phonetui.dial import baresip_config, sip_call, sip_phone
from phonetui.dial.baresip import BaresipDialer
from phonetui.dial.registration import Registration
from phonetui.dial.sip_account import SipAccount
from tests.dial.fake_baresip import FakeBaresip, transcript

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="baresip is not driven on Windows")

GENERATIONS = ["1.0", "4"]
ACCOUNT = SipAccount(user="dana", domain="sip.example.org")
NUMBER = "+18125550166"
BY_HAND = "or dial by hand."

Told = tuple[State, Ending | None]


class Line:
    """A caller at a line whose baresip says what a transcript says."""

    def __init__(self, folder: Path, generation: str = "1.0") -> None:
        self.folder = folder / "run"
        self.generation = generation
        self.baresip = FakeBaresip(folder)
        self.seconds_more = 0.0
        numbers = count(1)
        self.engine = BaresipDialer(
            ACCOUNT,
            "s3cret",
            self.folder,
            tick=lambda: time.monotonic() + self.seconds_more,
            new_id=lambda: f"call-{next(numbers)}",
            program=self.baresip.program,
        )
        self._events: AsyncIterator[CallEvent] | None = None
        self._told: dict[str, list[Told]] = {}

    def plays(self, *names: str, pieces: int = 0) -> None:
        """From its start on, the transcripts of these names."""
        self.baresip.plays(*(line for name in names for line in transcript(self.generation, name)), pieces=pieces)

    async def told(self, *, until: State = "ended", call_id: str = "call-1") -> list[Told]:
        """What becomes of a call until that."""
        self._events = self._events or self.engine.events()
        told = self._told.setdefault(call_id, [])
        while not told or told[-1][0] not in (until, "ended"):
            event = await asyncio.wait_for(anext(self._events), 120)
            assert event.call_id == call_id
            told.append((event.state, event.ending))
        return told

    async def asked(self, command: str) -> None:
        """Until baresip has been asked that."""
        for _ in range(12_000):
            if self.baresip.was_asked[-1:] == [command]:
                return
            await asyncio.sleep(0.01)
        raise TimeoutError(command)

    async def refusal(self) -> str:
        """Why the engine does not start; nothing of it is left then."""
        with pytest.raises(Refused) as refused:
            await self.engine.start()
        assert_nothing_left(self)
        return str(refused.value)


def assert_nothing_left(line: Line) -> None:
    assert list(line.folder.glob("*")) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int(line.baresip.left("started")), 0)


def files_of(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text("utf-8") for file in folder.iterdir()}


def commands_of_all() -> list[str]:
    """The process list."""
    listed = subprocess.run(
        ["cat", *map(str, Path("/proc").glob("[0-9]*/cmdline"))], capture_output=True, text=True, check=False
    )
    return listed.stdout.split("\0")


Story = Callable[[Line], Coroutine[None, None, None]]


def run(line: Line, story: Story) -> None:
    """Tells the story; at its end the engine is closed, and nothing of it is left."""

    async def whole() -> None:
        try:
            await story(line)
        finally:
            await line.engine.close()
        assert_nothing_left(line)

    asyncio.run(whole())


def states(ending: Ending, *before: State) -> list[Told]:
    """A whole call."""
    return [*((state, None) for state in before), ("ended", ending)]


@pytest.mark.parametrize("pieces", [0, 1, 7])
@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_call_with_everything_in_pieces_of_any_size(tmp_path: Path, generation: str, pieces: int) -> None:
    async def story(line: Line) -> None:
        line.plays("start", "answered", pieces=pieces)
        assert await line.engine.dial(NUMBER, 25) == "call-1"
        await line.told(until="talking")
        line.seconds_more = 61
        assert (line.engine.talk_seconds or 0) >= 61
        await line.engine.mute(True)
        assert line.engine.muted
        await line.engine.mute(False)
        assert not line.engine.muted
        await line.engine.dtmf("1#")
        await line.engine.hangup()
        assert await line.told() == states("completed", "dialing", "ringing", "talking")
        assert line.engine.registration == Registration("registered")
        talked = line.engine.talk_seconds
        line.seconds_more = 1000
        assert line.engine.talk_seconds == talked
        assert line.baresip.was_asked[-5:] == [
            "dial sip:+18125550166@sip.example.org",
            "mute",
            "mute",
            "sndcode 1#",
            "hangup",
        ]

    run(Line(tmp_path, generation), story)


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize(
    ("name", "heard"),
    [
        ("busy", states("busy", "dialing", "ringing")),
        ("they_hang_up", states("completed", "dialing", "ringing", "talking")),
        ("events_first", states("completed", "dialing", "ringing", "talking")),
        ("no_device", states("media_error", "dialing", "ringing")),
        ("no_network", states("trunk_error", "dialing")),
        ("not_taken", states("trunk_error", "dialing")),
        ("connection_lost", states("unknown", "dialing", "ringing", "talking")),
        ("death", states("unknown", "dialing", "ringing", "talking")),
        ("death_at_dialing", states("trunk_error", "dialing")),
        ("nonsense", states("unknown", "dialing", "ringing")),
    ],
)
def test_a_call_that_ends_otherwise(tmp_path: Path, generation: str, name: str, heard: list[Told]) -> None:
    async def story(line: Line) -> None:
        line.plays("start", name)
        await line.engine.dial(NUMBER, 25)
        assert await line.told() == heard

    run(Line(tmp_path, generation), story)


@pytest.mark.parametrize("generation", GENERATIONS)
def test_stopping_to_ring(tmp_path: Path, generation: str) -> None:
    async def story(line: Line) -> None:
        line.plays("start", "canceled")
        await line.engine.dial(NUMBER, 25)
        await line.engine.hangup()
        assert (await line.told())[-1] == ("ended", "canceled")
        await line.engine.hangup()
        assert line.baresip.was_asked[-1:] == ["hangup"]

    run(Line(tmp_path, generation), story)


@pytest.mark.parametrize("generation", GENERATIONS)
def test_late_events_of_the_call_before_change_nothing(tmp_path: Path, generation: str) -> None:
    async def story(line: Line) -> None:
        line.plays("start", "late_event")
        await line.engine.dial(NUMBER, 25)
        assert await line.told() == states("busy", "dialing", "ringing")
        await line.engine.dial(NUMBER, 25)
        assert await line.told(call_id="call-2") == states("completed", "dialing", "ringing", "talking")

    run(Line(tmp_path, generation), story)


@pytest.mark.parametrize("name", ["death", "connection_lost"])
def test_the_call_after_a_lost_one_has_a_baresip_of_its_own(tmp_path: Path, name: str) -> None:
    async def story(line: Line) -> None:
        line.plays("start", name)
        await line.engine.dial(NUMBER, 25)
        await line.told()
        first = line.baresip.left("started")
        busy = [each.replace("2c89eddc414bc85f", "0d1e2f3a4b5c6d7e") for each in transcript("1.0", "busy")]
        line.baresip.plays(*transcript("1.0", "start"), *busy)
        await line.engine.dial(NUMBER, 25)
        assert await line.told(call_id="call-2") == states("busy", "dialing", "ringing")
        assert line.baresip.left("started") != first

    run(Line(tmp_path), story)


@pytest.mark.parametrize("generation", GENERATIONS)
def test_whoever_calls_here_finds_the_line_busy(tmp_path: Path, generation: str) -> None:
    async def story(line: Line) -> None:
        line.plays("start", "somebody_calls")
        await line.engine.start()
        await line.asked("hangup")

    run(Line(tmp_path, generation), story)


def test_a_provider_that_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip_call, "FIRST_ANSWER", 0.1)

    async def story(line: Line) -> None:
        line.plays("start")
        await line.engine.dial(NUMBER, 25)
        await line.asked("hangup")
        line.seconds_more = sip_call.PUTTING_DOWN
        await line.engine.hangup()
        await asyncio.sleep(0)

    line = Line(tmp_path)
    run(line, story)
    assert asyncio.run(line.told()) == states("trunk_error", "dialing")


def test_trying_is_read_off_what_baresip_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip_call, "FIRST_ANSWER", 2.0)

    async def story(line: Line) -> None:
        dial, *said = transcript("1.0", "busy")
        trying = ("= SIP/2.0 100 Trying", "= Call-ID: 2c89eddc414bc85f", "= CSeq: 1 INVITE", "= ")
        line.baresip.plays(*transcript("1.0", "start"), dial, *said[:2], *trying, ". 2.5", *said[2:])
        await line.engine.dial(NUMBER, 25)
        assert await line.told() == states("busy", "dialing", "ringing")

    run(Line(tmp_path), story)


def test_one_call_at_a_time_and_keys_only_while_somebody_is_there(tmp_path: Path) -> None:
    async def story(line: Line) -> None:
        line.plays("start", "answered")
        with pytest.raises(Refused, match=r"^Nobody is on the line\.$"):
            await line.engine.mute(True)
        await line.engine.dial(NUMBER, 25)
        with pytest.raises(Refused, match=r"^You are in a call; end it first\.$"):
            await line.engine.dial(NUMBER, 25)
        await line.told(until="talking")
        with pytest.raises(Refused, match=r"^5 a: a phone has the keys 0 to 9, \* and #\.$"):
            await line.engine.dtmf("5 a")

    run(Line(tmp_path), story)


def test_what_is_no_number_starts_nothing(tmp_path: Path) -> None:
    line = Line(tmp_path)
    with pytest.raises(Refused, match=r"^This voter's number cannot be dialed as it is; dial it by hand\.$"):
        asyncio.run(line.engine.dial("911", 25))
    assert not line.folder.exists()


def test_the_lost_connection_is_said_at_the_next_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(line: Line) -> None:
        start, answered = transcript("1.0", "start"), transcript("1.0", "they_hang_up")[:-1]
        line.baresip.plays(*start, *answered, ". 5")
        await line.engine.dial(NUMBER, 25)
        await line.told(until="talking")
        monkeypatch.setattr("phonetui.dial.baresip_control.PATIENCE", 0.3)
        with pytest.raises(Refused) as refused:
            await line.engine.mute(True)
        assert str(refused.value) == (
            "The connection to baresip is lost, and the call with it; dial again, or by hand."
        )
        assert (await line.told())[-1] == ("ended", "unknown")

    run(Line(tmp_path), story)


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "wrong_password",
            f"The SIP provider refuses dana@sip.example.org with this password (403 Forbidden); set it anew, {BY_HAND}",
        ),
        (
            "no_such_user",
            f"The SIP provider refuses dana@sip.example.org (404 Not Found); check the account, {BY_HAND}",
        ),
        (
            "unreachable",
            f"The SIP provider sip.example.org does not answer; check its address and the network, {BY_HAND}",
        ),
        (
            "no_audio",
            f"No microphone and speaker can be opened here; choose others in the settings, {BY_HAND}",
        ),
        ("too_old", f"baresip 0.6.6 is too old; install 1.0 or newer, {BY_HAND}"),
        ("not_baresip", f"baresip does not start as it should; try again, {BY_HAND}"),
    ],
)
def test_why_it_does_not_start(tmp_path: Path, generation: str, name: str, sentence: str) -> None:
    line = Line(tmp_path, generation)
    line.plays(name)
    assert asyncio.run(line.refusal()) == sentence


def test_a_provider_that_does_not_answer_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip_phone, "REGISTERING", 0.1)
    line = Line(tmp_path)
    line.baresip.plays(*transcript("1.0", "start")[:-1])
    assert asyncio.run(line.refusal()) == (
        f"The SIP provider sip.example.org does not answer; check its address and the network, {BY_HAND}"
    )


def test_a_baresip_that_never_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip_phone, "STARTING", 2.0)
    line = Line(tmp_path)
    Path(line.baresip.program).write_text('#!/bin/sh\necho $$ > "${0%/bin/*}/started"\nexec sleep 60\n')
    assert asyncio.run(line.refusal()) == f"baresip does not start as it should; try again, {BY_HAND}"


def test_a_baresip_that_ends_at_once(tmp_path: Path) -> None:
    line = Line(tmp_path)
    Path(line.baresip.program).write_text('#!/bin/sh\necho $$ > "${0%/bin/*}/started"\n')
    assert asyncio.run(line.refusal()) == f"baresip does not start as it should; try again, {BY_HAND}"


def test_after_a_refusal_a_new_password_is_tried(tmp_path: Path) -> None:
    async def story(line: Line) -> None:
        line.plays("wrong_password")
        with pytest.raises(Refused):
            await line.engine.dial(NUMBER, 25)
        assert await line.told() == states("trunk_error", "dialing")
        line.plays("start", "busy")
        await line.engine.dial(NUMBER, 25)
        assert (await line.told(call_id="call-2"))[-1] == ("ended", "busy")

    run(Line(tmp_path), story)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked up in Linux's /proc")
def test_the_password_is_in_one_private_file_for_a_moment_and_nowhere_else(tmp_path: Path) -> None:
    async def story(line: Line) -> None:
        line.plays("start", "answered")
        assert await line.engine.start() == "1.0.0"
        assert line.baresip.left("mode") == "0o700 0o600"
        assert "auth_pass=s3cret" in line.baresip.left("accounts")
        written = files_of(Path(line.baresip.left("folder")))
        assert sorted(written) == ["config", "process"]
        assert "ctrl_tcp_listen 127.0.0.1:" in written["config"]
        assert line.baresip.program in commands_of_all()
        assert "s3cret" not in "".join([*written.values(), *commands_of_all()])

    run(Line(tmp_path), story)


def test_baresip_is_not_installed(tmp_path: Path) -> None:
    line = Line(tmp_path)
    Path(line.baresip.program).unlink()
    with pytest.raises(Refused) as refused:
        asyncio.run(line.engine.start())
    assert str(refused.value) == (f"baresip is not installed here; install it with your package manager, {BY_HAND}")


def test_baresip_is_not_driven_on_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(tmp_path)
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(Refused) as refused:
        asyncio.run(line.engine.start())
    assert str(refused.value) == (f"baresip is not driven on Windows; choose your phone by QR code, {BY_HAND}")


def test_modules_that_are_missing(tmp_path: Path) -> None:
    program = Path(FakeBaresip(tmp_path, ("account", "alsa", "g711", "menu")).program)
    modules = baresip_config.modules_of(program)
    with pytest.raises(
        Refused, match=r"^This baresip has no module ctrl_tcp; install it, or choose another setting\.$"
    ):
        baresip_config.config(ACCOUNT, modules, 4444)
    program = Path(FakeBaresip(tmp_path, ("account", "ctrl_tcp", "g711", "menu")).program)
    with pytest.raises(Refused, match=r"^This baresip has no audio driver; install the rest of it, or dial by hand\.$"):
        baresip_config.config(ACCOUNT, baresip_config.modules_of(program), 4444)
    bare = tmp_path / "elsewhere" / "bin" / "baresip"
    with pytest.raises(
        Refused, match=r"^The modules of .* are not where it is; install baresip anew, or dial by hand\.$"
    ):
        baresip_config.modules_of(bare)
