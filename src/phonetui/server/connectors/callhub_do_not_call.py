"""CallHub's do-not-call lists: numbers with a category, 1 for calls, 2 for texts, 3 for both.

A wrong number goes to the list, too, as CallHub's own callers put it there; but nobody asked not to be called at it, so
it bars nobody here. That it is ours is written down before, with the address of the list, and afterwards with that of
its entry: when somebody else takes it off and puts it there anew, it bars.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from phonetui.core.refusal import Refused
from phonetui.server.connectors.callhub_api import TITLE, Api, digits, own_id
from phonetui.server.connectors.connector import RemoteIds, SystemDown, SystemRefused
from phonetui.server.connectors.reading_json import Record, text

LISTS, NUMBERS = "v1/dnc_lists/", "v1/dnc_contacts/"
CALLS, TEXTS = 1, 2
#: The kind of id that an entry has which we ourselves made for a wrong number.
WRONG = "wrong"


class DoNotCall:
    """The account's lists, read once and again where something is in doubt. `name` is the one that numbers go to."""

    def __init__(self, api: Api, name: str, remote_ids: RemoteIds) -> None:
        self._api = api
        self._name = name
        self._remote_ids = remote_ids
        self._lists: list[Record] | None = None
        self._numbers: list[Record] | None = None

    def barred(self, names: Iterable[str]) -> set[str]:
        """The digits of numbers not to call: those of the lists of these names, or of all lists where none is named.

        Numbers that are there since we told of them that they are wrong are not among them.
        """
        wanted = {one.casefold() for one in names}
        ids = {own_id(one) for one in self._all_lists() if not wanted or text(one, "name").casefold() in wanted}
        there = self._all_numbers()
        # What a push puts there meanwhile was written down before it.
        ours = {(digits(number), place) for number, place in self._remote_ids.all_of(WRONG)}
        return {
            digits(text(entry, "phone_number"))
            for entry in there
            if _list_id(entry) in ids and _bars_calls(entry) and not _is_among(ours, entry)
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

    def add(self, number: str, *, again: bool, wrong_of: str = "") -> None:
        """Puts a number, in E.164, on the list, unless it is there; `again` reads anew what is there.

        `wrong_of` is the contact whose number it is not, where nobody has asked not to be called at it.
        """
        if again:
            self._numbers = None
        entry = self._entry(number)
        if entry is None and wrong_of:
            self._add_ours(number, wrong_of)
        elif entry is None:
            self._post(number)
        elif wrong_of and text(entry, "dnc") == self._remote_ids.find(WRONG, wrong_of, number):
            self._remote_ids.keep(WRONG, wrong_of, number, _place(entry))  # the answer to it got lost
        elif not _bars_calls(entry):
            raise SystemRefused(
                f"The number is on {TITLE}'s list `{text(self.own_list(), 'name')}` for text messages alone; "
                f"make it calls and texts there, and push again."
            )

    def _add_ours(self, number: str, contact_id: str) -> None:
        self._remote_ids.keep(WRONG, contact_id, number, text(self.own_list(), "url"))
        try:
            entry = self._post(number)
        except SystemDown:  # it may be there
            raise
        except Refused:
            self._remote_ids.keep(WRONG, contact_id, number, "")
            raise
        self._remote_ids.keep(WRONG, contact_id, number, _place(entry) if entry else "")

    def _post(self, number: str) -> Record | None:
        """The entry that was made; None where somebody else put the number there just now."""
        body = {"dnc": text(self.own_list(), "url"), "phone_number": number, "category": CALLS}
        try:
            made = self._api.tell("POST", NUMBERS, body)
        except SystemRefused as refused:
            self._numbers = None
            if refused.status != 400 or self._entry(number) is None:
                raise
            return None
        entry = {**body, "url": text(made, "url")}
        self._all_numbers().append(entry)
        return entry

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


def _place(entry: Record) -> str:
    """The address of an entry; of its list where it has none."""
    return text(entry, "url") or text(entry, "dnc")


def _is_among(places: Container[tuple[str, str]], entry: Record) -> bool:
    number = digits(text(entry, "phone_number"))
    return any((number, text(entry, key)) in places for key in ("url", "dnc"))


def _bars_calls(entry: Record) -> bool:
    """A number without a category is on the list for everything, as it was before there were categories."""
    return text(entry, "category") != str(TEXTS)
