"""The demo from start to end: folder, server, caller, call screen, and everything put away again."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from types import FrameType

from phonetui.client.account import load_accounts
from phonetui.client.clock import SystemClock
from phonetui.client.credentials import SecretsInMemory
from phonetui.client.desk import Desk
from phonetui.client.folders import folders_in
from phonetui.client.private_files import private_folder, write_private
from phonetui.client.sign_in import Laptop, join, unlock
from phonetui.core.refusal import Refused
from phonetui.tui import app

CALLER = "Dana"
EMAIL = "dana@demo.example"


def run(kept: Path | None) -> None:
    """Shows the demo until the caller leaves. It stays in the folder `kept`; without one nothing of it does."""
    with _folder(kept) as folder, ExitStack() as ending:
        app.call(lambda: _open(folder, ending))


async def _open(folder: Path, ending: ExitStack) -> Desk:
    """The desk of the demo's caller over the demo's server, which `ending` stops.

    What is slow is done on threads, since the screen is up already.
    """
    laptop = Laptop(folders_in(_caller_folder(folder)), SecretsInMemory(), SystemClock().new_id)
    account = next(iter(load_accounts(laptop.folders)), None)
    server = await asyncio.to_thread(import_module, "phonetui.demo.server")
    url = await asyncio.to_thread(server.start, folder, account.server_url if account else "", ending)
    password = _password(_caller_folder(folder) / "password")
    if account is None:
        link = await asyncio.to_thread(server.invite, folder, url)
        signed_in = await join(laptop, link, EMAIL, CALLER, password)
    else:
        signed_in = await unlock(laptop, account, password)
    opening = await asyncio.to_thread(import_module, "phonetui.client.opening")
    desk: Desk = await opening.open_desk(laptop.folders, signed_in, server.CAMPAIGN, SystemClock())
    return desk


def _caller_folder(folder: Path) -> Path:
    """Beside the server's files; it tells a demo from a campaign server in earnest."""
    return folder / "caller"


def _password(file: Path) -> str:
    """The password of the demo's caller, chosen at the first start."""
    if not file.exists():
        write_private(file, secrets.token_urlsafe(16).encode())
    return file.read_text("ascii")


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        _make_folder(kept)
        yield kept
        return
    _end_orderly()
    folder = Path(tempfile.mkdtemp(prefix="phonetui-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make_folder(folder: Path) -> None:
    caller = _caller_folder(folder)
    try:
        if folder.is_dir() and any(folder.iterdir()) and not caller.is_dir():
            raise Refused(f"{folder} holds something that is not the demo's; name a new folder with --data.")
        private_folder(folder)
        private_folder(caller)
    except OSError as error:
        raise Refused(f"The folder {folder} cannot be written ({error.strerror}); choose another --data.") from None


def _end_orderly() -> None:
    """Being told to end, or losing the terminal, is an orderly end too: what is temporary is removed."""

    def end(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end)
