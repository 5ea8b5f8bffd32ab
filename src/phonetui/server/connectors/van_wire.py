"""What NGP VAN's interface answers, as far as it is read here, and its own words on what went wrong."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec
from msgspec import Struct

from phonetui.server.connectors.connector import SystemDown

T = TypeVar("T")


class Shape(Struct, frozen=True, rename="camel"):
    """Names as VAN writes them, such as `vanId`; what is not named here is left aside."""


class Page(Shape, Generic[T], frozen=True):
    """A part of a list. `next_page_link` carries all its parameters already."""

    items: tuple[T, ...]
    next_page_link: str | None = None


class SavedList(Shape, frozen=True):
    """A list that somebody has saved in VAN, and how many people are on it, where VAN says so."""

    saved_list_id: int
    name: str
    list_count: int | None = None


class ExportJob(Shape, frozen=True):
    """A saved list on its way to a CSV. `status` is Requested, Pending, Completed or Error."""

    export_job_id: int
    status: str
    download_url: str | None = None
    error_code: str | None = None


class ExportJobType(Shape, frozen=True):
    """Which columns an export has; the key's owner is given some of these types."""

    export_job_type_id: int
    name: str


class CellStatus(Shape, frozen=True):
    """Whether a number is a mobile's, in words such as Verified Cell."""

    status_name: str | None = None


class VanPhone(Shape, frozen=True):
    """A number. `phone_type` is H home, W work, C cell, M main or F fax."""

    phone_id: int
    phone_number: str | None = None
    ext: str | None = None
    phone_type: str | None = None
    is_preferred: bool | None = None
    is_cell_status: CellStatus | None = None


class VanEmail(Shape, frozen=True):
    """A mail address."""

    email: str | None = None
    is_preferred: bool | None = None


class VanAddress(Shape, frozen=True):
    """A postal address."""

    address_line1: str | None = None
    address_line2: str | None = None
    city: str | None = None
    state_or_province: str | None = None
    zip_or_postal_code: str | None = None
    is_preferred: bool | None = None


class Suppression(Shape, frozen=True):
    """What a person is not to be asked by: NC, Do not call, and others for mail and for the door."""

    suppression_code: str | None = None
    suppression_name: str | None = None


class Person(Shape, frozen=True):
    """A person; lists that were not asked for are None."""

    van_id: int
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    suffix: str | None = None
    phones: tuple[VanPhone, ...] | None = None
    emails: tuple[VanEmail, ...] | None = None
    addresses: tuple[VanAddress, ...] | None = None
    suppressions: tuple[Suppression, ...] | None = None


class SurveyResponse(Shape, frozen=True):
    """An answer to a survey question."""

    survey_response_id: int
    name: str


class SurveyQuestion(Shape, frozen=True):
    """A question, and what is read out of it. `status` is Active unless it was retired."""

    survey_question_id: int
    name: str
    script_question: str | None = None
    status: str | None = None
    responses: tuple[SurveyResponse, ...] = ()


class ActivistCode(Shape, frozen=True):
    """A mark on a person, such as Volunteer."""

    activist_code_id: int
    name: str
    script_question: str | None = None
    status: str | None = None


class ResultCode(Shape, frozen=True):
    """What came of an attempt, in VAN's words; which there are depends on contact type and input type."""

    result_code_id: int
    name: str
    medium_name: str | None = None
    short_name: str | None = None


class ContactType(Shape, frozen=True):
    """How somebody was reached, such as Phone."""

    contact_type_id: int
    name: str


class InputType(Shape, frozen=True):
    """By what the response came in, such as API."""

    input_type_id: int
    name: str


ACTIVE = ("active", "")


def is_active(thing: SurveyQuestion | ActivistCode) -> bool:
    """Whether it can still be answered, or applied."""
    return (thing.status or "").casefold() in ACTIVE


def plain(name: str) -> str:
    """A name without case, spaces and signs: `Call Back` and `callback` are one."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def words(body: object) -> str:
    """VAN's own words in an error: the texts of its `errors`, with the properties that they are about."""
    errors = body.get("errors") if isinstance(body, dict) else None
    found = [_error(error) for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    return "; ".join(filter(None, found))


def _error(error: dict[object, object]) -> str:
    told = str(error.get("text") or error.get("code") or "")
    about = error.get("properties")
    return f"{told} ({', '.join(map(str, about))})" if told and isinstance(about, list) and about else told


def shaped(decoder: msgspec.json.Decoder[T], body: object) -> T:
    """What was answered, in its shape. Raises `SystemDown` for an answer of another one."""
    try:
        return decoder.decode(msgspec.json.encode(body))
    except msgspec.ValidationError as error:
        raise SystemDown(f"NGP VAN answered something else than was asked for ({error}).") from None


# Made here, since msgspec crashes where two threads are the first to read a shape.
SAVED_LISTS = msgspec.json.Decoder(Page[SavedList])
SURVEY_QUESTIONS = msgspec.json.Decoder(Page[SurveyQuestion])
ACTIVIST_CODES = msgspec.json.Decoder(Page[ActivistCode])
EXPORT_JOB = msgspec.json.Decoder(ExportJob)
EXPORT_JOB_TYPES = msgspec.json.Decoder(Page[ExportJobType])
PERSON = msgspec.json.Decoder(Person)
RESULT_CODES = msgspec.json.Decoder(tuple[ResultCode, ...])
CONTACT_TYPES = msgspec.json.Decoder(tuple[ContactType, ...])
INPUT_TYPES = msgspec.json.Decoder(tuple[InputType, ...])
