"""What Action Network is told of a call: a tag for its result, custom fields, and a response to a survey.

A response is made with a link to the person rather than by `record_response_helper`, which is at the same address: the
helper finds people by mail address and number, makes those it does not find and may merge those it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from phonetui.core.event import Outcome
from phonetui.core.push import Lost, Outgoing, Pushed
from phonetui.server.connectors.action_network_api import TITLE, Api, equal, own_id
from phonetui.server.connectors.action_network_people import custom
from phonetui.server.connectors.action_network_settings import ID, Settings
from phonetui.server.connectors.action_network_tags import Tags, tag_name
from phonetui.server.connectors.connector import Setup, SystemRefused
from phonetui.server.connectors.last_call import answer, is_overtaken, taken_back, told_of_others, written
from phonetui.server.connectors.reading_json import records, text

#: What leads our own ids of responses.
OURS = "phonetui:"


class Telling:
    """Tells a group of Action Network's of single outcomes."""

    def __init__(self, setup: Setup, settings: Settings, api: Api, tags: Tags) -> None:
        self._setup = setup
        self._settings = settings
        self._api = api
        self._tags = tags
        self._fields: frozenset[str] | None = None

    def known_fields(self) -> frozenset[str]:
        """The names of the group's custom fields, read once."""
        if self._fields is None:
            body = self._api.read("metadata", "custom_fields")
            self._fields = frozenset(text(one, "name") for one in records(body, "action_network:custom_fields"))
        return self._fields

    def send(self, one: Outgoing, *, doubt_since: datetime | None) -> Pushed | Lost:
        """See `Sends.send`: a repeated tag, field or response changes nothing, and in doubt it is looked up first."""
        if not ID.fullmatch(one.file_id):
            raise SystemRefused(f"This voter has no id of {TITLE}'s; pull them from there to tell it of their calls.")
        try:
            if one.outcome is None:
                return self._take_back(one)
            return self._tell(one, one.outcome, doubt_since)
        except SystemRefused as refused:
            if refused.status not in (404, 410) or self._api.has("people", one.file_id):
                raise
            raise SystemRefused(
                f"{TITLE} does not have this person any more: removed, or merged with another. Pull the list again.",
                404,
            ) from None

    def _tell(self, one: Outgoing, outcome: Outcome, doubt_since: datetime | None) -> Pushed:
        name = tag_name(self._setup.dispositions, outcome.disposition)
        tag, said = self._tags.need(name), []
        remembered = one.remote_id
        if not remembered.startswith(f"{tag}/"):
            began = doubt_since or one.corrects_since or self._setup.clock()
            remembered = self._tags.put(one.file_id, tag, began, look_first=doubt_since is not None)
            said += self._untag(one, unless=name)
        missing = self._write(one, outcome, said)
        self._respond(one, outcome, look_first=doubt_since is not None)
        return Pushed(remembered, " ".join(said), in_part=bool(missing))

    def _take_back(self, one: Outgoing) -> Pushed | Lost:
        if not one.remote_id and one.corrected is None:
            return Lost(f"What {TITLE} was told of this call is not known any more, so it stays there.")
        said = self._untag(one)
        self._write(one, None, said)
        self._respond(one, None, look_first=True)
        return Pushed("", " ".join(said))

    def _untag(self, one: Outgoing, unless: str = "") -> list[str]:
        """Takes the former result's tag back; sentences on why it stays."""
        former = tag_name(self._setup.dispositions, one.corrected.disposition) if one.corrected else ""
        if not one.corrects or (former and former == unless):
            return []
        remembered = one.remote_id
        if former and one.corrects_since:
            remembered = self._tags.find_ours(one.file_id, former, one.corrects_since)
        if not remembered:
            was_there = former and not one.corrects_since
            return [f"The tag `{former}` was there before this call, so it stays."] if was_there else []
        if former and self._has_otherwise(one, former):
            return [f"The tag `{former}` stays, for another call to this person had that result."]
        self._tags.take(remembered)
        return []

    def _has_otherwise(self, one: Outgoing, name: str) -> bool:
        others = told_of_others(self._setup, one)
        return any(tag_name(self._setup.dispositions, outcome.disposition) == name for outcome in others)

    def _write(self, one: Outgoing, outcome: Outcome | None, said: list[str]) -> list[str]:
        """Writes the custom fields; those that there are not. Sentences on what was not written come to `said`."""
        names = self._settings.fields
        if not names.names:
            return []
        person = self._api.read("people", one.file_id)
        there = {name: custom(person, name) for name in names.names}
        last_call = names if names.called in self.known_fields() else replace(names, called="")
        if is_overtaken(self._setup, last_call, there, one):
            said.append("A later call to this person was told before, so the custom fields keep that one.")
            return []
        now = self._written(one, outcome)
        changes: dict[str, str | None] = {name: value for name, value in now.items() if there.get(name) != value}
        changes |= dict.fromkeys(taken_back(self._written(one, one.corrected), now, there))
        missing = [name for name in changes if name not in self.known_fields()]
        for name in missing:
            del changes[name]
        if changes:
            self._api.tell("PUT", "people", one.file_id, body={"custom_fields": changes})
        said += [f"{TITLE} has no custom field `{name}`, so it was not told that." for name in missing]
        return missing

    def _written(self, one: Outgoing, outcome: Outcome | None) -> dict[str, str]:
        if outcome is None:
            return {}
        disposition = self._setup.campaign.disposition(outcome.disposition)
        label = self._setup.campaign.words(disposition.label) if disposition else outcome.disposition
        result = self._setup.dispositions.get(outcome.disposition) or label
        return written(self._settings.fields, one, outcome, result, self._setup)

    def _respond(self, one: Outgoing, outcome: Outcome | None, *, look_first: bool) -> None:
        """Records the person for the survey while an answer of theirs stands, once for each attempt."""
        if not self._settings.survey:
            return
        mark = f"{OURS}{one.attempt_id}"
        way = ("surveys", self._settings.survey, "responses")
        answered = outcome is not None and any(self._answers(outcome).values())
        there = ""
        if look_first or one.corrects:
            alike = self._api.each("action_network:responses", *way, matching=equal("identifier", mark))
            there = own_id(next(alike, {}))
        if answered and not there:
            about = {"osdi:person": {"href": f"{self._api.address}/people/{one.file_id}"}}
            self._api.tell("POST", *way, body={"identifiers": [mark], "_links": about})
        if there and not answered:
            self._api.tell("DELETE", *way, there)

    def _answers(self, outcome: Outcome) -> Mapping[str, str]:
        return {name: answer(self._setup, name, outcome) for name in self._settings.fields.questions}
