"""A real mail server on loopback that keeps what it is handed."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "calls", "pass word"


class Mailbox:
    """Keeps letters; `refuses` is said to every letter instead."""

    def __init__(self, *, wants_login: bool = False) -> None:
        self.letters: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.came = threading.Event()
        self.refuses = ""
        self.url = ""
        self._wants_login = wants_login

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self._wants_login and not session.authenticated:
            return "530 Log in first"
        if self.refuses:
            return self.refuses
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.envelopes.append(envelope)
        self.came.set()
        return "250 OK"

    def protocol(self) -> SMTP:
        return SMTP(
            self,
            hostname="localhost",
            ident="mailbox",
            authenticator=_authenticate,
            auth_require_tls=False,
            loop=asyncio.get_running_loop(),
        )

    def code(self) -> str:
        """The code in the last letter, once there is one."""
        assert self.came.wait(10), "no mail came"
        return codes_in(self.letters[-1])[0]


def codes_in(letter: EmailMessage) -> list[str]:
    """The codes in a letter."""
    return re.findall(r"\b\d{8}\b", letter.get_content())


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    right = isinstance(data, LoginPassword) and data == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


@contextmanager
def mailbox(*, wants_login: bool = False) -> Iterator[Mailbox]:
    """Takes mail on a thread of its own."""
    box, ready = Mailbox(wants_login=wants_login), threading.Event()
    stopping: list[Callable[[], object]] = []

    async def serve() -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        server = await loop.create_server(box.protocol, "127.0.0.1", 0)
        box.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        stopping.append(lambda: loop.call_soon_threadsafe(stop.set))
        ready.set()
        await stop.wait()
        server.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="mailbox")
    thread.start()
    assert ready.wait(10)
    yield box
    stopping[0]()
    thread.join(10)
