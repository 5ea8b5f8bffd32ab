"""Action Network's API, version 2: OSDI 1.1.1 in HAL+JSON, as its own documentation describes it.

From there, beyond what a page of its says of each resource: at most 4 requests a second ("Getting started"); pages of
at most 25, without totals where people are listed, the end an empty page; a PUT leaves alone what it does not name,
and null empties a field ("General principles").
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from phonetui.core.refusal import Refused
from phonetui.server.connectors.connector import Setup, SystemDown, SystemRefused
from phonetui.server.connectors.even_pace import EvenPace
from phonetui.server.connectors.header_key import header_key
from phonetui.server.connectors.patience import patiently
from phonetui.server.connectors.reading_json import Record, at, records, text, texts
from phonetui.server.connectors.system_http import Params, SystemHttp

TITLE = "Action Network"
#: What its documentation allows.
MOST_A_SECOND = 4
PER_PAGE = 25
OURS = "action_network:"


class Api:
    """Requests at the pace that Action Network asks for. `address` is without a slash at its end."""

    def __init__(self, setup: Setup, address: str, a_second: int) -> None:
        """Raises `Refused` for a key that cannot be one, and an address to which it would go in the clear."""
        self.address = address.rstrip("/")
        headers = {"OSDI-API-Token": header_key(setup, TITLE), "Content-Type": "application/json"}
        pace = EvenPace(a_second, setup.wait, setup.clock, setup.turns)
        self._http = SystemHttp(TITLE, self.address, said, setup.wait, headers=headers, take_turn=pace.take_turn)
        self._wait = setup.wait
        self.one_record = self._http.one_record
        self.close = self._http.close

    def read(self, *way: str, params: Params | None = None) -> Record:
        """What is at a path, such as `people` and an id. Raises as `SystemHttp.read` does."""
        return self._whole(self._http.read(_path(way), params))

    def read_patiently(self, *way: str, params: Params | None = None) -> Record:
        """The same, for the many reads that a list takes."""
        return patiently(lambda: self.read(*way, params=params), self._wait)

    def tell(self, method: str, *way: str, body: Record | None = None) -> Record:
        """One request that changes something."""
        answer = self._http.tell(method, _path(way), body).body
        return {} if answer is None else self._whole(answer)

    def each(self, relation: str, *way: str, matching: str = "", patient: bool = False) -> Iterator[Record]:
        """The resources of a collection, page by page until an empty one. `matching` is an OData filter."""
        read = self.read_patiently if patient else self.read
        page = 1
        while True:
            asked: dict[str, str | int] = {"page": page, "per_page": PER_PAGE}
            body = read(*way, params=asked | {"filter": matching} if matching else asked)
            if not isinstance(at(body, "_embedded", relation), list):
                raise SystemDown(f"{TITLE} answered without the list of {relation} that was asked for.")
            found = records(body, "_embedded", relation)
            if not found:
                return
            yield from found
            page += 1

    def has(self, *way: str) -> bool:
        """Whether there is something at a path."""
        try:
            self.read(*way)
        except SystemRefused as refused:
            if refused.status == 404:
                return False
            raise
        return True

    def _whole(self, body: object) -> Record:
        if not isinstance(body, dict):
            raise SystemDown(f"The answer of {TITLE} is not what was asked for.")
        return body


def own_id(resource: Record) -> str:
    """The id that Action Network itself gave a resource; empty where it names none."""
    return next((one.removeprefix(OURS) for one in texts(resource, "identifiers") if one.startswith(OURS)), "")


def person_id(resource: Record) -> str:
    """Whom an item or a tagging is about."""
    return text(resource, "action_network:person_id") or last_part(text(resource, "_links", "osdi:person", "href"))


def last_part(address: str) -> str:
    """What stands after the last slash."""
    return address.rstrip("/").rpartition("/")[2]


def equal(field: str, value: str) -> str:
    """An OData filter; raises `Refused` for a value that none can be made of."""
    if "'" in value:
        raise Refused(f"{TITLE} cannot be asked for `{value}`, for there is a quote in it; name it by its id.")
    return f"{field} eq '{value}'"


def said(body: object) -> str:
    """Its own words on an error: `error`, or what OSDI has under `resource_status`."""
    described = [
        text(one, "description")
        for status in records(body, "resource_status")
        for one in records(status, "error_descriptions")
    ]
    return text(body, "error") or "; ".join(filter(None, described))


def _path(way: tuple[str, ...]) -> str:
    return "/".join(quote(part, safe="") for part in way)
