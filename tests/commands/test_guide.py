from __future__ import annotations

from tests.shell import Shell


def test_help_lists_the_pages(shell: Shell) -> None:
    assert shell.run("help") == 0
    assert "  server" in shell.out


def test_a_page_is_printed_as_it_is_written(shell: Shell) -> None:
    assert shell.run("help", "server") == 0
    assert shell.out.startswith("# The campaign server\n")


def test_a_misspelt_page_names_the_nearest(shell: Shell) -> None:
    assert shell.refusal("help", "servre") == "The guide has no page servre; did you mean server?"
