"""Finding a voter who asks what is held of them: by the file's id, by number, or by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, String, and_, bindparam, cast, func, or_, select

from phonetui.core.refusal import Refused
from phonetui.core.voter import Voter, decode_voter
from phonetui.server.households import SAME_HOUSEHOLD
from phonetui.server.identity import id_key
from phonetui.server.letter_case import folded
from phonetui.server.moves import numbers_of
from phonetui.server.numbers import e164
from phonetui.server.scrubbing import ERASED
from phonetui.server.tables import households, lists, moved_voters, voters
from phonetui.wire_supervisors import FoundVoter, FoundVoters

#: So many are shown; whoever looks for fewer says more.
MOST_FOUND = 20
LONGEST = 100
#: Signs within names that files drop, or write a space for.
_DROPPED = "'-."
_WITHOUT_SIGNS = str.maketrans("", "", _DROPPED)
_WORD = re.compile(r"[^\W_]+")
#: Voters that one query reads, so that no other waits for it.
AT_ONCE = 20_000

_SAME_LIST = (lists.c.campaign_id == voters.c.campaign_id) & (lists.c.list_id == voters.c.list_id)
_VOTERS = (
    select(voters.c.voter_id, voters.c.body, voters.c.ended, lists.c.name)
    .join_from(voters, lists, _SAME_LIST, isouter=True)
    .where(voters.c.campaign_id == bindparam("campaign"), voters.c.ended != ERASED)
)
_BY_KEY = _VOTERS.where(voters.c.file_key == bindparam("key"))
_BY_NUMBER = _VOTERS.where(
    voters.c.voter_id.in_(
        select(voters.c.voter_id)
        .join_from(households, voters, SAME_HOUSEHOLD)
        .where(households.c.campaign_id == bindparam("campaign"), households.c.number == bindparam("number"))
        .union(
            select(moved_voters.c.voter_id).where(
                moved_voters.c.campaign_id == bindparam("campaign"), moved_voters.c.number == bindparam("number")
            )
        )
    )
)
_LAST = select(func.max(voters.c.voter_id)).where(voters.c.campaign_id == bindparam("campaign"))


class _Row(Struct, frozen=True):
    """A voter, and the name of their list."""

    voter_id: int
    body: bytes
    ended: str
    list_name: str | None


class Wanted(Struct, frozen=True):
    """What was typed, as it may be an id, a number, or the words of a name."""

    key: str
    number: str
    words: tuple[str, ...]


def wanted(text: str) -> Wanted:
    """What to look for; raises `Refused` for nothing."""
    text = " ".join(text.replace("\0", " ").split())[:LONGEST]
    if not text:
        raise Refused("Type a name, a number, or the id that the voter's file has.")
    number = ""
    with suppress(Refused):
        number = e164(text)
    return Wanted(id_key(text), number, tuple(_words(text)))


def find(connection: Connection, campaign_id: str, text: str) -> FoundVoters:
    """Those who have this id, or number, or all of these words in their name; the first `MOST_FOUND`."""
    one = wanted(text)
    of = {"campaign": campaign_id}
    rows = [_Row(*row) for row in connection.execute(_BY_KEY, {**of, "key": one.key})]
    if not rows and one.number:
        rows = [_Row(*row) for row in connection.execute(_BY_NUMBER, {**of, "number": one.number})]
        known = {row.voter_id for row in rows}
        others = _walk(connection, campaign_id, [one.number], lambda voter: one.number in numbers_of(voter))
        rows += [row for row in others if row.voter_id not in known]
    elif not rows and one.words:
        rows = list(_walk(connection, campaign_id, one.words, lambda voter: _named(voter, one.words)))
    return FoundVoters(tuple(map(_found, rows[:MOST_FOUND])), len(rows) > MOST_FOUND)


def _walk(
    connection: Connection, campaign_id: str, parts: Sequence[str], is_meant: Callable[[Voter], bool]
) -> Iterator[_Row]:
    """The voters who are meant, whose records hold all these parts, until there are more than are shown."""
    of = {"campaign": campaign_id}
    last, first, found = connection.scalar(_LAST, of) or 0, 1, 0
    holding = _VOTERS.where(_may_hold(connection, parts)).order_by(voters.c.voter_id)
    while first <= last and found <= MOST_FOUND:
        part = holding.where(voters.c.voter_id >= first, voters.c.voter_id < first + AT_ONCE)
        for row in connection.execute(part, of):
            if is_meant(decode_voter(row.body)):
                found += 1
                yield _Row(*row)
        first += AT_ONCE


def _may_hold(connection: Connection, parts: Sequence[str]) -> ColumnElement[bool]:
    """Whether a record may hold all these folded parts: a database knows the small letters of ASCII alone."""
    if connection.dialect.name == "postgresql":
        whole: ColumnElement[str] = func.convert_from(voters.c.body, "UTF8", type_=String)
        has_other_letters = func.octet_length(voters.c.body) != func.length(whole)
    else:
        whole = cast(voters.c.body, String)
        has_other_letters = func.length(voters.c.body) != func.length(whole)
    if not all(part.isascii() for part in parts):
        return has_other_letters
    letters = func.lower(whole, type_=String)
    for sign in (*_DROPPED, " "):
        letters = func.replace(letters, sign, "", type_=String)
    return or_(has_other_letters, and_(*(letters.contains(part, autoescape=True) for part in parts)))


def _words(text: str) -> list[str]:
    """Folded, without the signs within: `obrien` for `O'Brien`."""
    return _WORD.findall(folded(text).translate(_WITHOUT_SIGNS))


def _named(voter: Voter, words: Sequence[str]) -> bool:
    name = "".join(_words(voter.full_name))
    return all(word in name for word in words)


def _found(row: _Row) -> FoundVoter:
    voter = decode_voter(row.body)
    return FoundVoter(
        voter_id=str(row.voter_id),
        name=voter.full_name,
        numbers=tuple(phone.number for phone in voter.phones),
        list_name=row.list_name or "",
        ended=row.ended,
    )
