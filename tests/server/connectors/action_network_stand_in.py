"""A group of Action Network's on loopback, as its documentation has it, and strict about what it is asked.

Its traps: pages of 25 at most, no totals, in no order that stays, the end an empty page past the last; a tagging that
is there once for each person; numbers without a plus, and landlines in custom fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from tests.server.connectors.strict_server import Asked, Says, StrictServer

T = TypeVar("T")

KEY = "an-open-sesame"
#: When everything was made that is there from the beginning.
MADE = "2026-10-01T16:00:00Z"
MOST = 25
FILTER = re.compile(r"(identifier|postal_code|family_name) eq '([^']*)'")


def an_id(kind: int, number: int) -> str:
    """An id as Action Network writes them, the same in every test."""
    return f"{kind:08x}-0000-4000-8000-{number:012x}"


class ActionNetworkStandIn(StrictServer):
    """`people` by id; `tags` and `lists` are names by id; `taggings` by tag and person; `responses` by survey."""

    a_second = 4

    def __init__(self) -> None:
        super().__init__()
        self.address = f"{self.url}/api/v2"
        self.people: dict[str, dict[str, Any]] = {}
        self.tags: dict[str, str] = {}
        self.taggings: dict[tuple[str, str], dict[str, Any]] = {}
        self.lists: dict[str, str] = {}
        self.items: dict[str, list[str]] = {}
        self.surveys: dict[str, str] = {}
        self.responses: dict[str, list[dict[str, Any]]] = {}
        self.custom_fields = {"Home_Phone", "Do_Not_Phone", "Phone result", "Phone called", "Phone note", "Plan"}
        self.forbidden = ""
        self.turned: Callable[[Asked], None] = lambda asked: None
        self._made = 0
        self.routes = {
            "GET people": lambda asked: self._page(
                asked, "osdi:people", self._found(asked), "identifier", "postal_code"
            ),
            "GET people/*": lambda asked, person: self._person(person),
            "PUT people/*": self._changed,
            "GET people/*/taggings": self._person_taggings,
            "GET lists": self._all_lists,
            "GET lists/*/items": self._items,
            "GET tags": lambda asked: self._page(asked, "osdi:tags", [self._tag(one) for one in self.tags]),
            "POST tags": self._new_tag,
            "GET tags/*/taggings": self._tag_taggings,
            "POST tags/*/taggings": self._new_tagging,
            "DELETE tags/*/taggings/*": self._no_tagging,
            "GET metadata/custom_fields": lambda asked: {
                "action_network:custom_fields": [{"name": name} for name in sorted(self.custom_fields)]
            },
            "GET surveys/*": lambda asked, survey: {"title": self._at(self.surveys, survey, "survey")},
            "GET surveys/*/responses": self._all_responses,
            "POST surveys/*/responses": self._responded,
            "DELETE surveys/*/responses/*": self._no_response,
        }

    # -- what is there -------------------------------------------------------------------------------------------------

    def person(self, number: int, **more: Any) -> str:
        """A person with a mobile number; the id."""
        one_id = an_id(1, number)
        self.people[one_id] = {
            "identifiers": [f"action_network:{one_id}"],
            "created_date": MADE,
            "modified_date": MADE,
            "given_name": "Ann",
            "family_name": f"Doe{number}",
            "email_addresses": [{"primary": True, "address": f"ann{number}@example.org", "status": "subscribed"}],
            "phone_numbers": [
                {"primary": True, "number": f"1212555{number:04}", "number_type": "Mobile", "status": "subscribed"}
            ],
            "postal_addresses": [
                {
                    "primary": True,
                    "address_lines": [f"{number} Mill Ct", "Apt 2"],
                    "locality": "Evansville",
                    "region": "IN",
                    "postal_code": "47708",
                    "country": "US",
                }
            ],
            "languages_spoken": ["en"],
            "custom_fields": {},
        } | more
        return one_id

    def tag(self, name: str) -> str:
        self._made += 1
        self.tags[an_id(2, self._made)] = name
        return an_id(2, self._made)

    def tagged(self, person: str, tag: str, at: str = "") -> dict[str, Any]:
        """Tags the person, who has the tag once however often that is done."""
        self._made += 1
        new = {"id": an_id(3, self._made), "created_date": at or f"{self.clock():%Y-%m-%dT%H:%M:%SZ}"}
        return self._tagging(tag, person, self.taggings.setdefault((tag, person), new))

    def list_of(self, name: str, people: list[str]) -> str:
        self._made += 1
        list_id = an_id(4, self._made)
        self.lists[list_id], self.items[list_id] = name, people
        return list_id

    def survey(self, title: str) -> str:
        self._made += 1
        self.surveys[an_id(5, self._made)], self.responses[an_id(5, self._made)] = title, []
        return an_id(5, self._made)

    def names_of(self, person: str) -> list[str]:
        """The names of a person's tags."""
        return sorted(self.tags[tag] for tag, whose in self.taggings if whose == person)

    # -- what it answers -----------------------------------------------------------------------------------------------

    def answer(self, asked: Asked) -> tuple[int, object]:
        if asked.headers.get("osdi-api-token") != KEY:
            raise Says(403, {"error": "API Key invalid or not present"})
        if self.forbidden in asked.way:
            raise Says(403, {"error": "Not allowed"})
        if asked.headers.get("content-type") != "application/json":
            raise self.refuse(f"{asked} without its Content-Type", 400, {"error": "Content-Type"})
        if asked.way[:2] != ("api", "v2") or asked.path.endswith("/"):
            raise self.refuse(f"{asked} is no address", 404, {"error": "no such address"})
        self.turned(asked)
        return self.routed(asked, asked.way[2:])

    def _person_taggings(self, asked: Asked, person: str) -> object:
        self._person(person)
        there = [self._tagging(tag, who, one) for (tag, who), one in self.taggings.items() if who == person]
        return self._page(asked, "osdi:taggings", there)

    def _all_lists(self, asked: Asked) -> object:
        lists = [{"identifiers": [f"action_network:{one}"], "name": name} for one, name in self.lists.items()]
        return self._page(asked, "osdi:lists", lists)

    def _items(self, asked: Asked, list_id: str) -> object:
        items = [{"action_network:person_id": one} for one in self._at(self.items, list_id, "list")]
        return self._page(asked, "osdi:items", items)

    def _new_tag(self, asked: Asked) -> object:
        self._exactly(asked, {"name": str})
        alike = (one for one, name in self.tags.items() if name == asked.body["name"])
        return self._tag(next(alike, "") or self.tag(asked.body["name"]))

    def _tag_taggings(self, asked: Asked, tag: str) -> object:
        self._at(self.tags, tag, "tag")
        tagged = [self._tagging(tag, who, one) for (its, who), one in self.taggings.items() if its == tag]
        return self._page(asked, "osdi:taggings", tagged)

    def _new_tagging(self, asked: Asked, tag: str) -> object:
        self._exactly(asked, {"_links": dict})
        self._at(self.tags, tag, "tag")
        return self.tagged(self._linked(asked), tag)

    def _no_tagging(self, asked: Asked, tag: str, tagging: str) -> object:
        key = next((key for key, one in self.taggings.items() if one["id"] == tagging and key[0] == tag), None)
        if key is None:
            raise Says(404, {"error": f"Couldn't find tagging with id = {tagging}"})
        del self.taggings[key]
        return {"notice": "This tagging was successfully deleted."}

    def _all_responses(self, asked: Asked, survey: str) -> object:
        there = self._filtered(asked, self._at(self.responses, survey, "survey"))
        return self._page(asked, "action_network:responses", there, "identifier")

    def _no_response(self, asked: Asked, survey: str, response: str) -> object:
        there = self._at(self.responses, survey, "survey")
        there[:] = [one for one in there if f"action_network:{response}" not in one["identifiers"]]
        return {"notice": "This response was successfully deleted."}

    def _page(self, asked: Asked, relation: str, all_of_it: list[dict[str, Any]], *filters: str) -> dict[str, Any]:
        page, per_page = int(asked.query.pop("page", 1)), int(asked.query.pop("per_page", MOST))
        matching = asked.query.pop("filter", "")
        if asked.query or per_page > MOST or (matching and not filters):
            raise self.refuse(f"{asked} with {asked.query} {per_page} {matching}", 400, {"error": "parameters"})
        shown = all_of_it[(page - 1) * per_page : page * per_page]
        links = {"next": {"href": f"{self.address}/somewhere?page={page + 1}"}} if shown else {}
        return {"per_page": per_page, "page": page, "_links": links, "_embedded": {relation: shown}}

    def _found(self, asked: Asked) -> list[dict[str, Any]]:
        return self._filtered(asked, list(self.people.values()))

    def _filtered(self, asked: Asked, resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
        written = asked.query.get("filter", "")
        if not written:
            return resources
        match = FILTER.fullmatch(written)
        if match is None:
            raise Says(400, {"error": f"The filter {written} cannot be read"})
        field, value = match.groups()
        if field == "identifier":
            return [one for one in resources if value in one["identifiers"]]
        if field == "family_name":
            return [one for one in resources if one["family_name"] == value]
        return [one for one in resources if any(each["postal_code"] == value for each in one["postal_addresses"])]

    def _changed(self, asked: Asked, person: str) -> object:
        there = self._person(person)
        self._exactly(asked, {"custom_fields": dict})
        for name, value in asked.body["custom_fields"].items():
            if name not in self.custom_fields or not isinstance(value, str | None):
                raise self.refuse(f"{asked} with the custom field {name}: {value}", 400, {"error": name})
            if value is None:
                there["custom_fields"].pop(name, None)
            else:
                there["custom_fields"][name] = value
        return there

    def _responded(self, asked: Asked, survey: str) -> object:
        self._exactly(asked, {"identifiers": list, "_links": dict})
        person, marks = self._linked(asked), asked.body["identifiers"]
        there = self._at(self.responses, survey, "survey")
        for one in there:
            if set(marks) & set(one["identifiers"]):
                return one
        self._made += 1
        new = {"identifiers": [f"action_network:{an_id(6, self._made)}", *marks], "action_network:person_id": person}
        there.append(new)
        return new

    def _linked(self, asked: Asked) -> str:
        person = asked.body["_links"].get("osdi:person", {}).get("href", "")
        if list(asked.body["_links"]) != ["osdi:person"] or not person.startswith(f"{self.address}/people/"):
            raise self.refuse(f"{asked} with the links {asked.body['_links']}", 400, {"error": "_links"})
        one_id = person.rpartition("/")[2]
        self._person(one_id)
        return str(one_id)

    def _exactly(self, asked: Asked, fields: Mapping[str, type]) -> None:
        body = asked.body
        if not isinstance(body, dict) or {name: type(value) for name, value in body.items()} != dict(fields):
            described = [{"code": "InvalidField", "description": f"{asked} takes {', '.join(fields)}"}]
            status = {"request_type": "atomic", "response_code": 400, "resource_status": []}
            raise self.refuse(
                f"{asked} with {body}", 400, status | {"resource_status": [{"error_descriptions": described}]}
            )

    def _person(self, person: str) -> dict[str, Any]:
        return self._at(self.people, person, "person")

    def _at(self, things: Mapping[str, T], one_id: str, what: str) -> T:
        if one_id not in things:
            raise Says(404, {"error": f"Couldn't find {what} with id = {one_id}"})
        return things[one_id]

    def _tag(self, tag: str) -> dict[str, Any]:
        return {"identifiers": [f"action_network:{tag}"], "name": self.tags[tag], "created_date": MADE}

    def _tagging(self, tag: str, person: str, one: Mapping[str, str]) -> dict[str, Any]:
        return {
            "identifiers": [f"action_network:{one['id']}"],
            "created_date": one["created_date"],
            "modified_date": one["created_date"],
            "item_type": "osdi:person",
            "_links": {
                "self": {"href": f"{self.address}/tags/{tag}/taggings/{one['id']}"},
                "osdi:tag": {"href": f"{self.address}/tags/{tag}"},
                "osdi:person": {"href": f"{self.address}/people/{person}"},
            },
        }
