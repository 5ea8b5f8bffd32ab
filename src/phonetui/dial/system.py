"""The system's own program for a link: which it is, whether it can be there at all, and handing a link on to it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Literal

from phonetui.core.refusal import Refused
from phonetui.core.translation import later, tr

#: Seconds in which a program that cannot take a link has said so.
PATIENCE = 3.0

_OVER_SSH = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")

#: Why no program can take a link: they are on another computer, or there is none, or nothing to hand it on.
Lack = Literal["elsewhere", "desktop", "opener"]

ELSEWHERE = later("Over ssh, programs of your own computer cannot be opened from here.")
TO_SEND: dict[Lack, str] = {
    "elsewhere": ELSEWHERE,
    "desktop": later("There is no desktop here whose programs could send it."),
    "opener": later("There is no {program} here to hand it to a program that sends it."),
}


class System:
    """The machine on which phonetui runs."""

    def __init__(
        self,
        environ: Mapping[str, str] = os.environ,
        platform: str = sys.platform,
        find: Callable[[str], str | None] = shutil.which,
    ) -> None:
        self._environ = environ
        self._platform = platform
        self._find = find

    @property
    def lacks(self) -> Lack | None:
        """What it would take for a program here to get a link; None where one may."""
        if any(map(self._environ.get, _OVER_SSH)):
            return "elsewhere"
        if self._platform not in ("win32", "darwin") and not any(map(self._environ.get, _DISPLAYS)):
            return "desktop"
        if self._platform != "win32" and not self._find(self.opener):
            return "opener"
        return None

    @property
    def why_not(self) -> str:
        """Why no program here can send anything; empty where one may."""
        return tr(TO_SEND[self.lacks], program=self.opener) if self.lacks else ""

    @property
    def opener(self) -> str:
        """The program that hands links on, by its name."""
        return {"win32": "start", "darwin": "open"}.get(self._platform, "xdg-open")

    def open(self, link: str) -> None:
        """Hand the link on; takes up to `PATIENCE`. Raises `Refused` where no program takes it."""
        if self.why_not:
            raise Refused(self.why_not)
        try:
            taken = _start_file(link) if self._platform == "win32" else _run([self.opener, link])
        except OSError:
            taken = False
        if not taken:
            raise Refused(tr("No program here takes {kind} links; choose the QR code.", kind=link.partition(":")[0]))


def _run(command: list[str]) -> bool:
    """Whether it did not fail; one that goes on is the program itself."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        return process.wait(PATIENCE) == 0
    except subprocess.TimeoutExpired:
        threading.Thread(target=process.wait, daemon=True).start()  # until whoever reads it there has done so
        return True


def _start_file(link: str) -> bool:
    start: Callable[[str], None] | None = getattr(os, "startfile", None)  # on Windows alone
    if start is not None:
        start(link)
    return start is not None
