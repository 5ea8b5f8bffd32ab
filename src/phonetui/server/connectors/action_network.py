"""Action Network: people come from a list, a tag or a filter; results go back as tags, custom fields and responses.

How each request looks is from Action Network's documentation of people, lists, items, tags, taggings, surveys and
responses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import cast

from phonetui.core.push import Lost, Outgoing, Pushed
from phonetui.core.refusal import Refused
from phonetui.server.connectors.action_network_api import TITLE, Api, own_id
from phonetui.server.connectors.action_network_people import Selection, is_unsubscribed, people, voter
from phonetui.server.connectors.action_network_settings import ID, KEYS, TEMPLATE, Settings, read_settings
from phonetui.server.connectors.action_network_tags import Tags, tag_name
from phonetui.server.connectors.action_network_telling import Telling
from phonetui.server.connectors.connector import PulledVoter, Setup
from phonetui.server.connectors.last_call import left_out, unasked
from phonetui.server.connectors.reading_json import text
from phonetui.server.connectors.system import System

#: How many people a check looks at.
LOOKED_AT = 10


class ActionNetwork:
    """A group of Action Network's, as its key opens it."""

    def __init__(self, setup: Setup) -> None:
        """Raises `Refused` for a key that cannot be one, and an address to which it would go in the clear."""
        self._setup = setup
        self._settings = cast(Settings, setup.settings)
        self._api = Api(setup, self._settings.address, self._settings.a_second)
        self._tags = Tags(self._api, make=self._settings.make_tags)
        self._telling = Telling(setup, self._settings, self._api, self._tags)

    def close(self) -> None:
        """Ends its connection."""
        self._api.close()

    def pull(self) -> Iterator[PulledVoter]:
        """Everyone whom the list, the tag or the filter names, but the unsubscribed. Raises `Refused`."""
        came = left = 0
        for person in people(self._api, self._selection()):
            one = self._voter(person)
            if self._is_left_out(person, one):
                left += 1
            else:
                came += 1
                yield one
        if left and not came:
            raise Refused(
                f"Nobody is left to call: {TITLE} has the numbers of everybody there ({left:,}) as unsubscribed, which "
                f"is about text messages; if they did not ask to be left alone, write `call_unsubscribed: true` in the "
                f"connection's file."
            )

    def check(self) -> Iterable[str]:
        """See `Connector.check`."""
        yield from self._about_people()
        yield from self._about_tags()
        yield from self._about_fields()
        if self._settings.survey:
            yield self._about_survey()
        yield from unasked(self._setup, self._settings.fields)
        yield from self.losses()

    def losses(self) -> Iterable[str]:
        """See `Connector.losses`."""
        yield "A tag says that a result was had, not how often, when or by whom."
        yield from left_out(self._setup, self._settings.fields)
        yield "When to call back is not told."
        if any(disposition.suppresses for disposition in self._setup.campaign.dispositions):
            yield f"Do not call becomes a tag: leave out who has it when you call from {TITLE} by other means."
        if self._settings.survey and not self._settings.fields.questions:
            yield "Nobody is recorded for the survey, for no question is named under `questions`."

    def send(self, one: Outgoing, *, doubt_since: datetime | None) -> Pushed | Lost:
        """See `Sends.send`."""
        with self._api.one_record():
            return self._telling.send(one, doubt_since=doubt_since)

    def _voter(self, person: Mapping[str, object]) -> PulledVoter:
        return voter(person, self._settings.landlines, self._settings.opt_outs)

    def _is_left_out(self, person: Mapping[str, object], one: PulledVoter) -> bool:
        """Whether this list does not call them; who opted out comes in all the same, for no other may call them."""
        return self._settings.texting and is_unsubscribed(person) and not one.do_not_call

    def _selection(self) -> Selection:
        listed = self._settings.listed
        if listed is None:
            raise Refused("The connection's file says not whom to call; name a `list`, a `tag` or a `filter` in it.")
        if listed.by == "filter" or ID.fullmatch(listed.value):
            return listed
        found = self._tags.find(listed.value) if listed.by == "tag" else self._list_id(listed.value)
        if not found:
            raise Refused(
                f"{TITLE} has no {listed.by} `{listed.value}` that this key may see; "
                f"it was renamed or removed: put its name right in the connection's file."
            )
        return Selection(listed.by, found)

    def _list_id(self, name: str) -> str:
        """The id of the list of that name; empty where there is none. Raises `Refused` where there are several."""
        found = [
            own_id(one)
            for one in self._api.each("osdi:lists", "lists", patient=True)
            if name in (text(one, "name"), text(one, "title"))
        ]
        if len(found) > 1:
            raise Refused(f"{TITLE} has {len(found)} lists `{name}`; name yours by its id, one of {', '.join(found)}.")
        return found[0] if found else ""

    def _about_people(self) -> Iterator[str]:
        if self._settings.listed is None:
            self._api.read("people", params={"page": 1, "per_page": 1})
            yield f"{TITLE} lets the key in. Nobody is pulled, for the file names no `list`, `tag` or `filter`."
            return
        looked_at = list(islice(people(self._api, self._selection()), LOOKED_AT))
        seen = [self._voter(person) for person in looked_at]
        numbers = sum(bool({"cell_phone", "home_phone"} & set(one.fields)) for one in seen)
        barred = sum(one.do_not_call for one in seen)
        left = sum(self._is_left_out(person, one) for person, one in zip(looked_at, seen, strict=True))
        listed = self._settings.listed
        yield f"{TITLE} lets the key in, and the {listed.by} `{listed.value}` is there."
        if not seen:
            yield f"The {listed.by} has nobody in it."
        else:
            yield f"Of {len(seen)} people looked at, {numbers} have a number and {barred} may not be called."
        if left:
            yield (
                f"Left out, as unsubscribed: {left} of them. {TITLE} says that of a number that gets no text messages, "
                f"new ones too; if your people asked for no such thing, write `call_unsubscribed: true`."
            )

    def _about_tags(self) -> Iterator[str]:
        names = [tag_name(self._setup.dispositions, one.id) for one in self._setup.campaign.dispositions]
        missing = [f"`{name}`" for name in dict.fromkeys(names) if not self._tags.find(name)]
        if missing and self._settings.make_tags:
            yield f"These tags are not there yet; the first push of such a result makes them: {', '.join(missing)}."
        elif missing:
            yield (
                f"These tags are not there: {', '.join(missing)}. Make them in {TITLE}, "
                f"or write `make_tags: true` to have a push make them."
            )

    def _about_fields(self) -> Iterator[str]:
        settings = self._settings
        for name in dict.fromkeys((*settings.fields.names, *settings.landlines, *settings.opt_outs)):
            if name not in self._telling.known_fields():
                yield f"{TITLE} has no custom field `{name}`; make it there, or put its name right in the file."

    def _about_survey(self) -> str:
        if not self._api.has("surveys", self._settings.survey):
            return (
                f"{TITLE} has no survey {self._settings.survey}; it was removed, or the id in the file is not its id."
            )
        survey = self._api.read("surveys", self._settings.survey)
        return f"Who answers is recorded for the survey `{text(survey, 'title') or text(survey, 'name')}`."


SYSTEM = System(
    title=TITLE,
    keys=KEYS,
    template=TEMPLATE,
    read=read_settings,
    connect=ActionNetwork,
    secrets={"key": "the API key of your group, from the page API & Sync of Action Network"},
)
