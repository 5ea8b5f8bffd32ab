"""CallHub: contacts come from a phonebook; results go back into contact fields, and to a do-not-call list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import cast

from phonetui.core.push import Lost, Outgoing, Pushed
from phonetui.core.refusal import Refused
from phonetui.server.connectors.callhub_api import TITLE, Api, own_id
from phonetui.server.connectors.callhub_contacts import voter
from phonetui.server.connectors.callhub_do_not_call import DoNotCall
from phonetui.server.connectors.callhub_settings import KEYS, TEMPLATE, Settings, read_settings
from phonetui.server.connectors.callhub_telling import DISPOSITIONS, NO_FIELD, NOT_THERE, Telling
from phonetui.server.connectors.connector import PulledVoter, Setup, SystemDown, SystemRefused
from phonetui.server.connectors.last_call import left_out, unasked
from phonetui.server.connectors.reading_json import Record, records, text
from phonetui.server.connectors.system import System

#: Contacts may move to another page while it is read: a phonebook that came short is read so often in all.
MOST_PASSES = 3


class CallHub:
    """An account of CallHub's, as its key opens it."""

    def __init__(self, setup: Setup) -> None:
        """Raises `Refused` for a key that cannot be one, and an address to which it would go in the clear."""
        self._setup = setup
        self._settings = cast(Settings, setup.settings)
        self._api = Api(setup, self._settings.address, self._settings.a_second)
        self._do_not_call = DoNotCall(self._api, self._settings.barring, setup.remote_ids)
        self._telling = Telling(setup, self._settings, self._api, self._do_not_call)

    def close(self) -> None:
        """Ends its connection."""
        self._api.close()

    def pull(self) -> Iterator[PulledVoter]:
        """Every contact of the phonebook, as many as it says it has. Raises `Refused`."""
        phonebook = self._phonebook()
        self._need_lists()
        barred = self._do_not_call.barred(self._settings.barred)
        seen: set[str] = set()
        for _ in range(MOST_PASSES):
            for page in self._api.pages(f"v1/phonebooks/{phonebook}/contacts/", patient=True):
                said = self._count(page)
                for contact in records(page, "results"):
                    if own_id(contact) not in seen:
                        seen.add(own_id(contact))
                        yield voter(contact, barred)
            if len(seen) >= said:
                return
        raise SystemDown(
            f"{TITLE} says that the phonebook `{self._settings.phonebook}` has {said} contacts, "
            f"but gave {len(seen)}; pull it again later."
        )

    def check(self) -> Iterable[str]:
        """See `Connector.check`."""
        yield from self._about_phonebook()
        yield from self._about_do_not_call()
        known = self._telling.field_names().values()
        for name in self._settings.fields.names:
            if name not in known:
                yield NOT_THERE.format(name=name)
        yield from unasked(self._setup, self._settings.fields)
        yield from self.losses()

    def losses(self) -> Iterable[str]:
        """See `Connector.losses`."""
        if not self._settings.fields.result:
            yield NO_FIELD
        yield from left_out(self._setup, self._settings.fields)
        yield "When to call back is not told."
        for disposition in self._setup.campaign.dispositions:
            if disposition.id not in DISPOSITIONS and disposition.id not in self._setup.dispositions:
                result = self._telling.result(disposition.id)
                yield f"{TITLE} has no result like `{disposition.id}`; the field will say `{result}`."
            if self._telling.bars(disposition.id) and not disposition.suppresses:
                yield f"`{disposition.id}` also puts the number on the do-not-call list, as {TITLE} itself does."

    def send(self, one: Outgoing, *, doubt_since: datetime | None) -> Pushed | Lost:
        """See `Sends.send`."""
        with self._api.one_record():
            return self._telling.send(one, doubt_since=doubt_since)

    def _phonebook(self) -> str:
        """The phonebook's id, by its name, or by its id as the file may have it. Raises `Refused`."""
        wanted = self._settings.phonebook
        if not wanted:
            raise Refused("The connection's file says not whom to call; name a `phonebook` in it.")
        found = [own_id(one) for one in self._api.each("v1/phonebooks/") if wanted in (text(one, "name"), own_id(one))]
        if len(found) > 1:
            raise Refused(
                f"{TITLE} has {len(found)} phonebooks `{wanted}`; name yours by its id, one of {', '.join(found)}."
            )
        if not found:
            raise Refused(
                f"{TITLE} has no phonebook `{wanted}` that this key may see; "
                f"it was renamed or removed: put its name right in the connection's file."
            )
        return found[0]

    def _need_lists(self) -> None:
        missing = self._do_not_call.missing(self._settings.barred)
        if missing:
            raise Refused(
                f"{TITLE} has no do-not-call list `{missing[0]}`, so that nobody knows whom not to call; "
                f"put its name right in the connection's file."
            )

    def _about_phonebook(self) -> Iterator[str]:
        if not self._settings.phonebook:
            next(self._api.pages("v1/phonebooks/"))
            yield f"{TITLE} lets the key in. Nobody is pulled, for the file names no `phonebook`."
            return
        page = next(self._api.pages(f"v1/phonebooks/{self._phonebook()}/contacts/"))
        has = f"has {self._count(page)} contacts"
        yield f"{TITLE} lets the key in, and the phonebook `{self._settings.phonebook}` {has}."

    def _count(self, page: Record) -> int:
        """How many contacts the phonebook has; raises `SystemDown` where it does not say so."""
        count = text(page, "count")
        if not count.isdecimal():
            raise SystemDown(
                f"{TITLE} did not say how many contacts the phonebook `{self._settings.phonebook}` has, "
                f"so nobody knows whether all come; try again later."
            )
        return int(count)

    def _about_do_not_call(self) -> Iterator[str]:
        for name in self._do_not_call.missing(self._settings.barred):
            yield f"{TITLE} has no do-not-call list `{name}`; nobody is pulled before its name is right in the file."
        if any(self._telling.bars(disposition.id) for disposition in self._setup.campaign.dispositions):
            try:
                yield f"Numbers not to call go to the list `{text(self._do_not_call.own_list(), 'name')}`."
            except SystemRefused as refused:
                yield str(refused)


SYSTEM = System(
    title=TITLE,
    keys=KEYS,
    template=TEMPLATE,
    read=read_settings,
    connect=CallHub,
    secrets={"key": "the API key of your CallHub account, from its settings"},
)
