from __future__ import annotations

import io
import re
import sys
from argparse import Namespace

import pytest

from phonetui.commands.guide import show_topic
from tests.shell import Shell


def test_help_lists_the_pages(shell: Shell) -> None:
    assert shell.run("help") == 0
    assert "  server" in shell.out


def test_a_page_is_printed_as_it_is_written(shell: Shell) -> None:
    assert shell.run("help", "server") == 0
    assert shell.out.startswith("# The campaign server\n")


def test_a_misspelt_page_names_the_nearest(shell: Shell) -> None:
    assert shell.refusal("help", "servre") == "The guide has no page servre; did you mean server?"


def test_on_a_terminal_a_page_is_laid_out_and_has_no_colour_where_none_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(sys, "stdout", screen := Screen())
    show_topic(Namespace(topic="keys"))
    assert "│" in screen.getvalue() or "─" in screen.getvalue()
    assert re.findall(r"\x1b\[[0-9;]*(?:3[0-8]|9[0-7])[0-9;]*m", screen.getvalue()) == []
