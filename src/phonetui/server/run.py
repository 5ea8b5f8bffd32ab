"""Serving: the listening socket, TLS, and a stop that keeps nobody waiting."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import ssl
import threading
from pathlib import Path

import uvicorn
from msgspec import Struct

from phonetui.core.refusal import Refused
from phonetui.server.app import CampaignApp
from phonetui.server.connection import Connection
from phonetui.server.log import start_logging
from phonetui.server.loopback import is_loopback

HOST = "127.0.0.1"

#: Seconds that an idle connection is kept: a little more than the laptops' 300, so that they close first.
KEEP_ALIVE = 310
#: Seconds that a stopping server gives to what it is answering.
LAST_ANSWERS = 10
#: Connections that may wait to be accepted.
BACKLOG = 2048
#: Whose word on a client's address counts behind a proxy: this machine's. In a private network callers may be too.
PROXIES = "127.0.0.0/8,::1"


class Tls(Struct, frozen=True):
    """A certificate chain and its private key, both PEM files."""

    certificate: Path
    private_key: Path


class CampaignServer(uvicorn.Server):
    """Listens from the moment it is made; `serve_until_stopped` answers."""

    def __init__(self, app: CampaignApp, host: str, port: int, tls: Tls | None, *, behind_proxy: bool = False) -> None:
        """Raises `Refused` for a host that needs TLS, a certificate that cannot be used, or a port that is taken."""
        if tls is None and not behind_proxy and not is_loopback(host):
            raise Refused(
                f"Serving on {host} without TLS would send passwords and voters in the clear: "
                "give --tls-certificate and --tls-key, or --behind-proxy where a proxy does it."
            )
        if tls is not None:
            _check_certificate(tls)
        self._app = app
        self.socket = _listen(host, port)
        self._ready = threading.Event()
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="on",
                http=Connection,
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=behind_proxy,
                forwarded_allow_ips=PROXIES,
                timeout_keep_alive=KEEP_ALIVE,
                timeout_graceful_shutdown=LAST_ANSWERS,
                ssl_certfile=tls.certificate if tls else None,
                ssl_keyfile=tls.private_key if tls else None,
            )
        )
        shown = f"[{host}]" if ":" in host else host
        self.url = f"{'https' if tls else 'http'}://{shown}:{self.socket.getsockname()[1]}"

    def serve_until_stopped(self) -> None:
        """Answers until Ctrl-C or SIGTERM, and logs on stderr."""
        start_logging()
        with contextlib.suppress(KeyboardInterrupt):
            self.run([self.socket])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's, and says when it is done."""
        await super().startup(sockets)
        self._ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's, once the requests that wait for news are answered."""
        self._app.end_watches()
        await super().shutdown(sockets)

    def wait_until_ready(self, thread: threading.Thread) -> None:
        """Returns once requests are answered; raises `Refused` if the thread that serves ended before."""
        while not self._ready.wait(0.05):
            if not thread.is_alive():
                raise Refused(f"The campaign server at {self.url} ended while it was starting; its log says why.")


class Running:
    """A server on a thread of its own."""

    def __init__(self, server: CampaignServer) -> None:
        self.url = server.url
        self.server = server
        self._thread = threading.Thread(target=server.run, args=([server.socket],), name="campaign server")
        self._thread.start()
        server.wait_until_ready(self._thread)

    def stop(self) -> None:
        """Answers what is under way, closes every connection and the database, and returns when that is done."""
        self.server.should_exit = True
        self._thread.join()


def serve_in_background(app: CampaignApp, host: str = HOST, port: int = 0) -> Running:
    """Serves on loopback from a thread; port 0 takes any that is free."""
    return Running(CampaignServer(app, host, port, None))


def _check_certificate(tls: Tls) -> None:
    for file in (tls.certificate, tls.private_key):
        try:
            file.open("rb").close()
        except OSError as error:
            raise Refused(f"The file {file} cannot be read ({error.strerror}); name a file that may be read.") from None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:  # a passphrase would be asked for on the terminal
        context.load_cert_chain(tls.certificate, tls.private_key, password=lambda: "")
    except ssl.SSLError:
        raise Refused(
            f"{tls.certificate} and {tls.private_key} cannot be used: "
            "give a PEM certificate chain and its own private key, without a passphrase."
        ) from None


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)  # with its protocol named, asyncio sets TCP_NODELAY
    except (socket.gaierror, OverflowError):
        raise Refused(f"The --host {host} is not an address of this machine.") from None
    try:
        if os.name == "posix":  # elsewhere it would let two servers share the port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise Refused(_why_not(error, host, port)) from None
    return listening


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use: stop what uses it, or choose another with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} on {host} is not open to this user: choose one above 1023 with --port."
    return f"The server cannot listen on port {port} of {host} ({error.strerror}): choose another --host or --port."
