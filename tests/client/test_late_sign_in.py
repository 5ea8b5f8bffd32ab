"""A caller started without a line and without a keyring; now there is a line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from phonetui.client.account import Account
from phonetui.client.campaign_server import Busy, SignedOut
from phonetui.client.late_sign_in import LateSignIn
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.client.sign_in import SignedIn
from phonetui.wire import ExchangeRequest, Session
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
