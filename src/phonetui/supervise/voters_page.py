"""What is held of a voter: to be read, exported, erased."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from phonetui.client.supervisors_desk import SupervisorsDesk
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr, tr_n
from phonetui.screen.line import BLANK, Line, Span, text_lines
from phonetui.supervise.files import write_new
from phonetui.supervise.list_page import ListPage
from phonetui.supervise.text_page import TextPage
from phonetui.wire_supervisors import Erased, FoundVoter, FoundVoters, HeldOfVoter


class VotersPage(ListPage[FoundVoter]):
    """The voters that were found."""

    def __init__(self, desk: SupervisorsDesk, found: FoundVoters) -> None:
        super().__init__(desk)
        self._found = found
        if found.more:
            self.say(tr("There are more; give more of the name, or the number."))

    @property
    def heading(self) -> str:
        """What it is called."""
        return tr("Voters found")

    def hints(self) -> Sequence[tuple[str, str]]:
        """Read, and back."""
        return [("enter", tr("show")), ("escape", tr("back"))]

    def entries(self) -> Sequence[FoundVoter]:
        """As they were found."""
        return self._found.voters

    def id_of(self, entry: FoundVoter) -> str:
        """The voter's own."""
        return entry.voter_id

    def words(self, entry: FoundVoter) -> Sequence[str]:
        """Numbers, list, and whether they are called any more."""
        return [entry.name, " · ".join(filter(None, [*entry.numbers, entry.list_name, entry.ended]))]

    def take(self, entry: FoundVoter) -> None:
        """Show all that is held."""
        self.begin(lambda: self._show(entry))

    async def _show(self, voter: FoundVoter) -> None:
        held = await self.desk.server.held(voter.voter_id)
        page = TextPage(self.desk, voter.name, lambda width: held_lines(held, width))

        async def export() -> None:
            name = await page.type_line(tr("Write it to:"), f"voter-{voter.voter_id}.json")
            if name:
                all_of_it = await self.desk.server.held(voter.voter_id, to_export=True)
                written = await write_new(name, msgspec.json.format(msgspec.json.encode(all_of_it)))
                page.say(tr("Written to {file}; hand it over safely, then delete it.", file=written))

        async def erase() -> None:
            word = tr("erase")
            asked = tr("Erases {name} for good, tallies apart. Type {word}:", name=voter.name, word=word)
            if await page.type_line(asked) != word:
                raise Refused(tr("Nothing is erased."))
            erased = await self.desk.server.erase(voter.voter_id)
            self._found = msgspec.structs.replace(
                self._found, voters=tuple(each for each in self._found.voters if each.voter_id != voter.voter_id)
            )
            page.dismiss()
            said = tr_n("Erased, with {n} record.", "Erased, with {n} records.", erased.records)
            self.say(said)
            if erased.still:
                await self.lay(TextPage(self.desk, tr("Erased"), lambda width: _still_lines(said, erased, width)))

        page.ways = [("e", tr("export"), export), ("x", tr("erase"), erase)]
        await self.lay(page)


def _still_lines(said: str, erased: Erased, width: int) -> list[Line]:
    """Where else the voter still is: nobody but the supervisor can see to that."""
    told = [said, tr("What stays, and what is left to do:"), *(f"! {each}" for each in erased.still)]
    return [line for each in told for line in (*text_lines(each, width), BLANK)]


def held_lines(held: HeldOfVoter, width: int) -> list[Line]:
    """Table by table, a row each, without the fields that hold nothing."""
    lines: list[Line] = []
    for table, rows in held.held.items():
        if rows:
            lines += [BLANK] if lines else []
            lines.append((Span(f"{table}  ", "accent"), Span(str(len(rows)), "quiet")))
        for row in rows:
            told = " · ".join(f"{name} {_value(value)}" for name, value in _fields(row))
            lines += text_lines(told, width)
    return lines or text_lines(tr("Nothing is held."), width)


def _fields(row: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Those that hold something, with those inside them in their place."""
    for name, value in row.items():
        if isinstance(value, dict):
            yield from _fields(value)
        elif value not in (None, "", [], False):
            yield name, value


def _value(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    if isinstance(value, dict):
        return " ".join(_value(each) for _, each in _fields(value))
    return str(value)
