"""CallHub's do-not-call lists: numbers with a category, 1 for calls, 2 for texts, 3 for both."""

from __future__ import annotations

from collections.abc import Iterable

from phonetui.server.connectors.callhub_api import TITLE, Api, digits, own_id
from phonetui.server.connectors.connector import SystemRefused
from phonetui.server.connectors.reading_json import Record, text

LISTS, NUMBERS = "v1/dnc_lists/", "v1/dnc_contacts/"
CALLS, TEXTS = 1, 2


class DoNotCall:
    """The account's lists, read once and again where something is in doubt. `name` is the one that numbers go to."""

    def __init__(self, api: Api, name: str) -> None:
        self._api = api
        self._name = name
        self._lists: list[Record] | None = None
        self._numbers: list[Record] | None = None

    def barred(self, names: Iterable[str]) -> set[str]:
        """The digits of numbers not to call: those of the lists of these names, or of all lists where none is named."""
        wanted = {one.casefold() for one in names}
        ids = {own_id(one) for one in self._all_lists() if not wanted or text(one, "name").casefold() in wanted}
        return {
            digits(text(entry, "phone_number"))
            for entry in self._all_numbers()
            if _list_id(entry) in ids and _bars_calls(entry)
        }

    def missing(self, names: Iterable[str]) -> list[str]:
        """Which of the names no list has."""
        there = {text(one, "name").casefold() for one in self._all_lists()}
        return [name for name in names if name.casefold() not in there]

    def own_list(self) -> Record:
        """The list that numbers go to: the one that the connection's file names, else the only one there is."""
        lists = self._all_lists()
        found = [one for one in lists if not self._name or text(one, "name").casefold() == self._name.casefold()]
        if len(found) == 1:
            return found[0]
        if self._name:
            raise SystemRefused(f"{TITLE} has no do-not-call list `{self._name}`; put its name right in the file.")
        raise SystemRefused(
            f"{TITLE} has {len(lists)} do-not-call lists; name the one that numbers go to "
            f"as `do_not_call_list` in the connection's file."
        )

    def add(self, number: str, *, again: bool) -> None:
        """Puts a number, in E.164, on the list, unless it is there; `again` reads anew what is there."""
        if again:
            self._numbers = None
        entry = self._entry(number)
        if entry is None:
            self._post(number)
        elif not _bars_calls(entry):
            raise SystemRefused(
                f"The number is on {TITLE}'s list `{text(self.own_list(), 'name')}` for text messages alone; "
                f"make it calls and texts there, and push again."
            )

    def _post(self, number: str) -> None:
        body = {"dnc": text(self.own_list(), "url"), "phone_number": number, "category": CALLS}
        try:
            self._api.tell("POST", NUMBERS, body)
        except SystemRefused as refused:
            self._numbers = None
            if refused.status != 400 or self._entry(number) is None:  # somebody else may have put it there just now
                raise
        else:
            self._all_numbers().append(body)

    def _entry(self, number: str) -> Record | None:
        own = own_id(self.own_list())
        alike = (
            entry
            for entry in self._all_numbers()
            if _list_id(entry) == own and digits(text(entry, "phone_number")) == digits(number)
        )
        return next(alike, None)

    def _all_lists(self) -> list[Record]:
        if self._lists is None:
            self._lists = list(self._api.each(LISTS))
        return self._lists

    def _all_numbers(self) -> list[Record]:
        if self._numbers is None:
            self._numbers = list(self._api.each(NUMBERS))
        return self._numbers


def _list_id(entry: Record) -> str:
    return text(entry, "dnc").rstrip("/").rpartition("/")[2]


def _bars_calls(entry: Record) -> bool:
    """A number without a category is on the list for everything, as it was before there were categories."""
    return text(entry, "category") != str(TEXTS)
