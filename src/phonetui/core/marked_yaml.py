"""YAML written by hand, read so that every mistake is found in one pass and each names file, line and key."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping

import yaml
from msgspec import Struct

from phonetui.core.text import clean
from phonetui.core.translation import later, tr

#: Characters; a paragraph of a script is one line.
LONGEST_LINE = 4000

_NULL, _BOOL = "tag:yaml.org,2002:null", "tag:yaml.org,2002:bool"
_TRUE = ("true", "yes", "on")
#: libyaml where there is one: it is faster, and takes question marks in lists and mappings on one line.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOT_YAML = later(
    "this is not YAML; indent with spaces alone, close every bracket and quote, "
    "and put text with `: ` or ` #` in it, or that begins with punctuation, in quotes"
)


class Mistake(Struct, frozen=True):
    """What is wrong at one place of a file. `key` is the way there from the top: `script.2.question.id`."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (f"{self.file}:{self.line}", self.key, self.message) if part)


def did_you_mean(name: str, known: Collection[str], otherwise: str = "") -> str:
    """`; did you mean …?` with the nearest known name, else `otherwise`, else all of them."""
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return tr("; did you mean `{word}`?", word=near[0])
    return f"; {otherwise or tr('known are {names}', names=', '.join(known))}"


class Page:
    """One file: the line of each of its keys, and the mistakes found so far."""

    def __init__(self, file_name: str) -> None:
        self.file_name = file_name
        self._lines: dict[str, int] = {}
        self._mistakes: list[Mistake] = []
        self._unread: set[str] = set()

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """All mistakes, in the file's order."""
        return tuple(sorted(self._mistakes, key=lambda mistake: mistake.line))

    def top(self, text: str, example: str) -> Entry | None:
        """The file's outermost value; None, and a mistake, when it is empty or not YAML."""
        node = self._composed(text)
        if node is None and not self._mistakes:
            self.unread("", tr("the file is empty; it begins with a line such as `{example}`", example=example), 1)
        return Entry(self, "", node, example, 1) if node else None

    def found(self, key: str, line: int) -> None:
        """Remembers where a key is."""
        self._lines[key] = line

    def unread(self, key: str, message: str, line: int) -> None:
        """Writes down that what is at the key could not be read; what is below it then says nothing more."""
        if not self._is_unread(key):
            self._unread.add(key)
            self._mistakes.append(Mistake(self.file_name, line, key, message))

    def wrong(self, key: str, message: str) -> None:
        """Writes down that what was read at the key breaks a rule; not where reading it had failed already."""
        if not self._is_unread(key):
            self._mistakes.append(self.at(key, message))

    def at(self, key: str, message: str) -> Mistake:
        """A remark about a key; where the file does not go down that far, about the key above."""
        while key and key not in self._lines:
            key = key.rpartition(".")[0]
        return Mistake(self.file_name, self._lines.get(key, 1), key, message)

    def _is_unread(self, key: str) -> bool:
        parts = key.split(".")
        return any(".".join(parts[:depth]) in self._unread for depth in range(len(parts) + 1))

    def _composed(self, text: str) -> yaml.Node | None:
        try:
            return yaml.compose(text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.unread("", tr(_NOT_YAML), mark.line + 1 if mark else 1)
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, text.find(chr(error.character))) + 1
            self.unread(
                "",
                tr(
                    "there is a character here that YAML does not take, {character}; remove it",
                    character=f"U+{error.character:04X}",
                ),
                line,
            )
        return None


class Entry:
    """One value of the file. Whoever reads it says what it should be; what it is not becomes a mistake.

    After a mistake the reading goes on with an empty value, so that the rest is checked too.
    """

    def __init__(self, page: Page, key: str, node: yaml.Node, example: str, line: int) -> None:
        self.page, self.key, self.example, self.line = page, key, example, line
        self._node = node
        page.found(key, line)

    @property
    def is_mapping(self) -> bool:
        """Whether the file has keys and values here."""
        return isinstance(self._node, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        """Whether the file has a list here."""
        return isinstance(self._node, yaml.SequenceNode)

    @property
    def is_blank(self) -> bool:
        """Whether the file has an empty text here, in quotes."""
        return isinstance(self._node, yaml.ScalarNode) and self._node.tag != _NULL and not self._node.value.strip()

    def refuse(self, message: str) -> None:
        """Writes down a mistake here."""
        self.page.unread(self.key, message, self.line)

    def expect(self, what: str) -> None:
        """Writes down that something else is here than `what`."""
        found = tr("found {value}", value=self._found()) if self._found() else tr("there is nothing here")
        self.refuse(tr("expected {what}, such as {example}; {found}", what=what, example=self.example, found=found))

    def text(self, what: str = "") -> str:
        """Text, and numbers and the like as they are written, line by line clean; empty after a mistake."""
        written = str(self._node.value) if isinstance(self._node, yaml.ScalarNode) and self._node.tag != _NULL else ""
        text = "\n".join(clean(line, LONGEST_LINE) for line in written.strip().split("\n"))
        if not text:
            self.expect(what or tr("text"))
        return text

    def whole_number(self, least: int = 1) -> int:
        """A whole number from `least`; that one after a mistake."""
        if isinstance(self._node, yaml.ScalarNode) and self._node.value.isdecimal():
            number = int(self._node.value)
            if number >= least:
                return number
        self.expect(tr("a whole number from {least}", least=least))
        return least

    def yes_no(self) -> bool:
        """True or false; false after a mistake."""
        if self._node.tag == _BOOL:
            return str(self._node.value).lower() in _TRUE
        self.expect(tr("true or false"))
        return False

    def items(self, example: str) -> list[Entry]:
        """The values of a list; none after a mistake, or where nothing is written."""
        if isinstance(self._node, yaml.SequenceNode):
            nodes = enumerate(self._node.value, start=1)
            return [self._inner(str(number), node, example, node.start_mark.line + 1) for number, node in nodes]
        if self._node.tag != _NULL:
            self.expect(tr("a list"))
        return []

    def mapping(
        self, known: Mapping[str, str], meant: Callable[[str, Collection[str]], str] = did_you_mean
    ) -> dict[str, Entry]:
        """The values by key; `known` holds the keys that may be here, each with an example of its value.

        `meant` says of another what it may have been meant for.
        """
        found = self._values(known, "")
        for name in [name for name in found if name not in known]:
            found.pop(name).refuse(tr("`{name}` is not a key here", name=name) + meant(name, known))
        return found

    def any_mapping(self, example: str) -> dict[str, Entry]:
        """The values by key, whatever the keys; none after a mistake, or where nothing is written."""
        return self._values({}, example)

    def require(self, found: Collection[str], known: Mapping[str, str], names: Collection[str]) -> None:
        """Writes a mistake down for each of the names that is not among those found."""
        for name in names:
            if name not in found:
                missing = tr("`{name}` is missing; add it, such as `{name}: {example}`", name=name, example=known[name])
                self.page.unread(self._inner_key(name), missing, self.line)

    def _values(self, examples: Mapping[str, str], example: str) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        if not isinstance(self._node, yaml.MappingNode):
            if self._node.tag != _NULL:
                self.expect(tr("keys and values"))
            return found
        for key_node, node in self._node.value:
            line = key_node.start_mark.line + 1
            name = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            if name in found:
                again = tr("`{name}` is here twice; the first is on line {line}", name=name, line=found[name].line)
                self.page.unread(self._inner_key(name), again, line)
            else:
                found[name] = self._inner(name, node, examples.get(name, example), line)
        return found

    def _inner(self, name: str, node: yaml.Node, example: str, line: int) -> Entry:
        return Entry(self.page, self._inner_key(name), node, example, line)

    def _inner_key(self, name: str) -> str:
        return f"{self.key}.{name}" if self.key else name

    def _found(self) -> str:
        if self.is_list:
            return tr("a list")
        if self.is_mapping:
            return tr("keys and values")
        return f"`{self._node.value}`" if self._node.value.strip() else ""
