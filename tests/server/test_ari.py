"""The client of Asterisk's interface: what it says, what it hears, and what it keeps to itself."""

from __future__ import annotations

import asyncio
import logging
import socket
from base64 import b64encode
from contextlib import aclosing
from pathlib import Path

import pytest

from phonetui.core.phone_call import Ending
from phonetui.server.ari import AGAIN_AFTER, Ari, AriError, AriRefusal
from phonetui.server.ari_events import how_it_ended, read_event
from phonetui.server.ari_place import NUMBER_EXAMPLE, AriPlace, ari_place

from .bridge_people import DANA, Gate, floor, volunteer
from .conftest import Clock
from .small_ari import APPLICATION, IN_VAIN, SECRET, SmallAri, small_ari
from .test_run import certificate

TRUNK = "PJSIP/{number}@carrier"


def place_of(ari: SmallAri) -> AriPlace:
    return ari_place(ari.url, APPLICATION, TRUNK, NUMBER_EXAMPLE)


def test_the_secret_and_numbers_are_in_no_log(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def story() -> None:
        async with floor(clock) as here:
            await here.connects()
            await here.talks()
            await here.bridge.press(DANA, "a", "12")
            await here.ari.goes_away()
            await here.hears(volunteer("unsure"))
            await here.ari.starts()
            here.again.opened.set()
            await here.hears(volunteer("there"))

    asyncio.run(story())
    ours = [record for record in caplog.records if not record.name.startswith("uvicorn")]  # that is the small Asterisk
    written = "\n".join(f"{record.getMessage()} {vars(record)}" for record in ours)
    assert "phone system" in written
    for secret in (SECRET, b64encode(f"phonetui:{SECRET}".encode()).decode(), "8125550166", "8125550100"):
        assert secret not in written


def test_a_wrong_secret_is_told() -> None:
    async def story() -> None:
        async with small_ari() as ari:
            client = Ari(place_of(ari), "wrong", Gate())
            with pytest.raises(AriRefusal) as refused:
                await client.channels()
            assert str(refused.value) == (
                f"The phone system at 127.0.0.1:{ari.port} does not take the user phonetui and the secret."
            )
            async with aclosing(client.events()) as events:
                assert await anext(events) == "lost"
            await client.close()

    asyncio.run(story())


def test_a_phone_system_that_is_not_there_is_told() -> None:
    async def story() -> None:
        client = Ari(ari_place("http://phonetui@127.0.0.1:1/ari", APPLICATION, TRUNK, NUMBER_EXAMPLE), SECRET)
        with pytest.raises(AriError) as refused:
            await client.channels()
        assert str(refused.value) == "The phone system at 127.0.0.1:1 cannot be reached."
        await client.close()

    asyncio.run(story())


def test_a_phone_system_that_says_nothing_is_not_waited_for() -> None:
    async def story() -> None:
        with socket.create_server(("127.0.0.1", 0)) as mute:
            port = mute.getsockname()[1]
            client = Ari(
                ari_place(f"http://a@127.0.0.1:{port}/ari", APPLICATION, TRUNK, NUMBER_EXAMPLE), SECRET, Gate(), 0.05
            )
            with pytest.raises(AriError) as refused:
                await client.channels()
            assert str(refused.value) == f"The phone system at 127.0.0.1:{port} did not answer in time."
            async with aclosing(client.events()) as events:
                assert await anext(events) == "lost"
            await client.close()

    asyncio.run(story())


@pytest.mark.parametrize("answer", [b"<html>Welcome!</html>", b'{"channels": []}', b'[{"name": "x"}]'])
def test_what_is_no_asterisk_is_told(answer: bytes) -> None:
    async def story() -> None:
        host, port, server = await _serving(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(answer), answer))
        client = Ari(ari_place(f"http://a@{host}:{port}/ari", APPLICATION, TRUNK, NUMBER_EXAMPLE), SECRET)
        with pytest.raises(AriError) as refused:
            await client.channels()
        assert str(refused.value) == f"What answers at 127.0.0.1:{port} is no Asterisk: see /ari in the address."
        await client.close()
        server.close()

    asyncio.run(story())


def test_no_redirect_is_followed_with_the_secret() -> None:
    async def story() -> None:
        asked: list[bytes] = []
        _, there, elsewhere = await _serving(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", asked)
        location = f"Location: http://127.0.0.1:{there}/ari/channels".encode()
        host, port, server = await _serving(b"HTTP/1.1 302 Found\r\n%s\r\nContent-Length: 0\r\n\r\n" % location)
        client = Ari(ari_place(f"http://a@{host}:{port}/ari", APPLICATION, TRUNK, NUMBER_EXAMPLE), SECRET, Gate())
        with pytest.raises(AriRefusal) as refused:
            await client.channels()
        assert str(refused.value) == f"The phone system at 127.0.0.1:{port} refused with 302."
        async with aclosing(client.events()) as events:
            assert await anext(events) == "lost"
        assert asked == []
        await client.close()
        for each in (server, elsewhere):
            each.close()

    asyncio.run(story())


def test_over_https_it_must_prove_who_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tls = certificate(tmp_path)

    async def story() -> None:
        async with small_ari(tls) as ari:
            stranger = Ari(place_of(ari), SECRET, Gate())
            with pytest.raises(AriError, match=r"cannot be reached\.$"):
                await stranger.channels()
            async with aclosing(stranger.events()) as events:
                assert await anext(events) == "lost"
            await stranger.close()
            monkeypatch.setenv("SSL_CERT_FILE", str(tls.certificate))  # the system's own list is OpenSSL's to find
            known = Ari(place_of(ari), SECRET, Gate())
            assert await known.channels() == set()
            async with aclosing(known.events()) as events:
                assert await anext(events) == "connected"
            await known.close()

    asyncio.run(story())


def test_it_tries_again_ever_more_seldom() -> None:
    async def story() -> None:
        pauses: list[float] = []

        async def no_pause(seconds: float) -> None:
            pauses.append(seconds)

        client = Ari(ari_place("http://a@127.0.0.1:1/ari", APPLICATION, TRUNK, NUMBER_EXAMPLE), SECRET, no_pause)
        async with aclosing(client.events()) as events:
            for _ in range(len(AGAIN_AFTER) + 3):
                assert await anext(events) == "lost"
        assert pauses == [*AGAIN_AFTER, AGAIN_AFTER[-1], AGAIN_AFTER[-1]]
        await client.close()

    asyncio.run(story())


def test_the_log_says_when_it_is_found_and_lost_and_why_but_not_at_every_try(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "phonetui.server")
    gate = Gate()
    gate.opened.set()

    async def story() -> None:
        async with small_ari() as ari:
            client = Ari(place_of(ari), SECRET, gate)
            async with asyncio.timeout(IN_VAIN), aclosing(client.events()) as events:
                assert await anext(events) == "connected"
                ari.cuts_events()
                assert await anext(events) == "lost"
                assert await anext(events) == "connected"
                ari.sends({"type": "ApplicationReplaced"})
                assert [event async for event in events] == ["replaced"]
            await client.close()
            stranger = Ari(place_of(ari), "wrong", gate)
            async with aclosing(stranger.events()) as events:
                assert [await anext(events) for _ in range(3)] == ["lost"] * 3
            await stranger.close()

    asyncio.run(story())
    written = [vars(record)["fields"] for record in caplog.records if record.getMessage() == "phone system"]
    assert written == [
        {"connected": True},
        {"connected": False, "why": "closed", "status": None},
        {"connected": True},
        {"connected": False, "why": "replaced", "status": None},
        {"connected": False, "why": "InvalidStatus", "status": 403},
    ]


def test_once_it_was_back_it_tries_soon_again() -> None:
    async def story() -> None:
        async with small_ari() as ari:
            gate = Gate()
            gate.opened.set()
            client = Ari(place_of(ari), SECRET, gate)
            async with asyncio.timeout(IN_VAIN), aclosing(client.events()) as events:
                for _ in range(3):
                    assert await anext(events) == "connected"
                    ari.cuts_events()
                    assert await anext(events) == "lost"
            assert gate.asked == [AGAIN_AFTER[0]] * 2
            await client.close()

    asyncio.run(story())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "[]",
        "{}",
        '{"type": 5}',
        '{"type": "StasisStart", "channel": {}}',
        '{"type": "StasisStart", "channel": {"id": 5}}',
        '{"type": "StasisStart"}',
        '{"type": "ChannelDestroyed", "channel": {"id": "a"}, "cause": "16"}',
        '{"type": "ChannelVarset", "channel": {"id": "a"}, "variable": "x", "value": "y"}',
        '{"type": "ChannelStateChange", "channel": {"id": "a", "state": "Up"}}',
        '{"type": "TextMessageReceived", "message": {}}',
    ],
)
def test_what_says_nothing_of_a_call_is_passed_over(text: str) -> None:
    assert read_event(text) is None


@pytest.mark.parametrize(
    ("cause", "status", "ending"),
    [
        (21, 403, "auth_error"),  # without the status Asterisk's cause is that of a declined call
        (21, 0, "declined"),
        (127, 608, "blocked"),
        (127, 0, None),
        (16, 0, None),
        (0, 0, None),
        (17, 0, "busy"),
        (1, 999, "bad_number"),
        (58, 0, "media_error"),
        (102, 0, "trunk_error"),
    ],
)
def test_a_sip_status_says_more_than_a_cause(cause: int, status: int, ending: Ending | None) -> None:
    assert how_it_ended(cause, status) == ending


async def _serving(answer: bytes, asked: list[bytes] | None = None) -> tuple[str, int, asyncio.Server]:
    """A server that says the same to everybody."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if asked is not None:
            asked.append(head)
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    return *server.sockets[0].getsockname(), server
