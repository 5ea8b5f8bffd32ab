"""Results as tags: Action Network keeps one tagging of a tag for each person, whoever asks for it how often."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from phonetui.core.refusal import Refused
from phonetui.server.connectors.action_network_api import TITLE, Api, own_id
from phonetui.server.connectors.connector import SystemRefused, WrongKey
from phonetui.server.connectors.reading_json import Record, text

#: Clocks differ; a tagging that is older than the telling by more than this was there before.
CLOCKS_DIFFER = timedelta(minutes=5)
#: Between the ids of a tag and of its tagging, in what is remembered of an outcome.
BETWEEN = "/"


class Tags:
    """The group's tags by their names, read once, and only so far as they are looked for."""

    def __init__(self, api: Api, *, make: bool) -> None:
        self._api = api
        self._make = make
        self._ids: dict[str, str] = {}
        self._unread = api.each("osdi:tags", "tags")

    def find(self, name: str) -> str:
        """The tag's id; empty where there is none of that name. Letter case tells two tags apart only if both exist."""
        while name not in self._ids:
            tag = self._next()
            if tag is None:
                alike = (one_id for other, one_id in self._ids.items() if other.casefold() == name.casefold())
                return next(alike, "")
            self._ids.setdefault(text(tag, "name"), own_id(tag))
        return self._ids[name]

    def need(self, name: str) -> str:
        """The tag's id; makes the tag where the connection's file allows it, else raises `SystemRefused`."""
        found = self.find(name)
        if found:
            return found
        if not self._make:
            raise SystemRefused(
                f"{TITLE} has no tag `{name}`; make it there, or write `make_tags: true` in the connection's file."
            )
        self._ids[name] = own_id(self._api.tell("POST", "tags", body={"name": name}))
        return self._ids[name]

    def put(self, person: str, tag: str, began: datetime, *, look_first: bool) -> str:
        """Tags the person; what to remember, so that it can be taken back: empty where they had the tag before."""
        there = self._there(person, tag) if look_first else None
        if there is None:
            about = {"osdi:person": {"href": f"{self._api.address}/people/{person}"}}
            there = self._api.tell("POST", "tags", tag, "taggings", body={"_links": about})
        return _remembered(tag, there, began)

    def find_ours(self, person: str, name: str, began: datetime) -> str:
        """What `put` would have said to remember, had its answer not been lost; empty where there is none of ours."""
        tag = self.find(name)
        there = self._there(person, tag) if tag else None
        return _remembered(tag, there, began) if there is not None else ""

    def take(self, remembered: str) -> None:
        """Takes a tagging back; one that is gone already is gone."""
        tag, _, tagging = remembered.partition(BETWEEN)
        try:
            self._api.tell("DELETE", "tags", tag, "taggings", tagging)
        except SystemRefused as refused:
            if refused.status not in (404, 410):
                raise

    def _next(self) -> Record | None:
        """The next tag that was not read; None after the last. What failed is read from its beginning the next time."""
        try:
            return next(self._unread, None)
        except WrongKey as wrong:
            raise WrongKey(
                f"{wrong} If it is right, it is no group's key: only a group has tags.", wrong.status
            ) from None
        except Refused:
            self._unread = self._api.each("osdi:tags", "tags")
            raise

    def _there(self, person: str, tag: str) -> Record | None:
        for tagging in self._api.each("osdi:taggings", "people", person, "taggings"):
            links = (text(tagging, "_links", "osdi:tag", "href"), text(tagging, "_links", "self", "href"))
            if any(f"/tags/{tag}" in link for link in links):
                return tagging
        return None


def tag_name(names: Mapping[str, str], disposition_id: str) -> str:
    """What the connection's file calls the result, else `phonetui: not home`."""
    return names.get(disposition_id) or f"phonetui: {disposition_id.replace('_', ' ')}"


def _remembered(tag: str, there: Record, began: datetime) -> str:
    made = _moment(text(there, "created_date"))
    is_ours = made is None or made >= began - CLOCKS_DIFFER
    return f"{tag}{BETWEEN}{own_id(there)}" if is_ours and own_id(there) else ""


def _moment(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
