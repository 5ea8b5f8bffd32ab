"""HTML that somebody else wrote, read as plain text."""

from __future__ import annotations

from phonetui.core.plain_text import MOST_LINES, plain_lines


def test_blocks_are_lines_and_markup_is_nothing() -> None:
    html = "<h1>Hello</h1><p>Say <b>this</b> &amp;\n that.</p><ul><li>One</li><li>Two</li></ul>A<br>B"
    assert plain_lines(html) == ("Hello", "Say this & that.", "• One", "• Two", "A", "B")


def test_text_without_markup_keeps_its_lines() -> None:
    assert plain_lines("Call.\n\nThen thank them.") == ("Call.", "Then thank them.")


def test_what_is_for_no_reader_is_not_read() -> None:
    html = "<style>p {color: red}</style><script>alert('<p>x</p>')</script><p onclick='x'>Read me</p><img src=x>"
    assert plain_lines(html) == ("Read me",)


def test_a_link_is_spelled_out_unless_it_says_so_itself_or_is_none() -> None:
    assert plain_lines('<a href="https://example.org/a">here</a>') == ("here (https://example.org/a)",)
    assert plain_lines('<a href="https://example.org/a">https://example.org/a</a>') == ("https://example.org/a",)
    assert plain_lines('<a href="javascript:alert(1)">here</a>') == ("here",)


def test_nothing_in_it_reaches_a_terminal() -> None:
    assert plain_lines("<p>\x1b[31mred&#27;[0m \u202eback</p>") == ("[31mred[0m back",)


def test_broken_markup_is_read_as_far_as_it_goes() -> None:
    assert plain_lines("<p>one<p>two</b></i><li>three<script>") == ("one", "two", "• three")
    assert plain_lines("<" * 200_000)[:0] == ()


def test_there_is_an_end_to_it() -> None:
    assert len(plain_lines("<p>x</p>" * 10_000)) == MOST_LINES
