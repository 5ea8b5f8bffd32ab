"""Logging in to Zetkin with a browser: its address, what it brings back, and a listener for that on this machine."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlencode, urlsplit

from msgspec import Struct

from phonetui.client.zetkin_address import interface
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr

#: Where the browser is sent with the code; a client id is given out for exactly this address.
PORT = 17653
REDIRECT = f"http://127.0.0.1:{PORT}/zetkin"
#: Seconds that the listener waits for the browser.
LONGEST = 300.0
#: Bytes of a request, which a browser's cookies for this machine are part of.
LARGEST = 32 << 10
LONGEST_CODE = 2_000


class NotLoggedIn(Refused):
    """Zetkin was asked, and said no."""


class Asked(Struct, frozen=True):
    """One log-in: the address for the browser, and the word by which its answer is known as the answer to this one."""

    address: str
    state: str

    def code(self, pasted: str) -> str:
        """The code in what was pasted: the whole address that the browser was sent to, or the code alone.

        Raises `Refused` for what is neither, and for an address that answers another log-in.
        """
        text = pasted.strip()
        if "?" not in text:
            if not text.isprintable() or " " in text or not 0 < len(text) <= LONGEST_CODE or "://" in text:
                raise self._no_code()
            return text
        try:
            answered = parse_qs(urlsplit(text).query)
        except ValueError:
            raise self._no_code() from None
        if not hmac.compare_digest(answered.get("state", [""])[0].encode(), self.state.encode()):
            raise Refused(
                tr("This answers another log-in than the one just begun; open the address that stands here, once more.")
            )
        if "error" in answered:
            raise NotLoggedIn(tr("Zetkin did not log you in; begin again with `phonetui login`."))
        code = answered.get("code", [""])[0]
        if not code or not code.isprintable() or len(code) > LONGEST_CODE:
            raise self._no_code()
        return code

    def _no_code(self) -> Refused:
        return Refused(
            tr("There is no code in that; paste the whole address at which the browser is now, or the code alone.")
        )


def ask(url: str, client_id: str) -> Asked:
    """A log-in that was never asked for before."""
    state = secrets.token_urlsafe(24)
    query = {"client_id": client_id, "redirect_uri": REDIRECT, "response_type": "code", "state": state}
    return Asked(f"{interface(url)}/oauth/authorize/?{urlencode(query)}", state)


class Listener:
    """Waits on this machine, at `port`, for the browser."""

    def __init__(self, asked: Asked) -> None:
        self.port = 0
        self._asked = asked
        self._code: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def code(self) -> str:
        """The code; raises `Refused` for a log-in that was declined, and `TimeoutError` where nobody comes."""
        async with asyncio.timeout(LONGEST):
            return await self._code

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request of the browser's."""
        try:
            async with asyncio.timeout(LONGEST):
                head = await reader.readuntil(b"\r\n\r\n")
            writer.write(_page(*self._answer(head.decode("latin-1").partition("\r\n")[0])))
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            pass  # it never asked
        finally:
            writer.close()

    def _answer(self, line: str) -> tuple[int, str]:
        """What the browser shows. A stranger's answer leaves the log-in as it is."""
        method, _, rest = line.partition(" ")
        path = rest.partition(" ")[0]
        if method != "GET" or urlsplit(path).path != urlsplit(REDIRECT).path or "?" not in path:
            return 404, tr("There is nothing here.")
        try:
            code = self._asked.code(path)
        except Refused as refused:
            if isinstance(refused, NotLoggedIn) and not self._code.done():
                self._code.set_exception(refused)
            return 400, str(refused)
        if not self._code.done():
            self._code.set_result(code)
        return 200, tr("You are logged in. Go back to the terminal; this page can be closed.")


@asynccontextmanager
async def listening(asked: Asked, port: int = PORT) -> AsyncIterator[Listener]:
    """The listener, on this machine alone; raises `OSError` where something else has its port."""
    listener = Listener(asked)
    server = await asyncio.start_server(listener.serve, "127.0.0.1", port, limit=LARGEST)
    listener.port = server.sockets[0].getsockname()[1]
    try:
        yield listener
    finally:
        server.close()


def _page(status: int, sentence: str) -> bytes:
    body = sentence.encode()
    words = {200: "OK", 400: "Bad Request", 404: "Not Found"}
    head = (
        f"HTTP/1.1 {status} {words[status]}",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "Connection: close",
    )
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body
