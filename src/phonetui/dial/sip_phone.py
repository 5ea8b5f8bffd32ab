"""One running baresip with its account: started, found to be fit, registered, and ended."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.dial.baresip_config import ACCOUNT_MODULE, TRIAL_MODULE, Modules, config, modules_of
from phonetui.dial.baresip_control import Answer, Control
from phonetui.dial.baresip_folder import PrivateFolder, sweep
from phonetui.dial.baresip_process import BaresipProcess
from phonetui.dial.registration import Registration, failed
from phonetui.dial.sip_account import SipAccount
from phonetui.dial.sip_call import Heard
from phonetui.dial.sip_trace import SipAnswer, SipTrace

#: Seconds within which baresip listens, and within which a provider answers a registration.
STARTING = 5.0
REGISTERING = 6.0

OLDEST = (1, 0)

_VERSION = re.compile(r"\b([0-9]+)\.([0-9]+)\.[0-9]+")
_WRONG_PASSWORD = re.compile(r"40[137]\b")


class SipPhone:
    """`hear` gets baresip's events, `hear_answer` the provider's, `lost` is called once when baresip is gone.

    `registered` is told of each registration after the first, with the one before.
    """

    def __init__(
        self,
        hear: Callable[[Heard], None],
        hear_answer: Callable[[SipAnswer], None],
        lost: Callable[[], None],
        registered: Callable[[Registration, Registration], None],
    ) -> None:
        self.registration = Registration()
        self.version = ""
        self._hear = hear
        self._hear_answer = hear_answer
        self._tell_lost = lost
        self._tell_registered = registered
        self._registered = asyncio.Event()
        self._is_up = self._is_lost = self._is_closing = False
        self._trace = SipTrace()
        self._control = Control(self._hear_event, self._lost)
        self._process = BaresipProcess(self._hear_print, self._gone)
        self._folder: PrivateFolder | None = None

    async def start(self, account: SipAccount, password: str, parent: Path, program: str | None = None) -> None:
        """Raises `Refused` with a way on; then nothing of it is left."""
        account.check()
        line = account.line(password)
        try:
            await self._start(account, line, parent, installed(program))
        except BaseException:
            await self.close()
            raise

    async def _start(self, account: SipAccount, line: str, parent: Path, program: Path) -> None:
        modules = modules_of(program)
        port = _free_port()
        written = config(account, modules, port)
        try:
            await asyncio.to_thread(sweep, parent)
            self._folder = PrivateFolder(parent)
            self._folder.write("config", written)
            self._folder.write("accounts", line + "\n")
            folder = str(self._folder.path)
            await asyncio.wait_for(self._process.start([str(program), "-s", "-f", folder], folder), STARTING)
            self._folder.remember(self._process.id)
        except TimeoutError:
            raise _not_as_it_should() from None
        except OSError as error:
            raise Refused(
                tr("baresip cannot be started ({reason}); dial by hand meanwhile.", reason=error.strerror or error)
            ) from error
        await self._fit(modules, port)
        await self._register(account)
        self._is_up = True
        if self._is_lost:
            raise _not_as_it_should()

    async def _fit(self, modules: Modules, port: int) -> None:
        """Listens to it, and finds out whether it can do what is asked of it."""
        try:
            await asyncio.wait_for(self._connect(port), STARTING)
            about = (await self.ask("about")).data
            await self._check_version(about)
            if modules.has(TRIAL_MODULE.removesuffix(".so")):
                await self._try_audio()
        except (ConnectionError, TimeoutError):
            raise _not_as_it_should() from None

    async def _connect(self, port: int) -> None:
        while True:
            if self._is_lost:
                raise ConnectionError
            with suppress(OSError):
                return await self._control.connect(port)
            await asyncio.sleep(0.01)

    async def _check_version(self, about: str) -> None:
        version = _VERSION.search(about)
        if "baresip" not in about.lower().replace("\x1b[31;1m", "") or version is None:
            raise ConnectionError
        self.version = version[0]
        if (int(version[1]), int(version[2])) < OLDEST:
            raise Refused(
                tr("baresip {version} is too old; install 1.0 or newer, or dial by hand.", version=self.version)
            )

    async def _try_audio(self) -> None:
        """Opens both devices for a moment."""
        await self.ask("insmod", TRIAL_MODULE)
        opened = await self.ask("auloop", "8000 1")
        await self.ask("auloop_stop")
        if not opened.ok:
            raise Refused(
                tr("No microphone and speaker can be opened here; choose others in the settings, or dial by hand.")
            )

    async def _register(self, account: SipAccount) -> None:
        with suppress(TimeoutError, ConnectionError):
            await self.ask("insmod", ACCOUNT_MODULE)
            await asyncio.wait_for(self._registered.wait(), REGISTERING)
        if self._folder is not None:
            self._folder.forget("accounts")
        registration = self.registration
        if registration.state == "registered":
            return
        if registration.state == "refused" and _WRONG_PASSWORD.match(registration.reason):
            sentence = tr(
                "The SIP provider refuses {address} with this password ({reason}); set it anew, or dial by hand.",
                address=account.address,
                reason=registration.reason,
            )
        elif registration.state == "refused":
            sentence = tr(
                "The SIP provider refuses {address} ({reason}); check the account, or dial by hand.",
                address=account.address,
                reason=registration.reason,
            )
        else:
            sentence = tr(
                "The SIP provider {domain} does not answer; check its address and the network, or dial by hand.",
                domain=account.proxy or account.domain,
            )
        raise Refused(sentence)

    async def ask(self, command: str, params: str = "") -> Answer:
        """Have a command carried out. Raises `ConnectionError` where no answer comes."""
        return await self._control.ask(command, params)

    async def close(self) -> None:
        """Ends it; nothing of it is left. Twice does nothing."""
        if self._is_closing:
            return
        self._is_closing = True
        with suppress(ConnectionError):
            await self.ask("quit")
        self._control.close()
        await self._process.end()
        if self._folder is not None:
            self._folder.remove()

    def _hear_event(self, heard: Heard) -> None:
        if self._process.id:
            self._process.read()  # what was printed before the event
        if heard.type == "REGISTER_OK":
            self._is(Registration("registered"))
        elif heard.type == "REGISTER_FAIL":
            self._is(failed(heard.param))
        else:
            self._hear(heard)

    def _is(self, registration: Registration) -> None:
        before, self.registration = self.registration, registration
        self._registered.set()
        if self._is_up and not self._is_closing:
            self._tell_registered(before, registration)

    def _hear_print(self, printed: bytes) -> None:
        for answer in self._trace.feed(printed):
            self._hear_answer(answer)

    def _gone(self) -> None:
        """The process is; what it has said before may still be on its way, and then the connection ends, too."""
        if not self._control.is_open:
            self._is_lost = True

    def _lost(self) -> None:
        self._is_lost = True
        if self._is_up and not self._is_closing:
            self._tell_lost()


def _not_as_it_should() -> Refused:
    return Refused(tr("baresip does not start as it should; try again, or dial by hand."))


def installed(program: str | None = None) -> Path:
    """The program named, else the one there is. Raises `Refused` where there is none, or none can be driven here."""
    if sys.platform == "win32":
        raise Refused(tr("baresip is not driven on Windows; choose your phone by QR code, or dial by hand."))
    found = program or shutil.which("baresip")
    if found is None or not os.access(found, os.X_OK):
        raise Refused(tr("baresip is not installed here; install it with your package manager, or dial by hand."))
    return Path(found)


def is_installed() -> bool:
    """Whether there is a baresip that can be driven here."""
    try:
        return bool(installed())
    except Refused:
        return False


def _free_port() -> int:
    """One of those that the system hands out at random, on loopback alone."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
