"""`phonetui demo`."""

from __future__ import annotations

import shlex
from argparse import Namespace

from phonetui.commands.answer import Answer
from phonetui.demo.run import run


def demo(arguments: Namespace) -> Answer | None:
    """The sample campaign, kept in `--data` or gone on exit."""
    run(arguments.data)
    if arguments.data is None:
        return None
    results = f"phonetui server results export riverside --data {shlex.quote(str(arguments.data))}"
    return Answer(f"The demo stays in {arguments.data}. What came of your calls:\n\n  {results}", {})
