"""What failed on the way, and whether anything can have arrived."""

from __future__ import annotations

import asyncio
import ssl

import httpx
import pytest

from phonetui.client.campaign_server import Offline, Untrusted
from phonetui.client.web import Web


def asks(error: Exception, cause: Exception | None = None) -> Offline:
    """What is said of a request over a line that fails so."""
    error.__cause__ = cause

    class Failing(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            raise error

    async def story() -> Offline:
        web = Web("https://calls.example.org")
        web._client = httpx.AsyncClient(transport=Failing())
        with pytest.raises(Offline) as failed:
            await web.ask("POST", "/v1/exchange", b"{}")
        await web.close()
        return failed.value

    return asyncio.run(story())


def test_without_a_connection_nothing_was_sent() -> None:
    assert asks(httpx.ConnectError("")).nothing_sent
    assert asks(httpx.ConnectTimeout("")).nothing_sent
    assert asks(httpx.ConnectError(""), ssl.SSLError("wrong version number")).nothing_sent


@pytest.mark.parametrize("error", [httpx.ReadError(""), ssl.SSLError("decryption failed or bad record mac")])
def test_what_fails_after_the_request_may_have_arrived(error: Exception) -> None:
    said = asks(error, ssl.SSLError() if isinstance(error, httpx.ReadError) else None)
    assert isinstance(said, Untrusted)
    assert not said.nothing_sent
