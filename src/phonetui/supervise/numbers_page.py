"""Numbers that nobody calls."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from phonetui.client.evening_view import zone_of
from phonetui.client.supervisors_desk import SupervisorsDesk
from phonetui.core.refusal import Refused
from phonetui.core.translation import both, number, tr, tr_n
from phonetui.core.when import short_day
from phonetui.screen.line import BLANK, Line, text_lines
from phonetui.supervise.files import read_bytes
from phonetui.supervise.list_page import ListPage
from phonetui.supervise.text_page import TextPage
from phonetui.wire_do_not_call import NumbersFile, ReadNumbers, SuppressedNumber, SuppressedNumbers

#: Numbers of a file that are shown before they are added.
MOST_SHOWN = 20
#: Numbers that one request carries.
AT_ONCE = 5000


class NumbersPage(ListPage[SuppressedNumber]):
    """The first of them, or those that were looked for."""

    def __init__(self, desk: SupervisorsDesk, numbers: SuppressedNumbers) -> None:
        super().__init__(desk)
        self._numbers = numbers

    @property
    def heading(self) -> str:
        """How many there are."""
        return tr("Do not call: {n}", n=number(self._numbers.count))

    def hints(self) -> Sequence[tuple[str, str]]:
        """Add, look for, take off, and back."""
        off = [("enter", tr("take off"))] if self._may_take_off and self.entries() else []
        return [("a", tr("add one")), ("i", tr("add a file")), ("f", tr("find")), *off, ("escape", tr("back"))]

    @property
    def _may_take_off(self) -> bool:
        return self.desk.evening is not None and self.desk.evening.role == "owner"

    def entries(self) -> Sequence[SuppressedNumber]:
        """As they were found."""
        return self._numbers.numbers

    def id_of(self, entry: SuppressedNumber) -> str:
        """The number."""
        return entry.number

    def words(self, entry: SuppressedNumber) -> Sequence[str]:
        """Since when, and by what."""
        zone = zone_of(self.desk.evening) if self.desk.evening else None
        why = tr("asked in a call") if entry.by_call else tr("from a file, or by hand")
        return [f"{entry.number}  {short_day(entry.at.astimezone(zone).date())}, {why}"]

    def nothing(self) -> str:
        """None."""
        return tr("No such number.") if self._numbers.count else tr("No number yet.")

    def take(self, entry: SuppressedNumber) -> None:
        """Have it called again, unless somebody asked in a call."""
        if entry.by_call:
            self.say(tr("{number} was asked for in a call; it stays.", number=entry.number), alarm=True)
        elif not self._may_take_off:
            self.say(tr("Owners alone take a number off."), alarm=True)
        else:
            self.begin(lambda: self._take_off(entry.number))

    async def _take_off(self, of: str) -> None:
        if await self.confirm(tr("Have {number} called again?", number=of), "x", tr("take it off")):
            await self.desk.server.take_off(of)
            self._numbers = await self.desk.server.suppressed()
            self.say(
                tr(
                    "{number} may be called again. Voters who were imported without it have it after the next import; "
                    "those who were marked as not to be called stay out.",
                    number=of,
                )
            )

    def press_more(self, key: str) -> None:
        """Add one, or a file of them; look for one."""
        works = {"a": self._add, "i": self._import, "f": self._find}
        if key in works:
            self.begin(works[key])

    async def _add(self) -> None:
        text = await self.type_line(tr("Number that nobody is to call:"))
        if text:
            taken = await self.desk.server.suppress((text,))
            if taken.unread:
                raise Refused(tr("“{text}” is no number that could be called; nothing is added.", text=text))
            self._numbers = await self.desk.server.suppressed()
            self._say_added(taken.added)

    async def _import(self) -> None:
        """What is in the file is read first; it is added when that was looked at."""
        name = await self.type_line(tr("File of numbers, alone or in a column Phone:"))
        if not name:
            return
        read = await self.desk.server.read_numbers(NumbersFile(Path(name).name, await read_bytes(name)))

        async def add() -> None:
            added = 0
            for at in range(0, len(read.numbers), AT_ONCE):
                added += (await self.desk.server.suppress(read.numbers[at : at + AT_ONCE])).added
            self._numbers = await self.desk.server.suppressed()
            reading.dismiss()
            self._say_added(added)

        ways = [("y", tr("add them"), add)] if read.new else []
        reading = TextPage(self.desk, tr("Do not call?"), lambda width: read_lines(read, width), ways)
        self.say("")
        await self.lay(reading)

    def _say_added(self, added: int) -> None:
        self.say(tr_n("{n} number more is called by nobody.", "{n} numbers more are called by nobody.", added))

    async def _find(self) -> None:
        text = await self.type_line(tr("Digits of the number:"))
        if text is not None:
            self._numbers = await self.desk.server.suppressed(text)


def read_lines(read: ReadNumbers, width: int) -> list[Line]:
    """What is in a file of numbers, as far as it takes to see whether it is the right one."""
    count = len(read.numbers)
    named = both(read.columns)
    found = tr_n("{n} number under {columns},", "{n} numbers under {columns},", count, columns=named)
    new = tr_n("of which {n} is new to the list.", "of which {n} are new to the list.", read.new)
    shown = ", ".join(read.numbers[:MOST_SHOWN]) + (", …" if count > MOST_SHOWN else "")
    told = [f"{found} {new}", shown]
    if read.refused:
        told.append(tr_n("{n} row has no number:", "{n} rows have no number:", read.refused))
        told.append("; ".join(read.why))
    told.append(
        tr("Once added, nobody on this server calls them, in any campaign.")
        if read.new
        else tr("Nothing is to be added.")
    )
    return [line for each in filter(None, told) for line in (*text_lines(each, width), BLANK)]
