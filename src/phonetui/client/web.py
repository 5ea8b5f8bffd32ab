"""One HTTPS request and its whole answer, bounded, with every way in which it can fail said in a sentence.

httpx is loaded and its TLS set up on a thread, for that takes longer than a frame.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

from phonetui.client.address import host, is_loopback
from phonetui.client.campaign_server import NotPhonetui, Offline, Untrusted
from phonetui.core.translation import tr

if TYPE_CHECKING:
    from httpx import AsyncClient, Response

#: Bytes of an answer, as sent and as inflated.
LARGEST_ANSWER = 8 << 20
#: Seconds for which an idle connection is kept; a call lasts minutes.
KEEP_ALIVE = 300
#: Seconds of silence until the other end is asked for a sign of life, between two of them, and how many stay unanswered
#: until the connection is given up: a line that died without a word is found out within a minute.
SILENCE, BETWEEN, UNANSWERED = 30, 10, 3
#: Seconds to reach the server; for its answer, whoever asks sets the limit.
CONNECT_TIMEOUT = 15.0
#: A shorter body grows when it is compressed.
WORTH_COMPRESSING = 200

GZIP = 16 + zlib.MAX_WBITS
ACCEPTED = {"Accept-Encoding": "gzip"}


class Answer(Struct, frozen=True):
    """An answer whose body is complete. `retry_after` is in seconds, 0 where the server did not say.

    `date` is when it was given by the server's clock, as the header says it.
    """

    status: int
    content_type: str
    retry_after: float
    body: bytes
    date: str = ""


class Web:
    """Two connections to one server, kept open between requests. Whoever asks sets the time limit of an answer."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.host = host(url)
        self._client: AsyncClient | None = None
        self._one_client = asyncio.Lock()

    async def ask(
        self, method: str, path: str, body: bytes = b"", token: str = "", *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer, whatever it says. Raises `Offline`, and `NotPhonetui` for an answer that is not ours to read.

        `headers` stand in place of those that a campaign server of ours wants, and the body is then sent as it is.
        """
        async with self._one_client:
            if self._client is None:
                self._client = await asyncio.to_thread(_make_client, self.url)
        from httpx import ConnectError, ConnectTimeout, HTTPError, InvalidURL, Request

        dressed, content = _dressed(body, token) if headers is None else ({**ACCEPTED, **headers}, body)
        try:
            request = Request(method, self.url + path, headers=dressed, content=content)
            response = await self._client.send(request, auth=None, follow_redirects=False, stream=True)
            try:
                return await self._read(response)
            finally:
                await response.aclose()
        except (HTTPError, ssl.SSLError) as error:
            failure = self._failure(error)
            failure.nothing_sent = isinstance(error, ConnectError | ConnectTimeout)
            raise failure from None
        except (InvalidURL, UnicodeError):
            raise Offline(tr("No server can have the name {host}; check the address.", host=self.host)) from None

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def _read(self, response: Response) -> Answer:
        if response.is_redirect:
            raise NotPhonetui(
                tr(
                    "What answers at {host} points elsewhere, as the log-in page of a hotel's network does; "
                    "log in to the network in a browser, or check the address.",
                    host=self.host,
                )
            )
        coding = response.headers.get("content-encoding", "identity").lower()
        if coding not in ("identity", "gzip"):
            raise NotPhonetui(tr("The answer of {host} is packed in a way that was not asked for.", host=self.host))
        body = await self._whole(response.aiter_raw(), packed=coding == "gzip")
        content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        retry_after, date = _seconds(response.headers.get("retry-after", "")), response.headers.get("date", "")
        return Answer(response.status_code, content_type, retry_after, body, date)

    async def _whole(self, parts: AsyncIterator[bytes], *, packed: bool) -> bytes:
        inflater = zlib.decompressobj(GZIP) if packed else None
        body = bytearray()
        async for part in parts:
            try:
                body += inflater.decompress(part, LARGEST_ANSWER + 1 - len(body)) if inflater else part
            except zlib.error:
                raise Offline(
                    tr("The answer of {host} came damaged; try again, or try another network.", host=self.host)
                ) from None
            if len(body) > LARGEST_ANSWER:
                raise NotPhonetui(
                    tr("The answer of {host} is far too large to be a phonetui campaign server's.", host=self.host)
                )
        if inflater and not inflater.eof and body:
            raise Offline(tr("The answer of {host} was cut off; try again, or try another network.", host=self.host))
        return bytes(body)

    def _failure(self, error: Exception) -> Offline:
        """Why a connection failed, from the system's error underneath httpx's own."""
        for cause in _causes(error):
            match cause:
                case ssl.SSLCertVerificationError():
                    return Untrusted(
                        tr(
                            "The certificate of {host} cannot be trusted ({verify_message}); check the "
                            "address and this computer's clock, log in to the network in a browser, or ask the "
                            "campaign.",
                            host=self.host,
                            verify_message=cause.verify_message,
                        )
                    )
                case ssl.SSLError() if not isinstance(cause, ssl.SSLWantReadError | ssl.SSLWantWriteError):
                    return Untrusted(
                        tr("What answers at {host} does not speak https; check the address.", host=self.host)
                    )
                case socket.gaierror():
                    return Offline(
                        tr("No server is known by the name {host}; check the address and the network.", host=self.host)
                    )
                case TimeoutError():
                    return Offline(
                        tr("{host} cannot be reached in time; try again, or try another network.", host=self.host)
                    )
                case ConnectionRefusedError():
                    return Offline(
                        tr(
                            "Nothing answers at {host}; check the address, or ask whether the server is running.",
                            host=self.host,
                        )
                    )
        return Offline(tr("The line to {host} broke off; try again, or try another network.", host=self.host))


def _make_client(url: str) -> AsyncClient:
    from httpx import AsyncClient, AsyncHTTPTransport, Limits, Timeout, create_ssl_context

    here = is_loopback(url)  # needs no certificates, and no proxy leads to it
    transport = AsyncHTTPTransport(
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if url.startswith("http:") else create_ssl_context(),
        limits=Limits(max_connections=2, max_keepalive_connections=2, keepalive_expiry=KEEP_ALIVE),
        proxy=None if here else _proxy(url),
        socket_options=_signs_of_life(),
    )
    return AsyncClient(transport=transport, timeout=Timeout(None, connect=CONNECT_TIMEOUT), trust_env=False)


def _proxy(url: str) -> str | None:
    """The address of the proxy that the environment or the system names for this server, if any."""
    from urllib.request import getproxies, proxy_bypass

    parts, known = urlsplit(url), getproxies()
    proxy = known.get(parts.scheme) or known.get("all")
    if not proxy or proxy_bypass(parts.netloc):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _signs_of_life() -> list[tuple[int, int, int]]:
    """TCP's keep-alive as options of a socket, as far as the platform has them."""
    options = {
        "TCP_KEEPIDLE": SILENCE,
        "TCP_KEEPALIVE": SILENCE,  # what macOS calls it
        "TCP_KEEPINTVL": BETWEEN,
        "TCP_KEEPCNT": UNANSWERED,
        "TCP_USER_TIMEOUT": 1000 * (SILENCE + BETWEEN * UNANSWERED),  # for what was sent, and nobody has
    }
    there = [(getattr(socket, name), value) for name, value in options.items() if hasattr(socket, name)]
    return [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), *((socket.IPPROTO_TCP, name, value) for name, value in there)]


def _dressed(body: bytes, token: str) -> tuple[dict[str, str], bytes]:
    """The least that a request needs around its body, and the body as it is sent."""
    headers = dict(ACCEPTED)
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if body:
        headers["Content-Type"] = "application/json"
    if len(body) > WORTH_COMPRESSING:
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, mtime=0)
    return headers, body


def _seconds(retry_after: str) -> float:
    """`Retry-After` in seconds; a date in it counts as not said, for this laptop's clock may be wrong."""
    return float(retry_after) if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 8 else 0.0


def _causes(error: BaseException) -> Iterator[BaseException]:
    at: BaseException | None = error
    while at is not None:
        yield at
        at = at.__cause__ or at.__context__
