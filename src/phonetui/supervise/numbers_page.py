"""Numbers that nobody calls."""

from __future__ import annotations

from collections.abc import Sequence

from phonetui.client.supervisors_desk import SupervisorsDesk
from phonetui.core.refusal import Refused
from phonetui.core.translation import number, tr, tr_n
from phonetui.core.when import short_day
from phonetui.supervise.files import read_text
from phonetui.supervise.list_page import ListPage
from phonetui.wire_supervisors import NumbersFile, SuppressedNumber, SuppressedNumbers

#: Unread entries of a file that are named.
MOST_NAMED = 3
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
        """Add, look for, and back."""
        return [("a", tr("add one")), ("i", tr("add a file")), ("f", tr("find")), ("escape", tr("back"))]

    def entries(self) -> Sequence[SuppressedNumber]:
        """As they were found."""
        return self._numbers.numbers

    def id_of(self, entry: SuppressedNumber) -> str:
        """The number."""
        return entry.number

    def words(self, entry: SuppressedNumber) -> Sequence[str]:
        """Since when, and by what."""
        why = tr("asked in a call") if entry.by_call else tr("from an import")
        return [f"{entry.number}  {short_day(entry.at.astimezone().date())}, {why}"]

    def nothing(self) -> str:
        """None."""
        return tr("No such number.")

    def press_more(self, key: str) -> None:
        """Add one, or a file of them; look for one."""
        works = {"a": self._add, "i": self._import, "f": self._find}
        if key in works:
            self.begin(works[key])

    async def _add(self) -> None:
        text = await self.type_line(tr("Number that nobody is to call:"))
        if text:
            await self._take((text,))

    async def _import(self) -> None:
        name = await self.type_line(tr("File with a number in the first column of each line:"))
        if name:
            file = NumbersFile(name, (await read_text(name)).encode())
            await self._take((await self.desk.server.read_numbers(file)).numbers)

    async def _take(self, numbers: tuple[str, ...]) -> None:
        added, unread = 0, list[str]()
        for at in range(0, len(numbers), AT_ONCE):
            taken = await self.desk.server.suppress(numbers[at : at + AT_ONCE])
            added, unread = added + taken.added, [*unread, *taken.unread]
        self._numbers = await self.desk.server.suppressed()
        said = tr_n("{n} number more is called by nobody.", "{n} numbers more are called by nobody.", added)
        if unread:
            named = ", ".join(unread[:MOST_NAMED])
            told = tr_n("{n} is no number: {named}", "{n} are no numbers: {named}", len(unread), named=named)
            raise Refused(f"{said} {told}")
        self.say(said)

    async def _find(self) -> None:
        text = await self.type_line(tr("Digits of the number:"))
        if text is not None:
            self._numbers = await self.desk.server.suppressed(text)
