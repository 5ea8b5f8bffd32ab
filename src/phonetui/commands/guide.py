"""The guide's pages, `phonetui help TOPIC`, and the version."""

from __future__ import annotations

import sys
from argparse import Namespace
from difflib import get_close_matches
from importlib import metadata, resources
from importlib.resources.abc import Traversable

from phonetui.commands.answer import Answer
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr


def show_version(arguments: Namespace) -> Answer:
    """The version that is installed."""
    version = metadata.version("phonetui")
    return Answer(f"phonetui {version}", {"version": version})


def show_topic(arguments: Namespace) -> Answer | None:
    """A page of the guide, laid out on a terminal and as it is written elsewhere; without a topic, what there is."""
    pages = _pages()
    if arguments.topic is None:
        return Answer(_contents(pages), {})
    if arguments.topic not in pages:
        near = get_close_matches(arguments.topic, pages, n=1)
        if near:
            raise Refused(
                tr("The guide has no page {topic}; did you mean {near}?", topic=arguments.topic, near=near[0])
            )
        raise Refused(
            tr("The guide has no page {topic}; there are {pages}.", topic=arguments.topic, pages=", ".join(pages))
        )
    text = pages[arguments.topic].read_text("utf-8")
    if not sys.stdout.isatty():
        return Answer(text, {})
    _lay_out(text)
    return None


def _pages() -> dict[str, Traversable]:
    folder = resources.files("phonetui") / "guide"
    found = (page for page in folder.iterdir() if page.name.endswith(".md"))
    return {page.name.removesuffix(".md"): page for page in sorted(found, key=lambda page: page.name)}


def _contents(pages: dict[str, Traversable]) -> str:
    width = max(map(len, pages))
    titles = {name: page.read_text("utf-8").partition("\n")[0].lstrip("# ") for name, page in pages.items()}
    rows = [f"  {name:<{width}}  {title}" for name, title in titles.items()]
    return "\n".join([tr("Pages of the guide, shown by `phonetui help TOPIC`:"), "", *rows])


def _lay_out(text: str) -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    console.print(Markdown(text), width=min(console.width, 100))
