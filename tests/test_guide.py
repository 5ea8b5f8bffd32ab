"""The pages that people read say what the program does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from phonetui.client.phone_keys import NEEDS
from phonetui.commands.arguments import parser
from phonetui.core.actions import ACTIONS, BY_ID, CallerAction
from phonetui.core.keys import show_key
from phonetui.core.standard_dispositions import USUAL
from tests.test_cli import parsers

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "src" / "phonetui" / "guide"
PAGES = [ROOT / "README.md", *sorted(GUIDE.glob("*.md"))]


def shown(keys: tuple[str, ...]) -> str:
    """`1`–`9` for a row of digits, else the keys with commas between them."""
    names = [f"`{show_key(key)}`" for key in keys]
    return f"{names[0]}–{names[-1]}" if len(names) > 2 else ", ".join(names)


def key_table(actions: Iterable[CallerAction]) -> str:
    """The keys of these actions, as a table in Markdown."""
    rows = ["| key | does |", "|---|---|"]
    return "\n".join([*rows, *(f"| {shown(action.keys)} | {action.help} |" for action in actions)])


def result_table() -> str:
    """The usual result keys, as a table in Markdown."""
    rows = ["| key | result |", "|---|---|"]
    rows += [f"| `{each.key}`{', twice' if each.confirm else ''} | {each.label['en']} |" for each in USUAL]
    return "\n".join(rows)


@pytest.mark.parametrize("page", [ROOT / "README.md", GUIDE / "keys.md"], ids=lambda page: page.name)
def test_the_key_tables_are_those_of_the_registry(page: Path) -> None:
    text = page.read_text("utf-8")
    assert key_table(action for action in ACTIONS if not action.offered) in text
    assert result_table() in text


def test_the_keys_of_a_line_that_dials_are_those_of_the_registry() -> None:
    assert key_table(BY_ID[each] for each in ("large", *NEEDS)) in (GUIDE / "keys.md").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_on_a_page_can_be_typed(page: Path) -> None:
    known = {each.prog for each in parsers(parser())}
    options = {each.prog: {o for action in each._actions for o in action.option_strings} for each in parsers(parser())}
    for words in re.findall(r"(?m)(?:^|`)(phonetui(?: [^`\n#]+)?)", page.read_text("utf-8")):
        typed = words.split()
        if typed[:3] == ["phonetui", "server", "connect"] and len(typed) > 4:
            typed[3] = "NAME"  # stands before what is done with it
        command = max((" ".join(typed[:n]) for n in range(1, 6) if " ".join(typed[:n]) in known), key=len)
        rest = typed[len(command.split()) :]
        assert command != "phonetui server" or not rest or rest[0].startswith("-"), words
        assert command != "phonetui" or not rest or rest[0].startswith("-"), words
        assert {word for word in rest if word.startswith("--")} <= options[command], words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_the_readme_links_to_every_page_of_the_guide() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for page in GUIDE.glob("*.md"):
        assert f"(src/phonetui/guide/{page.name})" in readme, page.name
