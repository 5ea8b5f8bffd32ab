"""`phonetui demo`."""

from __future__ import annotations

import shlex
from argparse import Namespace
from importlib.util import find_spec
from pathlib import Path

from phonetui.commands.answer import Answer
from phonetui.commands.terminal import need_terminal
from phonetui.core.translation import tr


def demo(arguments: Namespace) -> Answer | None:
    """The sample campaign, kept in `--data` or gone on exit; with `--shaky` over a bad line."""
    return start(arguments.data, shaky=arguments.shaky)


def start(kept: Path | None, *, shaky: bool = False) -> Answer | None:
    """The same for a folder, or none. What it needs is looked for before the screen is taken over."""
    need_terminal()
    if find_spec("litestar") is None:
        raise ModuleNotFoundError("The server's packages are not installed.", name="litestar")
    from phonetui.demo.run import run

    told = [run(kept, shaky=shaky)]
    if kept is not None:
        results = f"phonetui server results export riverside --data {shlex.quote(str(kept))}"
        told.append(f"{tr('The demo stays in {folder}. What came of your calls:', folder=kept)}\n\n  {results}")
    return Answer("\n\n".join(filter(None, told)), {})
