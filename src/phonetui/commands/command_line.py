"""argparse's own words in the caller's language, and the nearest command for a word that is none."""

from __future__ import annotations

import re
import sys
from argparse import SUPPRESS, Action, ArgumentParser, HelpFormatter
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from phonetui.core.keys import nearest
from phonetui.core.text import visible
from phonetui.core.translation import later, tr

WRONG_USAGE = 2
UNKNOWN = later("“{word}” means nothing here{nearest}")
ASKS = later("type that alone; then it asks for {asked}")
#: What argparse says in English, and how it is told; `nearest` is what may have been meant.
MISTAKES = (
    (r"the following arguments are required: (?P<names>.+)", later("{names} is missing")),
    (r"one of the arguments (?P<names>.+) is required", later("one of these is missing: {names}")),
    (r"argument (?P<name>[^:]+): expected .*argument.*", later("{name} wants a value")),
    (r"argument (?P<name>[^:]+): ignored explicit argument .*", later("{name} takes no value")),
    (r"argument (?P<name>[^:]+): not allowed with argument (?P<other>.+)", later("{name} does not go with {other}")),
    (r"argument (?P<name>[^:]+): invalid int value: '(?P<word>.*)'", later("{name}: “{word}” is no whole number")),
    (
        r"argument (?P<name>-[^:]*): invalid choice: '(?P<word>.*?)' \(choose from (?P<choices>.+)\)",
        later("{name}: “{word}” is none of them; there are {choices}"),
    ),
    (r"argument [^:]+: invalid choice: '(?P<word>.*?)' \(.*", later("“{word}” is no command here{nearest}")),
    (r"unrecognized arguments: (?P<word>.+)", UNKNOWN),
    (r"ambiguous option: (?P<word>\S+) could match (?P<names>.+)", later("“{word}” may be any of {names}")),
    (r"argument (?P<name>[^:]+): (?P<why>.+)", "{name}: {why}"),
)


class Formatter(HelpFormatter):
    """Says `usage:` in the caller's language."""

    def add_usage(
        self, usage: str | None, actions: Iterable[Action], groups: Iterable[Any], prefix: str | None = None
    ) -> None:
        """Before the description."""
        super().add_usage(usage, actions, groups, tr("usage: ") if prefix is None else prefix)


class Parser(ArgumentParser):
    """Every command has one, and so has each of its own commands. The default `asks` is what one asks for by itself."""

    def __init__(self, **described: Any) -> None:
        super().__init__(**described, formatter_class=Formatter, add_help=False)
        self._positionals.title, self._optionals.title = tr("what it is given"), tr("options")
        self.add_argument("-h", "--help", action="help", default=SUPPRESS, help=tr("show this help and exit"))

    def parse_known_args(self, *given: Any, **more: Any) -> tuple[Any, list[str]]:
        """The command itself, and none above it, says that it does not know what was typed."""
        known, unknown = super().parse_known_args(*given, **more)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return known, unknown

    def error(self, message: str) -> NoReturn:
        """End with the usage, and what is wrong with what was typed."""
        self.print_usage(sys.stderr)
        self.exit(WRONG_USAGE, f"{self.prog}: {visible(self._told(message))}\n")

    def _told(self, message: str) -> str:
        for pattern, sentence in MISTAKES:
            found = re.fullmatch(pattern, message, re.DOTALL)
            if found is not None:
                parts = found.groupdict()
                word, choices = parts.get("word", "").split(" ")[0], parts.get("choices", "").replace("'", "")
                asked = self.get_default("asks")
                if asked and sentence == UNKNOWN and not word.startswith("-"):
                    return tr(ASKS, asked=asked)
                return tr(sentence, **parts | {"choices": choices}, nearest=self._nearest(word))
        return message

    def _nearest(self, word: str) -> str:
        more = tr("; `{program} --help` shows what there is", program=self.prog)
        return nearest(word, _words(self)) or more


def _words(parser: ArgumentParser) -> Iterator[str]:
    """The commands of this one, and the options of all below it."""
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action.choices, dict):
            yield from action.choices
            for below in action.choices.values():
                yield from (option for option in _words(below) if option.startswith("-"))
