"""An account of CallHub's on loopback, as its reference and open clients have it, strict about what it is asked.

Its traps: ids too large for floating point; a contact's own fields as JSON in a string, by the fields' ids; tags that
go when a contact is changed; numbers without a plus; a number that is on a list already is an error; twenty requests a
second.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.server.connectors.strict_server import Asked, Says, StrictServer

KEY = "an-open-sesame"
#: The first of its ids.
LARGE = 3_095_579_218_512_184_000
STANDARD = ("contact", "mobile", "last_name", "first_name", "email", "country_code", "address", "city", "state")


class CallHubStandIn(StrictServer):
    """`contacts`, `phonebooks` and `lists` by id; `barred` are the entries of the do-not-call lists."""

    a_second = 20

    def __init__(self) -> None:
        super().__init__()
        self.contacts: dict[str, dict[str, Any]] = {}
        self.phonebooks: dict[str, tuple[str, list[str]]] = {}
        self.lists: dict[str, str] = {}
        self.barred: list[dict[str, Any]] = []
        self.fields = {str(LARGE + 900 + at): name for at, name in enumerate(("Phone result", "Phone called", "Plan"))}
        self.own: dict[str, dict[str, str]] = {}
        self.most_on_a_page = 1000
        self.forbidden = ""
        self.turned: Callable[[Asked], None] = lambda asked: None
        self.counted: Callable[[int], object] = lambda count: count
        self._made = 0
        self.routes = {
            "GET v1/phonebooks": self._books,
            "GET v1/phonebooks/*/contacts": self._in_book,
            "GET v1/contacts/fields": self._all_fields,
            "GET v1/contacts/*": lambda asked, contact: self._shown(contact),
            "PUT v1/contacts/*": self._changed,
            "PATCH v2/contacts/*/taggings": self._tagged,
            "GET v1/dnc_lists": self._all_lists,
            "GET v1/dnc_contacts": lambda asked: self._page(asked, self.barred),
            "POST v1/dnc_contacts": self._barred,
        }

    # -- what is there -------------------------------------------------------------------------------------------------

    def contact(self, number: int, **more: Any) -> str:
        """A contact; the id."""
        one_id = str(LARGE + number)
        self.contacts[one_id] = {
            "url": f"{self.url}/v1/contacts/{one_id}/",
            "id": int(one_id),
            "pk_str": one_id,
            "owner": "owner@example.org",
            "phonebooks": [],
            "contact": f"1212555{number:04}",
            "mobile": "",
            "last_name": f"Doe{number}",
            "first_name": "Ann",
            "country_code": "US",
            "email": f"ann{number}@example.org",
            "address": f"{number} Mill Ct",
            "city": "Evansville",
            "state": "IN",
            "zipcode": "47708",
            "tags": [],
        } | more
        self.own[one_id] = {}
        return one_id

    def phonebook(self, name: str, contacts: list[str]) -> str:
        self._made += 1
        self.phonebooks[str(LARGE + 500 + self._made)] = (name, contacts)
        return str(LARGE + 500 + self._made)

    def list_called(self, name: str) -> str:
        self._made += 1
        self.lists[str(self._made)] = name
        return str(self._made)

    def bar(self, number: str, in_list: str, category: int) -> None:
        self._made += 1
        entry = {"url": f"{self.url}/v1/dnc_contacts/{self._made}/", "dnc": self._list_url(in_list)}
        self.barred.append(entry | {"phone_number": number, "category": category})

    def fields_of(self, contact: str) -> dict[str, str]:
        """A contact's own fields, by their names."""
        return {self.fields[key]: value for key, value in self.own[contact].items()}

    # -- what it answers -----------------------------------------------------------------------------------------------

    def answer(self, asked: Asked) -> tuple[int, object]:
        if asked.headers.get("authorization") != f"Token {KEY}":
            raise Says(401, {"detail": "Invalid token."})
        if self.forbidden == asked.method:
            raise Says(403, {"detail": "You do not have permission to perform this action."})
        if not asked.path.endswith("/"):
            raise self.refuse(f"{asked} without the slash at its end", 404, {"detail": "Not found."})
        if asked.body is not None and asked.headers.get("content-type") != "application/json":
            raise self.refuse(f"{asked} without its Content-Type", 415, {"detail": "Unsupported media type."})
        self.turned(asked)
        return self.routed(asked, asked.way)

    def _books(self, asked: Asked) -> object:
        books = [
            {"url": f"{self.url}/v1/phonebooks/{one}/", "owner": "owner", "name": name, "description": ""}
            for one, (name, _contacts) in self.phonebooks.items()
        ]
        return self._page(asked, books)

    def _in_book(self, asked: Asked, book: str) -> object:
        if book not in self.phonebooks:
            raise Says(404, {"detail": "Not found."})
        return self._page(asked, [self._shown(one) for one in self.phonebooks[book][1]])

    def _all_fields(self, asked: Asked) -> object:
        standard = [{"id": at, "name": name} for at, name in enumerate(STANDARD)]
        return self._page(asked, standard + [{"id": int(key), "name": name} for key, name in self.fields.items()])

    def _all_lists(self, asked: Asked) -> object:
        lists = [{"url": self._list_url(one), "owner": "owner", "name": name} for one, name in self.lists.items()]
        return self._page(asked, lists)

    def _page(self, asked: Asked, all_of_it: list[dict[str, Any]]) -> dict[str, Any]:
        page, size = int(asked.query.pop("page", 1)), int(asked.query.pop("page_size", 10))
        if asked.query or size > 1000:
            raise self.refuse(f"{asked} with {asked.query} and {size} on a page", 400, {"detail": "parameters"})
        size = min(size, self.most_on_a_page)
        if page > 1 and (page - 1) * size >= len(all_of_it):
            raise Says(404, {"detail": "Invalid page."})
        more = page * size < len(all_of_it)
        following = f"{self.url}/{asked.path}?page={page + 1}&page_size={size}" if more else None
        shown = all_of_it[(page - 1) * size : page * size]
        return {"count": self.counted(len(all_of_it)), "next": following, "previous": None, "results": shown}

    def _shown(self, contact: str) -> dict[str, Any]:
        if contact not in self.contacts:
            raise Says(404, {"detail": "Not found."})
        own = self.own[contact]
        return self.contacts[contact] | {"custom_fields": json.dumps(own) if own else "null"}

    def _changed(self, asked: Asked, contact: str) -> dict[str, Any]:
        there = self._shown(contact)
        body = dict(asked.body)
        if body.pop("contact", None) != there["contact"]:
            raise self.refuse(f"{asked} without the contact's number", 400, {"contact": ["This field is required."]})
        ids = {name: key for key, name in self.fields.items()}
        for name, value in body.items():
            if name not in ids or not isinstance(value, str | None):
                raise self.refuse(f"{asked} with {name}: {value}", 400, {name: ["Not a field."]})
            if value is None:
                self.own[contact].pop(ids[name], None)
            else:
                self.own[contact][ids[name]] = value
        self.contacts[contact]["tags"] = []
        return self._shown(contact)

    def _tagged(self, asked: Asked, contact: str) -> dict[str, Any]:
        self._shown(contact)
        if set(asked.body) != {"tags"} or not all(isinstance(one, str) for one in asked.body["tags"]):
            raise self.refuse(f"{asked} with {asked.body}", 400, {"tags": ["Ids as texts."]})
        self.contacts[contact]["tags"] = [{"id": int(one), "name": f"tag {one}"} for one in asked.body["tags"]]
        return self._shown(contact)

    def _barred(self, asked: Asked) -> dict[str, Any]:
        types = {name: type(value) for name, value in asked.body.items()}
        urls = [self._list_url(one) for one in self.lists]
        if types != {"dnc": str, "phone_number": str, "category": int} or asked.body["dnc"] not in urls:
            raise self.refuse(f"{asked} with {asked.body}", 400, {"dnc": ["Invalid hyperlink."]})
        number = asked.body["phone_number"].removeprefix("+")
        if any(one["phone_number"] == number and one["dnc"] == asked.body["dnc"] for one in self.barred):
            raise Says(400, {"phone_number": ["Already exists in the list."]})
        self.bar(number, asked.body["dnc"].rstrip("/").rpartition("/")[2], asked.body["category"])
        return self.barred[-1]

    def _list_url(self, one_id: str) -> str:
        return f"{self.url}/v1/dnc_lists/{one_id}/"
