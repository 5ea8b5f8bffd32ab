"""HTML that somebody else wrote, as lines of plain text: no markup, no script, and every link spelled out."""

from __future__ import annotations

from html.parser import HTMLParser

from phonetui.core.text import clean

#: Characters that are read, lines that are kept, and characters of a line.
MOST_READ, MOST_LINES, LONGEST_LINE = 100_000, 200, 2_000

_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "h1", "h2", "h3", "h4"),
        *("h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"),
    )
)
#: What stands in these is for no reader.
_UNREAD = frozenset(("head", "iframe", "noscript", "object", "script", "style", "svg", "template", "title"))


def plain_lines(html: str) -> tuple[str, ...]:
    """The text in its lines, without empty ones; text that has no markup keeps its own."""
    html = html[:MOST_READ]
    if "<" not in html and "&" not in html:
        return _kept(html.splitlines())
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return _kept("".join(reader.text).split("\n"))


class _Reader(HTMLParser):
    """Collects what is read; a line ends where a block begins or ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self._unread: list[str] = []
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block, a link, or what is not read."""
        if tag in _UNREAD:
            self._unread.append(tag)
        elif tag in _BLOCKS:
            self.text.append("\n• " if tag == "li" else "\n")
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        """The end of it."""
        if tag in self._unread:
            del self._unread[self._unread.index(tag) :]
        elif tag in _BLOCKS:
            self.text.append("\n")
        elif tag == "a" and self._links:
            link = self._links.pop()
            said = not link.startswith(("https://", "http://")) or link in "".join(self.text[-3:])
            self.text.append("" if said else f" ({link})")

    def handle_data(self, data: str) -> None:
        """What is read; line ends in it mean nothing."""
        if not self._unread:
            self.text.append(" ".join(data.split("\n")))


def _kept(lines: list[str]) -> tuple[str, ...]:
    cleaned = (clean(" ".join(line.split()), LONGEST_LINE) for line in lines)
    return tuple(line for line in cleaned if line.strip("• "))[:MOST_LINES]
