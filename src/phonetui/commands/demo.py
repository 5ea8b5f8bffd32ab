"""`phonetui demo`."""

from __future__ import annotations

import shlex
from argparse import Namespace
from importlib.util import find_spec
from pathlib import Path

from phonetui.commands.answer import Answer
from phonetui.commands.terminal import need_terminal


def demo(arguments: Namespace) -> Answer | None:
    """The sample campaign, kept in `--data` or gone on exit."""
    return start(arguments.data)


def start(kept: Path | None) -> Answer | None:
    """The same for a folder, or none. What it needs is looked for before the screen is taken over."""
    need_terminal()
    if find_spec("litestar") is None:
        raise ModuleNotFoundError("The server's packages are not installed.", name="litestar")
    from phonetui.demo.run import run

    run(kept)
    if kept is None:
        return None
    results = f"phonetui server results export riverside --data {shlex.quote(str(kept))}"
    return Answer(f"The demo stays in {kept}. What came of your calls:\n\n  {results}", {})
