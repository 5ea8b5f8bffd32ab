"""The `phonetui` command: reads the command line and imports only what the command needs.

Every end is an exit code: 0 done, 1 refused with the reason on stderr, 2 wrong usage, 128 and its number for a signal
that ended it, so 130 for Ctrl-C.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import msgspec

from phonetui.commands.answer import Answer
from phonetui.commands.arguments import parser
from phonetui.commands.terminal import fitted, for_reading_on
from phonetui.core.refusal import Refused
from phonetui.core.translation import later, tr

DONE, REFUSED, INTERRUPTED = 0, 1, 130

_WITHOUT_SERVER = later(
    "This command needs the campaign server's packages, which are not installed; type: pipx install 'phonetui[server]'"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; only a `SystemExit` of argparse, or of a signal, leaves it."""
    try:
        _speak()
        arguments = parser().parse_args(argv)
        if arguments.plain:
            os.environ["PHONETUI_PLAIN"] = "1"  # as it may be set for good
        answer = _run(arguments)
        _print(answer, as_json=arguments.json)
    except Refused as refused:
        return _refuse(str(refused))
    except KeyboardInterrupt as stopped:  # long work says what of it was done
        return _refuse(str(stopped), INTERRUPTED) if str(stopped) else INTERRUPTED
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:  # noqa: BLE001 - the last resort: a sentence and a report in place of a traceback
        return _refuse(_report(error))
    return answer.code


def _speak() -> None:
    from phonetui.commands.language import speak

    speak(os.environ)


def _run(arguments: argparse.Namespace) -> Answer:
    module, function = arguments.run.split(":")
    try:
        command = getattr(import_module(f"phonetui.commands.{module}"), function)
        answer: Answer | None = command(arguments)
    except ModuleNotFoundError as missing:
        if (missing.name or "phonetui").startswith("phonetui"):
            raise
        raise Refused(tr(_WITHOUT_SERVER)) from None
    return answer or Answer("", None)


def _print(answer: Answer, *, as_json: bool) -> None:
    text = _json(answer.facts) if as_json else fitted(answer.text, sys.stdout)
    out = for_reading_on(sys.stdout) if as_json else sys.stdout
    if text:
        out.write(text if text.endswith("\n") else f"{text}\n")
    sys.stdout.flush()


def _json(facts: object) -> str:
    """ASCII alone, so that no letter in it is a control to a terminal, and a file's name may hold any bytes."""
    return json.dumps(msgspec.to_builtins(facts), separators=(",", ":"))


def _refuse(sentence: str, code: int = REFUSED) -> int:
    sys.stderr.write(f"{fitted(sentence, sys.stderr)}\n")
    return code


def _report(error: Exception) -> str:
    from phonetui.client.folders import folders
    from phonetui.commands.report import write_report

    return write_report(error, folders(os.environ).data / "reports")
