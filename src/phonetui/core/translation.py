"""The interface's sentences in the caller's language.

They stand in the code in English; for another language there is a catalogue, one file of `phonetui/languages`: `es.po`
in a checkout, `es.mo` where phonetui was built. `es_MX.po` may hold what differs from `es.po`. `scripts/languages`
keeps the catalogues up with the code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

CATALOGUES = Path(__file__).parent.parent / "languages"
#: The language of the sentences in the code.
ENGLISH = "en"


class _Speech(NamedTuple):
    """A language, and the sentences in it; `territory` is where the caller's clock is, if that is known."""

    language: str
    catalogue: NullTranslations
    territory: str = ""


class _Chosen:
    """What the front end has chosen, once, when it starts."""

    speech = _Speech(ENGLISH, NullTranslations())


_FOR_NOW: ContextVar[_Speech | None] = ContextVar("another language than the caller's", default=None)


def use(language: str, catalogues: Path = CATALOGUES, *, territory: str = "") -> None:
    """From now on speak this language, such as `es` or `es_MX`; English where there is no catalogue for it.

    Clocks are read as in the `territory`, such as `US`; without one as the language does.
    """
    _Chosen.speech = _speech(language, catalogues)._replace(territory=territory)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """What is said in a language that is not the caller's, such as a date in the voter's script."""
    before = _FOR_NOW.set(_speech(language, CATALOGUES))
    try:
        yield
    finally:
        _FOR_NOW.reset(before)


def spoken() -> str:
    """The code of the language that is spoken now, `es` in every country."""
    return _now().language.partition("_")[0]


def territory() -> str:
    """Where the caller reads clocks, as `US`; empty where that is not known, and in a voter's language."""
    return _now().territory


def languages(catalogues: Path = CATALOGUES) -> tuple[str, ...]:
    """Every language there is, English first."""
    return (ENGLISH, *sorted({file.stem for file in catalogues.iterdir() if file.suffix in (".po", ".mo")}))


def preferred(environ: Mapping[str, str]) -> str:
    """The language that the first of LC_ALL, LC_MESSAGES and LANG asks for, as `es_MX`; empty where none does."""
    return _locale(environ, "LC_MESSAGES")


def clocks_territory(environ: Mapping[str, str]) -> str:
    """The territory that the first of LC_ALL, LC_TIME and LANG names, as `US`; empty where it names none."""
    return _locale(environ, "LC_TIME").partition("_")[2]


def _locale(environ: Mapping[str, str], category: str) -> str:
    """`es_MX` of `es_MX.UTF-8`."""
    locale = next(filter(None, map(environ.get, ("LC_ALL", category, "LANG"))), "")
    return locale.partition(".")[0].partition("@")[0]


def tr(text: str, /, **fields: object) -> str:
    """The sentence in the caller's language, its `{fields}` filled in."""
    found = _now().catalogue.gettext(text) if text else ""
    return found.format_map(fields) if fields else found


def tr_n(one: str, many: str, n: int, /, **fields: object) -> str:
    """The sentence for that many, `{n}` and the other fields filled in: `tr_n("{n} call", "{n} calls", calls)`."""
    return _now().catalogue.ngettext(one, many, n).format_map({"n": number(n), **fields})


def tr_c(context: str, text: str, /, **fields: object) -> str:
    """As `tr`, of words that other languages tell apart: `tr_c("month", "May")`."""
    found = _now().catalogue.pgettext(context, text)
    return found.format_map(fields) if fields else found


def either(words: Iterable[str]) -> str:
    """`3:12 pm or 4:12 pm`."""
    return tr_c("between two that may be meant", " or ").join(words)


def both(words: Sequence[str]) -> str:
    """`English, Spanish and Korean`."""
    return tr_c("before the last of several", " and ").join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def later(text: str, /) -> str:
    """Marks a sentence that is kept in a table and given to `tr` when it is shown."""
    return text


def number(of: int) -> str:
    """`1,194`, as the language writes it."""
    return f"{of:,}".replace(",", between_thousands())


def between_thousands() -> str:
    """What stands between the thousands of a number."""
    return tr_c("between thousands", ",")


def _now() -> _Speech:
    return _FOR_NOW.get() or _Chosen.speech


@lru_cache(8)
def _speech(language: str, catalogues: Path) -> _Speech:
    """The language, or what is nearest to it: of a country's the one without a country, else English."""
    speech = _Speech(ENGLISH, NullTranslations())
    for name in dict.fromkeys((language.partition("_")[0], language)):
        found = _catalogue(name, catalogues)
        if found:
            found.add_fallback(speech.catalogue)
            speech = _Speech(name, found)
    return speech


def _catalogue(language: str, catalogues: Path) -> GNUTranslations | None:
    """The catalogue of exactly this language. A checkout's is compiled as it is read, so that it cannot be outdated."""
    if not language.replace("_", "").isalnum():  # it may come from the environment, and names a file
        return None
    for suffix, read in ((".po", _compiled), (".mo", Path.read_bytes)):
        file = catalogues / f"{language}{suffix}"
        if file.is_file():
            return GNUTranslations(BytesIO(read(file)))
    return None


def _compiled(file: Path) -> bytes:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with file.open("rb") as text:
        write_mo(compiled, read_po(text))
    return compiled.getvalue()
