"""A caller started without a line and without a keyring; now there is a line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from unittest.mock import patch

import msgspec
import pytest

from phonetui.client.account import Account
from phonetui.client.campaign_server import Busy, Offline, SignedOut
from phonetui.client.late_sign_in import LateSignIn
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.client.sign_in import SignedIn
from phonetui.core.refusal import Refused
from phonetui.wire import ExchangeReply, ExchangeRequest, Session
from tests.client.loopback import http, json, listening, problem
from tests.client.people import KEY, reply

ASKED = ExchangeRequest(campaign_id="fall", device_id="laptop-1")
SESSION = Session("token-1", "caller-1", "Dana", "dana@example.org", ())


@asynccontextmanager
async def late(url: str) -> AsyncIterator[LateSignIn]:
    account = Account(
        server_url=url, email="dana@example.org", caller_id="caller-1", name="Dana", device_id="laptop-1", key_id="k"
    )
    signed_in = SignedIn(account=account, key=KEY, token="", kept=False, password="correct horse")
    server = PhonetuiServer(url)
    yield LateSignIn(server, signed_in)
    await server.close()


@asynccontextmanager
async def at_the_desk(url: str, kept: list[str]) -> AsyncIterator[LateSignIn]:
    """Dana has called with a token from her keyring, until it ended."""

    async def keep(token: str) -> None:
        kept.append(token)

    account = Account(
        server_url=url, email="dana@example.org", caller_id="caller-1", name="Dana", device_id="laptop-1", key_id="k"
    )
    server = PhonetuiServer(url, "token-0")
    yield LateSignIn(server, SignedIn(account=account, key=KEY, token="token-0"), keep)
    await server.close()


def test_the_first_exchanges_sign_in_once() -> None:
    async def story() -> None:
        async with listening(json(SESSION), json(reply())) as loopback, late(loopback.url) as server:
            await asyncio.gather(server.exchange(ASKED), server.exchange(ASKED))
        paths = [request.split()[1] for request in loopback.requests]
        assert paths == [b"/v1/sign-in", b"/v1/exchange", b"/v1/exchange"]
        assert all(b"Bearer token-1" in request for request in loopback.requests[1:])

    asyncio.run(story())


def test_a_server_that_is_busy_is_tried_again() -> None:
    async def story() -> None:
        answers = http(b"", status="503 Busy"), json(SESSION), json(reply())
        async with listening(*answers) as loopback, late(loopback.url) as server:
            with pytest.raises(Busy):
                await server.exchange(ASKED)
            assert await server.exchange(ASKED) == reply()

    asyncio.run(story())


def test_a_password_that_was_changed_meanwhile_is_said() -> None:
    async def story() -> None:
        changed = problem("wrong-password", "401 Unauthorized")
        async with listening(changed) as loopback, late(loopback.url) as server:
            with pytest.raises(SignedOut) as refused:
                await server.exchange(ASKED)
        assert str(refused.value) == "Your password has been changed; log in again, nothing is lost."

    asyncio.run(story())


def test_whose_token_has_ended_signs_in_again_and_the_new_one_is_kept() -> None:
    kept: list[str] = []

    async def story() -> None:
        answers = problem("signed-out", "401 Unauthorized"), json(SESSION), json(reply())
        async with listening(*answers) as loopback, at_the_desk(loopback.url, kept) as server:
            with pytest.raises(SignedOut):
                await server.exchange(ASKED)
            await server.sign_in("correct horse")
            assert await server.exchange(ASKED) == reply()
        assert b"Bearer token-0" in loopback.requests[0]
        assert b"Bearer token-1" in loopback.requests[2]

    asyncio.run(story())
    assert kept == ["token-1"]


def test_a_wrong_password_says_whose_it_is_not() -> None:
    async def story() -> None:
        wrong = problem("wrong-password", "401 Unauthorized")
        async with listening(wrong) as loopback, at_the_desk(loopback.url, []) as server:
            host = loopback.url.removeprefix("http://")
            with pytest.raises(Refused) as refused:
                await server.sign_in("wrong horse")
        assert str(refused.value) == f"That is not the password of dana@example.org at {host}; type it again."

    asyncio.run(story())


def test_another_caller_cannot_go_on_with_the_shift() -> None:
    async def story() -> None:
        other = msgspec.structs.replace(SESSION, caller_id="caller-2")
        async with listening(json(other)) as loopback, at_the_desk(loopback.url, []) as server:
            host = loopback.url.removeprefix("http://")
            with pytest.raises(SignedOut) as refused:
                await server.sign_in("correct horse")
        assert str(refused.value) == (
            f"dana@example.org is another caller at {host} now; tell the campaign, nothing is lost."
        )

    asyncio.run(story())


def test_an_exchange_under_way_with_the_old_token_signs_nobody_out() -> None:
    async def story() -> None:
        async with listening() as loopback, at_the_desk(loopback.url, []) as late:
            server = late._server

            async def end_late(request: ExchangeRequest) -> ExchangeReply:
                server.token = "token-1"
                raise SignedOut("You are signed out; log in again, nothing is lost.")

            with patch.object(server, "exchange", end_late), pytest.raises(Offline) as refused:
                await late.exchange(ASKED)
        assert str(refused.value) == "The log-in has changed meanwhile; it is asked again by itself."

    asyncio.run(story())
