"""What CallHub is told of a call: the contact's own fields, and a number for its do-not-call list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from phonetui.core.event import Outcome
from phonetui.core.push import Lost, Outgoing, Pushed
from phonetui.core.refusal import Refused
from phonetui.server.connectors.callhub_api import TITLE, Api, own_id
from phonetui.server.connectors.callhub_contacts import international, own_fields
from phonetui.server.connectors.callhub_do_not_call import DoNotCall
from phonetui.server.connectors.callhub_settings import Settings
from phonetui.server.connectors.connector import Setup, SystemBusy, SystemDown, SystemRefused, WrongKey
from phonetui.server.connectors.last_call import is_overtaken, taken_back, written
from phonetui.server.connectors.patience import PAUSES
from phonetui.server.connectors.reading_json import Record, records, text
from phonetui.server.connectors.system_http import LONGEST_REST

#: What CallHub's own callers would have pressed. Other results go by the campaign's own names.
DISPOSITIONS = {
    "talked": "MEANINGFUL_INTERACTION",
    "not_home": "NO_ANSWER",
    "busy": "USER_BUSY",
    "call_back": "CALLBACK",
    "left_message": "LEFT_MESSAGE",
    "wrong_number": "BAD_NUMBER",
    "disconnected": "UNALLOCATED_NUMBER",
    "do_not_call": "DO_NOT_CALL",
}
#: What somebody can mend.
NO_FIELD = "Results are not told; name a field for them under `fields`, at `result`."
NOT_THERE = (
    f"{TITLE} has no contact field `{{name}}`; make it there as a custom field of the type Text, "
    f"or put its name right in the connection's file."
)
#: Under this the tags of a contact that is being changed are kept.
TAGS = "tags"
#: CallHub puts the numbers of these on its do-not-call list.
BARRING = frozenset({"BAD_NUMBER", "DO_NOT_CALL"})


class Telling:
    """Tells an account of CallHub's of single outcomes."""

    def __init__(self, setup: Setup, settings: Settings, api: Api, do_not_call: DoNotCall) -> None:
        self._setup = setup
        self._settings = settings
        self._api = api
        self._do_not_call = do_not_call
        self._names: dict[str, str] | None = None
        self._takes_tags = True

    def field_names(self) -> dict[str, str]:
        """The names of the fields that contacts have, by their ids, read once."""
        if self._names is None:
            self._names = {own_id(one): text(one, "name") for one in self._api.each("v1/contacts/fields/")}
        return self._names

    def send(self, one: Outgoing, *, doubt_since: datetime | None) -> Pushed | Lost:
        """See `Sends.send`: fields that say so already are left alone, and a number on the list stays there once."""
        if not one.file_id.isdecimal():
            raise SystemRefused(f"This voter has no id of {TITLE}'s; pull them from there to tell it of their calls.")
        if one.outcome is None and one.corrected is None:
            return Lost(f"What {TITLE} was told of this call is not known any more, so it stays there.")
        contact = self._contact(one)
        if lost := self._setup.remote_ids.find(TAGS, one.file_id):
            self._give_back(one.file_id, {**{tag: tag for tag in lost.split()}, **_tags(contact)})
            contact = self._contact(one)
        said = []
        if one.outcome and self.bars(one.outcome.disposition):
            wrong_of = "" if one.disposition and one.disposition.suppresses else one.file_id
            number = one.number or international(text(contact, "contact"))
            self._do_not_call.add(number, again=doubt_since is not None, wrong_of=wrong_of)
        elif one.corrected and self.bars(one.corrected.disposition):
            said.append(f"The number stays on {TITLE}'s do-not-call list; take it off there if it should be called.")
        mendable = self._write(one, contact, said)
        return Pushed(said=" ".join([*said, *mendable]), in_part=bool(mendable))

    def result(self, disposition_id: str) -> str:
        """What the result is called there."""
        disposition = self._setup.campaign.disposition(disposition_id)
        label = self._setup.campaign.words(disposition.label) if disposition else disposition_id
        return self._setup.dispositions.get(disposition_id) or DISPOSITIONS.get(disposition_id) or label

    def bars(self, disposition_id: str) -> bool:
        """Whether the result puts the number on the do-not-call list."""
        disposition = self._setup.campaign.disposition(disposition_id)
        return bool(disposition and disposition.suppresses) or self.result(disposition_id) in BARRING

    def _contact(self, one: Outgoing) -> Record:
        try:
            contact = self._api.read(f"v1/contacts/{one.file_id}/")
        except SystemRefused as refused:
            if refused.status not in (404, 410):
                raise
            raise SystemRefused(
                f"{TITLE} does not have this contact any more: removed, or merged with another. Pull the list again.",
                refused.status,
            ) from None
        if not isinstance(contact, dict):
            raise SystemDown(f"{TITLE} answered without the contact that was asked for.")
        if not text(contact, "contact"):
            raise SystemRefused(
                f"This contact has no number in {TITLE}, which changes none without; give it one there."
            )
        return contact

    def _write(self, one: Outgoing, contact: Record, said: list[str]) -> list[str]:
        """Writes the fields; sentences on what was not, which somebody can mend. Others come to `said`."""
        names = self._settings.fields
        mendable = [NO_FIELD] if one.outcome and not names.result else []
        if not names.names:
            return mendable
        known = self.field_names().values()
        there = own_fields(contact, self.field_names())
        if is_overtaken(self._setup, names if names.called in known else replace(names, called=""), there, one):
            said.append("A later call to this contact was told before, so the fields keep that one.")
            return []
        now = self._written(one, one.outcome)
        changes: dict[str, str | None] = {name: value for name, value in now.items() if there.get(name) != value}
        changes |= dict.fromkeys(taken_back(self._written(one, one.corrected), now, there))
        for name in [name for name in changes if name not in known]:
            del changes[name]
            mendable.append(NOT_THERE.format(name=name))
        if changes:
            self._change(one.file_id, contact, changes)
        return mendable

    def _change(self, contact_id: str, contact: Record, changes: Mapping[str, str | None]) -> None:
        """Changes the fields, and gives the contact back its tags, which go then.

        What is written down of them meanwhile is given back by the next run, should this one be stopped.
        """
        way, body, tags = f"v1/contacts/{contact_id}/", {"contact": text(contact, "contact"), **changes}, _tags(contact)
        if not tags:
            self._api.tell("PUT", way, body)
            return
        if not self._takes_tags:
            raise SystemRefused(
                f"{TITLE} takes a contact's tags away when its fields are changed, and did not take those of another "
                f"contact back, so this one stays as it is; see that the key may set tags, then push --again."
            )
        self._keep(contact_id, tags)
        try:
            self._api.tell("PUT", way, body)
        except SystemDown:  # it may have been changed
            self._give_back(contact_id, tags)
            raise
        except Refused:
            self._keep(contact_id, {})
            raise
        self._give_back(contact_id, tags)

    def _keep(self, contact_id: str, tags: Mapping[str, str]) -> None:
        self._setup.remote_ids.keep(TAGS, contact_id, "", " ".join(tags))

    def _give_back(self, contact_id: str, tags: Mapping[str, str]) -> None:
        """Sets the tags, at once or after some pauses; what CallHub does not take is told, and then forgotten."""
        rest = 0.0
        for pause in (0.0, *PAUSES):
            self._setup.wait(max(rest, pause))
            try:
                self._api.tell("PATCH", f"v2/contacts/{contact_id}/taggings/", {"tags": sorted(tags)})
            except SystemBusy as busy:
                rest = busy.retry_after
            except SystemDown:
                rest = 0.0
            except (SystemRefused, WrongKey):
                self._takes_tags = False
                break
            else:
                self._keep(contact_id, {})
                return
            if rest > LONGEST_REST:
                break
        self._keep(contact_id, {})
        names = ", ".join(f"`{name}`" for name in tags.values())
        raise SystemRefused(
            f"{TITLE} took the tags {names} from this contact when its fields were changed, and did not take them "
            f"back; give them to it there, then push --again."
        )

    def _written(self, one: Outgoing, outcome: Outcome | None) -> Mapping[str, str]:
        if outcome is None:
            return {}
        return written(self._settings.fields, one, outcome, self.result(outcome.disposition), self._setup)


def _tags(contact: Record) -> dict[str, str]:
    """The names of a contact's tags, by their ids."""
    return {own_id(tag): text(tag, "name") or own_id(tag) for tag in records(contact, "tags")}
