"""`phonetui demo`."""

from __future__ import annotations

import os
import shlex
from argparse import Namespace
from importlib.util import find_spec
from pathlib import Path

from phonetui.client.folders import folders
from phonetui.client.settings import Settings, load_settings
from phonetui.commands.answer import Answer
from phonetui.commands.front_end import as_shown, show
from phonetui.core.translation import tr


def demo(arguments: Namespace) -> Answer | None:
    """The sample campaign, kept in `--data` or gone on exit; with `--shaky` over a bad line."""
    return start(arguments.data, shaky=arguments.shaky)


def start(kept: Path | None, *, shaky: bool = False) -> Answer | None:
    """The same for a folder, or none, in the front end that the caller has chosen, else as it is for everybody."""
    if find_spec("litestar") is None:
        raise ModuleNotFoundError("The server's packages are not installed.", name="litestar")
    from phonetui.demo.run import run

    settings = as_shown(load_settings(folders(os.environ).settings_file, os.environ))
    usual = Settings(front=settings.front, wording=settings.wording)
    shift, code = run(
        kept,
        lambda open_desk: show(open_desk, usual),
        shaky=shaky,
        pace=settings.pace,
        countdown=settings.countdown,
    )
    told = [shift]
    if kept is not None:
        results = f"phonetui server results export riverside --data {shlex.quote(str(kept))}"
        told.append(f"{tr('The demo stays in {folder}. What came of your calls:', folder=kept)}\n\n  {results}")
    return Answer("\n\n".join(filter(None, told)), {}, code)
