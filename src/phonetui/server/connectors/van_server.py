"""NGP VAN's interface, version 4, as far as phone banking needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, partial
from typing import Literal, TypeVar

import msgspec
from msgspec import Struct

from phonetui.core.refusal import Refused
from phonetui.server.connectors import van_wire as wire
from phonetui.server.connectors.connector import SystemDown, SystemRefused, WrongKey
from phonetui.server.connectors.patience import patiently
from phonetui.server.connectors.system_http import Params, SystemHttp
from phonetui.server.connectors.van_settings import VanSettings
from phonetui.server.connectors.van_wire import (
    ActivistCode,
    ExportJob,
    ExportJobType,
    Page,
    Person,
    ResultCode,
    SavedList,
    SurveyQuestion,
)

#: Items of a page; people come fifty at most.
A_PAGE = 50
#: A list of more pages than this goes round.
MOST_PAGES = 2_000
#: What is read of a person beside the name.
EXPANDED = "phones,emails,addresses,suppressions"
GONE, FORBIDDEN = 404, 403
#: What a key may be let do, in words that follow "ask to let this key".
EXPORTS = "export saved lists (`exportJobs`), or write `vanids:` with a list that you exported by hand"
RESPONSES = "read and enter canvass responses"
#: VAN may want an address to call when an export is done. Names under `.invalid` lead nowhere (RFC 2606).
NOBODY = "https://phonetui.invalid/"

T = TypeVar("T")


class Context(Struct, frozen=True):
    """How calls are entered in VAN, by its ids, and the result codes that there are for it."""

    contact_type_id: int
    input_type_id: int
    result_codes: tuple[ResultCode, ...]


class VanServer:
    """One database of a committee, read and told with its key. What hardly changes is read once.

    Raises `SystemRefused` for a person alone; for the rest `Refused`, since without it nothing goes on.
    """

    def __init__(self, name: str, settings: VanSettings, key: str, wait: Callable[[float], None]) -> None:
        """`name` is the connection's."""
        auth = (settings.application, f"{key.partition('|')[0].strip()}|{settings.mode}")
        self._http = SystemHttp("NGP VAN", settings.url, wire.words, wait, auth=auth)
        self.one_record = self._http.one_record
        self._wait = wait
        self._name = name
        self._settings = settings

    def close(self) -> None:
        """Ends the connection."""
        self._http.close()

    def saved_list(self, list_id: int) -> SavedList:
        """The saved list of that id."""
        seen = self._pages("savedLists", wire.SAVED_LISTS, "read saved lists")
        for found in seen:
            if found.saved_list_id == list_id:
                return found
        raise Refused(
            f"NGP VAN shows this key no saved list {list_id}, but {len(seen)} others. If it is still there, share "
            "its folder with the key's API user; else change `list`."
        )

    def export_types(self) -> tuple[ExportJobType, ...]:
        """Which exports the key may ask for."""
        return self._pages("exportJobTypes", wire.EXPORT_JOB_TYPES, EXPORTS)

    def begin_export(self, list_id: int, export_type: int) -> ExportJob:
        """Asks for a saved list as a file."""
        asked = {
            "savedListId": list_id,
            "type": export_type,
            "webhookUrl": NOBODY,
            "surveyQuestions": [],
            "activistCodes": [],
            "customFields": [],
            "districtFields": [],
        }
        with self._allowed(EXPORTS):
            return wire.shaped(wire.EXPORT_JOB, self._http.tell("POST", "exportJobs", asked).body)

    def export_job(self, job_id: int) -> ExportJob:
        """How far an export is."""
        return wire.shaped(wire.EXPORT_JOB, self._read(f"exportJobs/{job_id}", EXPORTS))

    def person(self, van_id: int) -> Person | None:
        """A person with numbers, mail, addresses and suppressions; None where nobody has this VANID any more."""
        return patiently(partial(self._person, van_id), self._wait)

    def _person(self, van_id: int) -> Person | None:
        try:
            with self._allowed("read people"):
                body = self._http.read(f"people/{van_id}", {"$expand": EXPANDED})
        except SystemRefused as refused:
            if refused.status == GONE:
                return None
            raise
        return wire.shaped(wire.PERSON, body)

    @cached_property
    def survey_questions(self) -> tuple[SurveyQuestion, ...]:
        """The survey questions that the key sees, retired ones among them if VAN gives them."""
        return self._pages("surveyQuestions", wire.SURVEY_QUESTIONS, "read survey questions")

    @cached_property
    def activist_codes(self) -> tuple[ActivistCode, ...]:
        """The activist codes that the key sees, likewise."""
        return self._pages("activistCodes", wire.ACTIVIST_CODES, "read activist codes")

    @cached_property
    def context(self) -> Context:
        """Contact type and input type by name, and the result codes for them; their ids differ from place to place."""
        contact_types = wire.shaped(wire.CONTACT_TYPES, self._read("canvassResponses/contactTypes", RESPONSES))
        input_types = wire.shaped(wire.INPUT_TYPES, self._read("canvassResponses/inputTypes", RESPONSES))
        contact = self._named("contact_type", {one.name: one.contact_type_id for one in contact_types})
        entered = self._named("input_type", {one.name: one.input_type_id for one in input_types})
        ids = {"contactTypeId": contact, "inputTypeId": entered}
        codes = self._read("canvassResponses/resultCodes", RESPONSES, ids)
        return Context(contact, entered, wire.shaped(wire.RESULT_CODES, codes))

    def canvass(self, van_id: int, response: Mapping[str, object]) -> None:
        """Tells one canvass response; raises `SystemRefused`, with 404 where nobody has this VANID any more."""
        with self._allowed(RESPONSES):
            self._http.tell("POST", f"people/{van_id}/canvassResponses", response)

    def _pages(self, path: str, decoder: msgspec.json.Decoder[Page[T]], right: str) -> tuple[T, ...]:
        """All items of a list."""
        items: list[T] = []
        at = path
        parameters: Params = {"$top": A_PAGE}
        for _ in range(MOST_PAGES):
            page = wire.shaped(decoder, self._read(at, right, parameters))
            items += page.items
            if not page.next_page_link:
                return tuple(items)
            at, parameters = page.next_page_link, {}
        raise SystemDown(f"The pages of {path} that NGP VAN gives do not end.")

    def _read(self, path: str, right: str, parameters: Params | None = None) -> object:
        """What is read for all voters alike."""
        with self._allowed(right):
            try:
                return patiently(partial(self._http.read, path, parameters), self._wait)
            except SystemRefused as refused:
                raise Refused(str(refused)) from None

    @contextmanager
    def _allowed(self, right: str) -> Iterator[None]:
        """Adds to what is said of a key what to do about it."""
        try:
            yield
        except WrongKey as wrong:
            mend = (
                "Look whether `application` and `database` are right, or give the key again: "
                f"phonetui server connect {self._name} secret"
            )
            if wrong.status == FORBIDDEN:
                mend = f"Ask NGP VAN's support to let this key {right}."
            raise WrongKey(f"{wrong} {mend}", wrong.status) from None

    def _named(self, key: Literal["contact_type", "input_type"], ids: Mapping[str, int]) -> int:
        name = self._settings.contact_type if key == "contact_type" else self._settings.input_type
        for known, found in ids.items():
            if wire.plain(known) == wire.plain(name):
                return found
        raise Refused(f"NGP VAN has no `{key}` {name} for this key; it has {', '.join(ids) or 'none'}.")
