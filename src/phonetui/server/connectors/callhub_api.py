"""CallHub's API, versions 1 and 2, as its own reference and its own MCP server (callhub/callhub-mcp) use it.

A contact is changed by a PUT of its number and of the fields to change, as that server does it.
Where both are silent, open clients speak: pages hold at most 1000, a contact's own fields come as JSON in a string, by
the ids of the fields (hotgluexyz/tap-callhub); a PUT of a contact clears its tags (hotgluexyz/target-callhub); a number
that is on a do-not-call list already is answered with 400 (move-coop/parsons). Bulk creation, once a minute, is not
used: contacts are changed one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from phonetui.server.connectors.connector import Setup, SystemDown, WrongKey
from phonetui.server.connectors.even_pace import EvenPace
from phonetui.server.connectors.header_key import header_key
from phonetui.server.connectors.patience import patiently
from phonetui.server.connectors.reading_json import Record, at, records, text
from phonetui.server.connectors.system_http import SystemHttp

TITLE = "CallHub"
#: What CallHub takes, and what is asked of it: its limiter is a little sensitive.
MOST_A_SECOND, USUAL_A_SECOND = 20, 15
PER_PAGE = 500


class Api:
    """Requests at the pace that CallHub takes."""

    def __init__(self, setup: Setup, address: str, a_second: int) -> None:
        """Raises `Refused` for a key that cannot be one, and an address to which it would go in the clear."""
        headers = {"Authorization": f"Token {header_key(setup, TITLE)}"}
        pace = EvenPace(a_second, setup.wait, setup.clock, setup.turns)
        self._http = SystemHttp(TITLE, address, said, setup.wait, headers=headers, take_turn=pace.take_turn)
        self._wait = setup.wait
        self.one_record = self._http.one_record
        self.close = self._http.close

    def read(self, path: str, page: int = 0) -> object:
        """What is at a path. Raises as `SystemHttp.read` does."""
        try:
            return self._http.read(path, {"page": page, "page_size": PER_PAGE} if page else None)
        except WrongKey as wrong:
            raise self._on_the_other_host(wrong) from None

    def tell(self, method: str, path: str, body: Record | None = None) -> object:
        """One request that changes something."""
        try:
            return self._http.tell(method, path, body).body
        except WrongKey as wrong:
            raise self._on_the_other_host(wrong) from None

    def pages(self, path: str, *, patient: bool = False) -> Iterator[Record]:
        """The pages of a list, to the last. A list that comes whole is one page."""
        page = 1
        while True:
            body = patiently(partial(self.read, path, page), self._wait) if patient else self.read(path, page)
            if isinstance(body, list):
                yield {"count": len(body), "results": body}
                return
            if not isinstance(body, dict) or not isinstance(at(body, "results"), list):
                raise SystemDown(f"{TITLE} answered without the list that was asked for.")
            yield body
            if not body.get("next"):
                return
            page += 1

    def each(self, path: str) -> Iterator[Record]:
        """The records of a list."""
        for page in self.pages(path, patient=True):
            yield from records(page, "results")

    def _on_the_other_host(self, wrong: WrongKey) -> WrongKey:
        """CallHub keeps accounts in two places, and neither knows the keys of the other."""
        if wrong.status != 401:
            return wrong
        return WrongKey(
            f"{wrong} If your account is on {TITLE}'s other host, write its `url` in the file.", wrong.status
        )


def own_id(record: Record) -> str:
    """A record's id: `pk_str`, which no program can round, else its `id`, else the end of its address."""
    return text(record, "pk_str") or text(record, "id") or text(record, "url").rstrip("/").rpartition("/")[2]


def digits(number: str) -> str:
    """A number's digits, by which two ways of writing it are compared."""
    found = "".join(letter for letter in number if letter.isascii() and letter.isdecimal())
    return found.removeprefix("1") if len(found) == len("12125550100") else found


def said(body: object) -> str:
    """Its own words on an error: `detail`, or what it says of each field."""
    if not isinstance(body, dict):
        return ""
    of_fields = [
        f"{name}: {' '.join(map(str, words)) if isinstance(words, list) else words}"
        for name, words in body.items()
        if isinstance(words, (str, list))
    ]
    return text(body, "detail") or "; ".join(of_fields)
