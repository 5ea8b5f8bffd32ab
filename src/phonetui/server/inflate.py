"""Request bodies: inflated when they come gzipped, within limits of size before and after and of time."""

from __future__ import annotations

import asyncio
import zlib

from litestar.datastructures import MutableScopeHeaders
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, ReceiveMessage, Scope, Send

from phonetui.server.problems import RequestRefused

#: Bytes of a body as sent, and as inflated.
LARGEST_SENT = 1 << 20
LARGEST_BODY = 8 << 20
#: Seconds for a whole body to arrive: a full megabyte at 50 kbit/s.
SLOWEST = 180

GZIP = 16 + zlib.MAX_WBITS


class InflateRequests(ASGIMiddleware):
    """Gives the routes plain bodies; raises the problems `too-large` and `bad-request` while one is read."""

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Passes a request on with its body bounded, and inflated where it says that it is gzipped."""
        headers = MutableScopeHeaders(scope)
        encoding = headers.get("content-encoding", "identity").lower()
        if encoding not in ("gzip", "identity"):
            raise RequestRefused("bad-request", "The body may be plain or gzip, in no other encoding.", status=415)
        if encoding == "gzip":
            del headers["content-encoding"]
            headers.pop("content-length", None)  # it counts the bytes before inflating
        await next_app(scope, _Body(receive, zlib.decompressobj(GZIP) if encoding == "gzip" else None), send)


class _Body:
    """A `receive` that bounds, times and inflates the body, and then passes on whatever else comes."""

    def __init__(self, receive: Receive, inflater: zlib._Decompress | None) -> None:
        self._receive = receive
        self._inflater = inflater
        self._deadline = asyncio.get_running_loop().time() + SLOWEST
        self._sent = self._inflated = 0
        self._complete = False

    async def __call__(self) -> ReceiveMessage:
        if self._complete:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            detail = f"The body did not arrive within {SLOWEST} seconds."
            raise RequestRefused("server-error", detail, status=408) from None
        if message["type"] == "http.request":
            self._complete = not message.get("more_body", False)
            message["body"] = self._plain(message.get("body", b""))
        return message

    def _plain(self, sent: bytes) -> bytes:
        self._sent += len(sent)
        if self._sent > LARGEST_SENT:
            raise RequestRefused("too-large", f"The body is larger than {LARGEST_SENT} bytes.")
        return self._inflate(self._inflater, sent) if self._inflater else sent

    def _inflate(self, inflater: zlib._Decompress, sent: bytes) -> bytes:
        try:
            body = inflater.decompress(sent, LARGEST_BODY - self._inflated + 1)
        except zlib.error:
            raise RequestRefused("bad-request", "The body is not gzip, as its Content-Encoding says.") from None
        self._inflated += len(body)
        if self._inflated > LARGEST_BODY:
            raise RequestRefused("too-large", f"The body inflates to more than {LARGEST_BODY} bytes.")
        if self._complete and not inflater.eof:
            raise RequestRefused("bad-request", "The gzip body ends too early.")
        return body
