"""The demo from start to end: folder, server, caller, call screen, and everything put away again."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from phonetui.client.account import load_accounts
from phonetui.client.clock import SystemClock
from phonetui.client.credentials import SecretsInMemory
from phonetui.client.desk_surface import Desk
from phonetui.client.folders import folders_in
from phonetui.client.orderly_end import orderly_end
from phonetui.client.private_files import private_folder, write_private
from phonetui.client.sign_in import Laptop, join, show_on_board, unlock
from phonetui.core.phone_call import Pace
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr

if TYPE_CHECKING:
    from phonetui.demo.shaky import RunningLine

CALLER = "Dana"
EMAIL = "dana@demo.example"


def run(
    kept: Path | None,
    show: Callable[[Callable[[], Awaitable[Desk]]], int],
    *,
    shaky: bool = False,
    pace: Pace = "preview",
    countdown: int = 3,
) -> tuple[str, int]:
    """Shows the demo, by `show`, until the caller leaves. It stays in the folder `kept`, without one nowhere.

    Its voters are dialed at this `pace`, after a `countdown` of so many seconds where that is part of it.
    It answers with what the shift came to, and with a `shaky` line between caller and server with what came of that;
    and with the exit code, which is what `show` answers.
    """
    with _folder(kept) as folder, ExitStack() as ending:
        demo = _Demo(folder, ending, shaky=shaky, pace=pace, countdown=countdown)
        code = show(demo.open)
        return demo.told(), code


class _Demo:
    """The demo's caller, the server and the line between them, which `ending` stops.

    What is slow is done on threads, since the screen is up already.
    """

    def __init__(self, folder: Path, ending: ExitStack, *, shaky: bool, pace: Pace, countdown: int) -> None:
        self._folder = folder
        self._ending = ending
        self._shaky = shaky
        self._pace: Pace = pace
        self._countdown = countdown
        self._line: RunningLine | None = None
        self._desk: Desk | None = None
        self._server: ModuleType
        self._clock = SystemClock()
        self._opened_at = self._clock.now()
        self._saved_before = 0

    async def open(self) -> Desk:
        """The desk, once the caller has joined, or come back."""
        laptop = Laptop(folders_in(_caller_folder(self._folder)), SecretsInMemory(), self._clock.new_id)
        account = next(iter(load_accounts(laptop.folders)), None)
        url = await asyncio.to_thread(self._serve, account.server_url if account else "")
        password = _password(_caller_folder(self._folder) / "password")
        if account is None:
            link = await asyncio.to_thread(self._server.invite, self._folder, url)
            signed_in = await join(laptop, link, EMAIL, CALLER, password)
            await show_on_board(signed_in)
        else:
            signed_in = await unlock(laptop, account, password)
        opening = await asyncio.to_thread(import_module, "phonetui.client.opening")
        lines = await asyncio.to_thread(import_module, "phonetui.client.invented_calls")
        extras = {"plug": self._line} if self._line else {}
        campaign_id = self._server.CAMPAIGN
        desk: Desk = await opening.open_desk(
            laptop.folders,
            signed_in,
            campaign_id,
            self._clock,
            extras,
            phone=lambda *_: lines.demo_line(self._clock, self._pace, self._countdown),
        )
        self._desk, self._saved_before, self._opened_at = desk, desk.view.tally.outcomes, self._clock.now()
        if self._line:
            self._line.shake()
        return desk

    def _serve(self, former_url: str) -> str:
        """Where the caller finds the server, where it was before if there was one: at the line where that is shaky."""
        self._server = import_module("phonetui.demo.server")
        if not self._shaky:
            url: str = self._server.start(self._folder, former_url, self._ending)
            return url
        shaky = import_module("phonetui.demo.shaky")
        server_url = self._server.start(self._folder, "", self._ending)
        line: RunningLine = shaky.start(self._folder, server_url, former_url, self._ending)
        self._line = line
        return line.url

    def told(self) -> str:
        """What the shift came to, and what came of a shaky line."""
        from phonetui.client.numbers import summary  # the first frame comes before any number

        campaign = self._desk.view.campaign if self._desk else None
        if self._desk is None or campaign is None:
            return ""
        done = summary(campaign, self._desk.pacing.pace(campaign))
        if self._line is None:
            return done
        saved = self._desk.view.tally.outcomes - self._saved_before
        shaky = self._line.told(saved, self._server.results_since(self._folder, self._opened_at))
        return "\n\n".join(filter(None, (done, shaky)))


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
    with orderly_end():
        folder = Path(tempfile.mkdtemp(prefix="phonetui-demo-"))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _make_folder(folder: Path) -> None:
    caller = _caller_folder(folder)
    try:
        if folder.is_dir() and any(folder.iterdir()) and not caller.is_dir():
            raise Refused(
                tr("{folder} holds something that is not the demo's; name a new folder with --data.", folder=folder)
            )
        private_folder(folder)
        private_folder(caller)
    except OSError as error:
        raise Refused(
            tr(
                "The folder {folder} cannot be written ({reason}); choose another --data.",
                folder=folder,
                reason=error.strerror,
            )
        ) from None
