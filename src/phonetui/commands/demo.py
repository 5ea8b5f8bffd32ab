"""`phonetui demo`."""

from __future__ import annotations

from argparse import Namespace

from phonetui.demo.run import run


def demo(arguments: Namespace) -> None:
    """The sample campaign, kept in `--data` or gone on exit."""
    run(arguments.data)
