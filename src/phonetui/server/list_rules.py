"""Which lists a caller may be lent voters of: none that is paused, and those whose languages and tags are theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct
from sqlalchemy import Connection, bindparam, or_, select

from phonetui.core.languages import spoken_language
from phonetui.core.refusal import Refused
from phonetui.server.tables import lists, members

#: Languages and tags that one list or caller may have, and characters of each.
MOST_WORDS = 20
LONGEST_WORD = 40

_WORD = re.compile(rf"[^\W_][\w-]{{0,{LONGEST_WORD - 1}}}")
_OF_CAMPAIGN = lists.c.campaign_id == bindparam("campaign")
_RULED = select(lists.c.list_id, lists.c.paused, lists.c.languages, lists.c.tags).where(
    _OF_CAMPAIGN, or_(lists.c.paused, lists.c.languages != "", lists.c.tags != "")
)
_OTHERS = select(lists.c.list_id).where(_OF_CAMPAIGN, lists.c.list_id.not_in(bindparam("barred", expanding=True)))
_MEMBER = select(members.c.languages, members.c.tags).where(
    members.c.campaign_id == bindparam("campaign"), members.c.caller_id == bindparam("caller")
)


class Lists(Struct, frozen=True):
    """The lists that are `barred` to a caller; `open` are the others, counted only where any is barred."""

    barred: tuple[int, ...] = ()
    open: tuple[int, ...] = ()


def lists_for(connection: Connection, campaign_id: str, caller_id: str) -> Lists:
    """Which lists this caller may call."""
    of = {"campaign": campaign_id}
    ruled = connection.execute(_RULED, of).all()
    if not ruled:
        return Lists()
    member = connection.execute(_MEMBER, {**of, "caller": caller_id}).first()
    languages, tags = (member.languages, member.tags) if member else ("", "")
    barred = tuple(
        row.list_id for row in ruled if row.paused or not (_fits(row.languages, languages) and _fits(row.tags, tags))
    )
    return Lists(barred, tuple(connection.scalars(_OTHERS, {**of, "barred": barred})) if barred else ())


def _fits(wanted: str, there: str) -> bool:
    """One of the words that are wanted is enough, and none is wanted of anybody."""
    return not wanted or not set(wanted.split()).isdisjoint(there.split())


def checked_words(words: Iterable[str], what: str) -> str:
    """Languages (their codes) or tags as they are stored: in small letters, each once, in order; raises `Refused`."""
    small = sorted({word.strip().casefold() for word in words} - {""})
    if what == "language":
        small = sorted(set(map(spoken_language, small)))
    if len(small) > MOST_WORDS:
        raise Refused(f"There are {len(small)} {what}s; at most {MOST_WORDS} can be told apart.")
    for word in small:
        if not _WORD.fullmatch(word):
            raise Refused(
                f"The {what} {word[:LONGEST_WORD]} is not a word; write it with letters, digits and hyphens, "
                f"at most {LONGEST_WORD} of them."
            )
    return " ".join(small)
