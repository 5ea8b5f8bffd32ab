"""The clipboard: asked of the terminal by OSC 52, which goes over ssh too, else of a program."""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App

#: Terminals, by a variable and its value, that pass over what asks for the clipboard; VTE is GNOME Terminal's.
_TAKE_NONE = {"TERM": "linux", "TERM_PROGRAM": "Apple_Terminal", "VTE_VERSION": None}

#: Programs that copy what they read: of macOS, of Wayland, of X.
COPIERS: tuple[tuple[str, ...], ...] = (("pbcopy",), ("wl-copy",), ("xclip", "-selection", "clipboard"))
#: tmux since 3.2 asks the terminal around it, without a setting of the user's; one buffer keeps the last number alone.
TMUX: tuple[str, ...] = ("tmux", "load-buffer", "-w", "-b", "phonetui", "-")
#: Seconds that one has for it.
_PATIENCE = 1.0


def sequence(text: str, environ: Mapping[str, str]) -> str:
    """What asks this terminal to take the text; empty where it is known to take none.

    screen passes on what is wrapped for the terminal around it; tmux does, or asks that itself, where it is set up to.
    """
    if takes_none(environ):
        return ""
    asks = f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\x07"
    if "TMUX" in environ:
        doubled = asks.replace("\x1b", "\x1b\x1b")
        return f"{asks}\x1bPtmux;{doubled}\x1b\\"
    return f"\x1bP{asks}\x1b\\" if "STY" in environ else asks


def takes_none(environ: Mapping[str, str]) -> bool:
    """Whether this terminal is known to take nothing; under tmux or screen nobody knows which it is."""
    if "TMUX" in environ or "STY" in environ:
        return False
    return any(environ.get(name, "") == value if value else name in environ for name, value in _TAKE_NONE.items())


async def copy(app: App[Any], text: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Have it copied; whether it is, as far as anybody can know."""
    if "TMUX" in environ and await asyncio.to_thread(copied_by_program, text, [TMUX]):
        return True
    app.copy_to_clipboard(text)
    if not takes_none(environ):
        return True
    if "SSH_CONNECTION" in environ:  # what is copied there is not here
        return False
    return await asyncio.to_thread(copied_by_program, text)


def can_copy(environ: Mapping[str, str], find: Callable[[str], str | None] = shutil.which) -> bool:
    """Whether something here takes what is copied, as far as anybody can know before."""
    if not takes_none(environ):
        return True
    return "SSH_CONNECTION" not in environ and any(find(copier[0]) for copier in COPIERS)


def copied_by_program(text: str, copiers: Sequence[Sequence[str]] = COPIERS) -> bool:
    """Whether one of the programs is here and has taken it."""
    return any(_takes(copier, text) for copier in copiers)


def _takes(copier: Sequence[str], text: str) -> bool:
    quiet = subprocess.DEVNULL
    try:
        ran = subprocess.run(
            copier,
            input=text.encode(),
            stdout=quiet,
            stderr=quiet,
            timeout=_PATIENCE,
            check=False,
            start_new_session=True,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ran.returncode == 0
