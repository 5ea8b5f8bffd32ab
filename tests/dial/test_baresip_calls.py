"""Real calls on loopback: Debian's baresip here, Debian's sipp for the provider and everybody who is called."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest

from phonetui.core.phone_call import Ending, State
from phonetui.core.refusal import Refused
from phonetui.dial import sip_call, sip_phone
from phonetui.dial.registration import Registration
from tests.dial.caller import NUMBER, Caller, Told, account, processes_about
from tests.dial.registrar import Registrar
from tests.dial.rtp import Ear
from tests.dial.sip_provider import RINGS, Provider, answers, hangs_up, hears, needs_sip, refuses, says, takes, waits

pytestmark = needs_sip

TALK: tuple[State, ...] = ("dialing", "ringing", "talking")


def states(ending: Ending, *before: State) -> list[Told]:
    return [*((state, None) for state in before), ("ended", ending)]


def run(folder: Path, provider: Provider, story: Callable[[Caller], Coroutine[None, None, None]]) -> None:
    async def whole() -> None:
        with provider:
            transport = "udp" if provider.is_udp else "tcp"
            async with Caller(folder, account(folder, provider.port, transport=transport)) as caller:
                await story(caller)

    asyncio.run(whole())


@pytest.mark.parametrize("transport", ["u1", "t1"])
def test_they_answer_and_the_caller_hangs_up(tmp_path: Path, transport: str) -> None:
    async def story(caller: Caller) -> None:
        await caller.engine.dial(NUMBER, 25)
        assert await caller.told("talking") == [(state, None) for state in TALK]
        await caller.engine.hangup()
        assert await caller.told() == [("ended", "completed")]
        assert await asyncio.to_thread(provider.hears, "BYE")

    provider = Provider(tmp_path, RINGS, waits(0.05), answers(), takes("BYE"), transport=transport)
    run(tmp_path, provider, story)


def test_they_answer_and_hang_up(tmp_path: Path) -> None:
    async def story(caller: Caller) -> None:
        await caller.engine.dial(NUMBER, 25)
        assert await caller.told() == states("completed", *TALK)
        assert caller.engine.talk_seconds is not None

    run(tmp_path, Provider(tmp_path, RINGS, answers(), waits(0.2), hangs_up()), story)


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ((RINGS, waits(0.1), refuses("486 Busy Here")), states("busy", "dialing", "ringing")),
        ((says("183 Session Progress"), refuses("480 Gone")), states("no_answer", "dialing", "ringing")),
        ((refuses("404 Not Found"),), states("bad_number", "dialing")),
        ((refuses("480 Temporarily Unavailable"),), states("no_answer", "dialing")),
        ((refuses("603 Decline"),), states("declined", "dialing")),
        ((refuses("607 Unwanted"),), states("blocked", "dialing")),
        ((refuses("608 Rejected"),), states("blocked", "dialing")),
        ((refuses("503 Service Unavailable"),), states("trunk_error", "dialing")),
        ((refuses("500 Failed", 'Reason: Q.850;cause=1;text="Unallocated"'),), states("bad_number", "dialing")),
        ((refuses("503 Failed", "Reason: Q.850;cause=17"),), states("busy", "dialing")),
        ((refuses("403 Forbidden"),), states("auth_error", "dialing")),
    ],
    ids=lambda each: each[-1][-1] if isinstance(each, list) else "",
)
def test_nobody_answers(tmp_path: Path, steps: tuple[str, ...], told: list[Told]) -> None:
    async def story(caller: Caller) -> None:
        await caller.engine.dial(NUMBER, 25)
        assert await caller.told() == told
        assert caller.engine.talk_seconds is None

    run(tmp_path, Provider(tmp_path, *steps), story)


CANCELED = takes("CANCEL") + says("487 Request Terminated") + hears("ACK")


def test_it_rings_as_long_as_the_campaign_wants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip_call, "SHORTEST_RINGING", 2.0)

    async def story(caller: Caller) -> None:
        await caller.engine.dial(NUMBER, 2.5)
        assert await caller.told() == states("no_answer", "dialing", "ringing")
        assert await asyncio.to_thread(provider.hears, "CANCEL")

    provider = Provider(tmp_path, RINGS, CANCELED)
    run(tmp_path, provider, story)


def test_the_caller_stops_the_ringing(tmp_path: Path) -> None:
    async def story(caller: Caller) -> None:
        await caller.engine.dial(NUMBER, 25)
        await caller.told("ringing")
        await caller.engine.hangup()
        assert await caller.told() == [("ended", "canceled")]
        assert await asyncio.to_thread(provider.hears, "CANCEL")

    provider = Provider(tmp_path, RINGS, CANCELED)
    run(tmp_path, provider, story)


def test_a_dead_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip_call, "FIRST_ANSWER", 1.0)

    async def story(caller: Caller) -> None:
        await caller.engine.start()
        provider.stop()
        await caller.engine.dial(NUMBER, 25)
        assert await caller.told() == states("trunk_error", "dialing")

    provider = Provider(tmp_path)
    run(tmp_path, provider, story)


def test_trying_is_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip_call, "FIRST_ANSWER", 1.0)

    async def story(caller: Caller) -> None:
        await caller.engine.dial(NUMBER, 25)
        assert await caller.told() == states("busy", "dialing", "ringing")

    run(tmp_path, Provider(tmp_path, says("100 Trying"), waits(1.5), RINGS, refuses("486 Busy Here")), story)


def test_two_calls_in_a_row(tmp_path: Path) -> None:
    async def story(caller: Caller) -> None:
        for _ in range(2):
            await caller.engine.dial(NUMBER, 25)
            assert await caller.told() == states("completed", *TALK)

    run(tmp_path, Provider(tmp_path, RINGS, answers(), hangs_up()), story)


def test_no_such_device(tmp_path: Path) -> None:
    with Provider(tmp_path) as provider:
        here = account(tmp_path, provider.port, speaker="alsa,no_such_device")
        with pytest.raises(Refused, match=r"^No microphone and speaker can be opened here; choose others in the"):
            asyncio.run(Caller(tmp_path, here).engine.start())


def test_where_encryption_is_demanded_no_voice_goes_in_the_clear(tmp_path: Path) -> None:
    async def story() -> None:
        with Ear() as ear, Provider(tmp_path, RINGS, answers(ear.port), takes("BYE")) as provider:
            async with Caller(tmp_path, account(tmp_path, provider.port, encryption="srtp")) as caller:
                await caller.engine.dial(NUMBER, 25)
                await caller.told("talking")
                assert await asyncio.to_thread(list, ear.listen(0.5)) == []
                assert "RTP/SAVP" in provider.heard
                assert "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" in provider.heard

    asyncio.run(story())


def test_the_voice_goes_out_but_muted_it_is_silence_and_keys_are_events(tmp_path: Path) -> None:
    async def story() -> None:
        with Ear() as ear, Provider(tmp_path, RINGS, answers(ear.port), takes("BYE")) as provider:
            async with Caller(tmp_path, account(tmp_path, provider.port)) as caller:
                await caller.engine.dial(NUMBER, 25)
                await caller.told("talking")
                assert await asyncio.to_thread(ear.hears, voice=True)
                await caller.engine.mute(True)
                assert await asyncio.to_thread(ear.hears, voice=False)
                await caller.engine.mute(True)
                assert await asyncio.to_thread(ear.hears, voice=False)
                await caller.engine.mute(False)
                assert await asyncio.to_thread(ear.hears, voice=True)
                await caller.engine.dtmf("19*0#")
                assert await asyncio.to_thread(ear.keys, 5) == "19*0#"

    asyncio.run(story())


@pytest.mark.parametrize("password", ["s3cret", "p@ss'w'o>r<d%41&=?#:,\\é"])
def test_the_right_password_registers(tmp_path: Path, password: str) -> None:
    async def story() -> None:
        async with (
            Registrar(password) as provider,
            Caller(tmp_path, account(tmp_path, provider.port), password) as caller,
        ):
            assert await caller.engine.start() >= "1.0.0"
            assert caller.engine.registration == Registration("registered")

    asyncio.run(story())


def test_a_wrong_password_is_said(tmp_path: Path) -> None:
    async def story() -> None:
        async with Registrar("another") as provider, Caller(tmp_path, account(tmp_path, provider.port)) as caller:
            with pytest.raises(Refused) as refused:
                await caller.engine.dial(NUMBER, 25)
            assert str(refused.value) == (
                f"The SIP provider refuses dana@127.0.0.1:{provider.port} with this password (403 Forbidden); "
                "set it anew, or dial by hand."
            )

    asyncio.run(story())


@pytest.mark.parametrize("domain", ["127.0.0.1:9", "sip.invalid"])
def test_a_provider_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, domain: str) -> None:
    monkeypatch.setattr(sip_phone, "REGISTERING", 1.0)

    async def story() -> None:
        here = account(tmp_path, 9, domain=domain)
        async with Caller(tmp_path, here) as caller:
            with pytest.raises(Refused) as refused:
                await caller.engine.dial(NUMBER, 25)
            assert str(refused.value) == (
                f"The SIP provider {domain} does not answer; check its address and the network, or dial by hand."
            )

    asyncio.run(story())


#: Talks until it is killed.
_TALKS = """
import asyncio, sys
from pathlib import Path
from tests.dial.caller import NUMBER, Caller, account

async def talk(folder, port):
    caller = Caller(folder, account(folder, port))
    await caller.engine.dial(NUMBER, 25)
    await caller.told("talking")
    print("talking", flush=True)
    await asyncio.sleep(60)

asyncio.run(talk(Path(sys.argv[1]), int(sys.argv[2])))
"""


def test_a_phonetui_that_is_killed_hangs_up_and_leaves_nothing(tmp_path: Path) -> None:
    with Provider(tmp_path, RINGS, answers(), takes("BYE")) as provider:
        command = [sys.executable, "-c", _TALKS, str(tmp_path), str(provider.port)]
        root = Path(__file__).parent.parent.parent
        with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as phonetui:
            assert phonetui.stdout is not None
            assert phonetui.stdout.readline() == "talking\n"
            assert processes_about(str(tmp_path / "run")) != []
            phonetui.kill()
        assert provider.hears("BYE")
        by = time.monotonic() + 10
        while (left := processes_about(str(tmp_path / "run"))) and time.monotonic() < by:
            time.sleep(0.05)
        assert left == []
        assert list((tmp_path / "run").iterdir()) == []


def test_a_hundred_calls_leave_no_process_no_socket_and_no_file(tmp_path: Path) -> None:
    async def story(caller: Caller) -> None:
        await caller.engine.start()
        ours = open_files(os.getpid())
        (baresip,) = (each for each in processes_about(str(tmp_path)) if name_of(each) == "baresip")
        for number in range(100):
            await caller.engine.dial(f"+1812555{number:04}", 25)
            await caller.told("talking")
            await caller.engine.hangup()
            assert await caller.told() == [("ended", "completed")]
            if number == 9:
                its = open_files(baresip)
        assert open_files(os.getpid()) == ours
        assert open_files(baresip) <= its
        assert len(processes_about(str(tmp_path))) == len([provider, "keeper", "baresip"])

    provider = Provider(tmp_path, RINGS, answers(), takes("BYE"))
    before = open_files(os.getpid())
    run(tmp_path, provider, story)
    assert open_files(os.getpid()) == before
    assert processes_about(str(tmp_path)) == []


def name_of(process: int) -> str:
    return Path(f"/proc/{process}/comm").read_text("utf-8").strip()


def open_files(process: int) -> int:
    """How many it has, sockets and all."""
    return len(list(Path(f"/proc/{process}/fd").iterdir()))
