"""Keeps the catalogues of `src/phonetui/languages` up with the sentences in the code.

`scripts/languages` merges new sentences into every catalogue, `scripts/languages fr` into that one, begun where it is
not there. `scripts/languages --check` changes nothing and fails with a line for whatever is missing or wrong.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from phonetui.core.translation import CATALOGUES

SOURCES = Path("src/phonetui")
#: How many of a call's first arguments are words, by function.
WORDS = {"tr": 1, "later": 1, "tr_n": 2, "tr_c": 2}
#: What callers are told is the first argument of these.
TELLING = (
    *("Refused", "Offline", "Untrusted", "NotPhonetui", "SignedOut", "Busy", "ProblemAnswer", "WrongPassword"),
    *("Ignore", "Said", "Waiting", "notice", "say", "ask", "choose", "type_line", "ChoicePrompt", "TextPrompt"),
)
#: The campaign's own side: files, imports and the server are told of in English.
FOR_ORGANISERS = (
    *("server/", "demo/", "supervise/", "core/campaign_", "core/script_", "core/possible.py"),
    *(f"commands/{name}" for name in ("campaign.py", "connect", "privacy.py", "questions", "results", "server_")),
    *(f"commands/{name}" for name in ("serving", "voters")),
)
COLUMNS = 120
#: Without dates and names, which change whether or not a sentence does.
HEADER = r"""{}
msgid ""
msgstr ""
"Language: {}\n"
"Plural-Forms: {}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""


def main(arguments: list[str]) -> int:
    """Merges or checks; the exit code."""
    if arguments == ["--check"]:
        found = [
            *unreadable(),
            *untranslatable(),
            *(fault for file in catalogues() for fault in faults(file, in_the_code())),
        ]
        print("\n".join(found), end="\n" if found else "", file=sys.stderr)
        return 1 if found else 0
    for language in arguments or [file.stem for file in catalogues()]:
        merge(CATALOGUES / f"{language}.po")
    return 0


def catalogues() -> list[Path]:
    """Every catalogue there is."""
    return sorted(CATALOGUES.glob("*.po"))


def in_the_code() -> Catalog:
    """Every sentence that the code gives to `tr` and the like, with the files that do."""
    template = Catalog()
    for file, call in _calls():
        words = [str(each.value) for each in call.args[: WORDS[_name(call)]] if isinstance(each, ast.Constant)]
        if len(words) < WORDS[_name(call)]:  # its sentence is kept in a table, with later()
            continue
        context = words.pop(0) if _name(call) == "tr_c" else None
        template.add(
            words[0] if len(words) == 1 else words,
            locations=[(str(file.relative_to(SOURCES)), call.lineno)],
            context=context,
        )
    return template


def _calls() -> Iterator[tuple[Path, ast.Call]]:
    """Each call that names a sentence, by file."""
    for file in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _name(node) in WORDS:
                yield file, node


def merge(file: Path) -> None:
    """Brings the catalogue up to date; what is new in it is empty, and of what is gone nothing stays."""
    catalogue = _read(file) if file.exists() else Catalog(locale=file.stem, header_comment=f"# {file.stem}")
    catalogue.update(in_the_code(), no_fuzzy_matching=True)
    if _regional(file):
        for message in [each for each in catalogue if each.id and not _translated(each)]:
            catalogue.delete(message.id, message.context)
    with file.open("wb") as out:
        out.write(HEADER.format(catalogue.header_comment, file.stem, catalogue.plural_forms).encode())
        write_po(
            out, catalogue, COLUMNS, omit_header=True, sort_by_file=True, ignore_obsolete=True, include_lineno=False
        )


def faults(file: Path, template: Catalog) -> Iterator[str]:
    """A line for each sentence that is missing from a catalogue, unsure, or has other fields than in the code.

    What differs in one country alone may leave out what does not.
    """
    catalogue = _read(file)
    for wanted in template:
        found = catalogue.get(wanted.id, wanted.context) if wanted.id else None
        if found is None and wanted.id and not _regional(file):
            yield f"{file.name}: not in it: {_shown(wanted)}; run scripts/languages"
    for found in catalogue:
        if not found.id:
            continue
        if template.get(found.id, found.context) is None:
            yield f"{file.name}: no longer in the code: {_shown(found)}; run scripts/languages"
        elif not _translated(found):
            yield f"{file.name}: not translated: {_shown(found)}"
        elif found.fuzzy:
            yield f"{file.name}: marked fuzzy, look at it: {_shown(found)}"
        elif not _same_fields(found):
            yield f"{file.name}: other {{fields}} than in the code: {_shown(found)}"


def unreadable() -> Iterator[str]:
    """A line for each sentence that no catalogue can hold, or that would be read before the language is chosen."""
    for file in sorted(SOURCES.rglob("*.py")):
        yield from _unreadable_in(ast.parse(file.read_text("utf-8")), file)


def _unreadable_in(tree: ast.Module, file: Path) -> Iterator[str]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    inside = {node for function in ast.walk(tree) if isinstance(function, functions) for node in ast.walk(function)}
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or _name(call) not in WORDS:
            continue
        place = f"{file}:{call.lineno}: {_name(call)}()"
        if any(map(_is_put_together, call.args[: WORDS[_name(call)]])):
            yield f"{place} wants the sentence as it stands, with {{fields}}, not one that is put together"
        if _name(call) != "later" and call not in inside:
            yield f"{place} runs before the language is chosen; keep the sentence with later() and show it with tr()"


def _is_put_together(words: ast.expr) -> bool:
    if isinstance(words, ast.Call):
        return _name(words) in ("format", "join")
    return isinstance(words, ast.JoinedStr | ast.BinOp)


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def untranslatable() -> Iterator[str]:
    """A line for each sentence that callers are told and that is not given to `tr`."""
    for file in sorted(SOURCES.rglob("*.py")):
        if file.relative_to(SOURCES).as_posix().startswith(FOR_ORGANISERS):
            continue
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and _name(call) in TELLING and call.args and _is_sentence(call.args[0]):
                yield f"{file}:{call.lineno}: {_name(call)}() tells a caller this in English; give it to tr()"


def _is_sentence(told: ast.expr) -> bool:
    if isinstance(told, ast.IfExp):
        return _is_sentence(told.body) or _is_sentence(told.orelse)
    texts = told.values if isinstance(told, ast.JoinedStr) else [told]
    return any(isinstance(text, ast.Constant) and " " in str(text.value).strip() for text in texts)


def _read(file: Path) -> Catalog:
    with file.open("rb") as text:
        return read_po(text, locale=file.stem)


def _regional(file: Path) -> bool:
    return "_" in file.stem


def _translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def _same_fields(message: Message) -> bool:
    """Each form of a plural may have the fields of the one or of the many."""
    meant = [_fields(text) for text in _forms(message.id)]
    return all(_fields(text) in meant for text in _forms(message.string))


def _forms(text: str | Sequence[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def _fields(text: str) -> set[str] | None:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:  # braces that are none
        return None


def _shown(message: Message) -> str:
    return repr(_forms(message.id)[0])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
