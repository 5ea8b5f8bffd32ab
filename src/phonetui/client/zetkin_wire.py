"""What crosses between laptop and Zetkin, as far as a caller needs it; whatever else it sends is left unread."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec
from msgspec import Raw, Struct

T = TypeVar("T")


class Body(Struct, Generic[T], frozen=True):
    """Every answer that is none of a failure."""

    data: T


class Failure(Struct, frozen=True):
    """What Zetkin says of a request that it did not carry out."""

    title: str = ""
    description: str = ""


class Failed(Struct, frozen=True):
    """The body of a failure; an expired token is a word alone, `invalid_token`."""

    error: Failure | str


class Granted(Struct, frozen=True):
    """The answer of `POST /oauth/token/`."""

    access_token: str
    refresh_token: str = ""


class User(Struct, frozen=True):
    """`GET /users/me`."""

    id: int
    first_name: str = ""
    last_name: str = ""
    email: str | None = None


class Named(Struct, frozen=True):
    """An organisation, a tag, a place, the kind of an event."""

    id: int = 0
    title: str | None = None


class Assignment(Struct, frozen=True):
    """One of `GET /users/me/call_assignments`. `cooldown` is in hours, the dates may have times behind them."""

    id: int
    organization: Named
    title: str | None = None
    description: str | None = None
    instructions: str | None = None
    cooldown: float | None = None
    start_date: str | None = None
    end_date: str | None = None
    disable_caller_notes: bool | None = None


class PastCall(Struct, frozen=True):
    """An earlier call to the same person, by whomever."""

    state: int
    update_time: str | None = None
    allocation_time: str | None = None
    notes: str | None = None


class Target(Struct, frozen=True):
    """Whom a call is to."""

    id: int
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    alt_phone: str | None = None
    email: str | None = None
    street_address: str | None = None
    co_address: str | None = None
    zip_code: str | int | None = None
    city: str | None = None
    tags: tuple[Named | str | None, ...] | None = None
    call_log: tuple[PastCall, ...] | None = None


class Call(Struct, frozen=True):
    """A call that is allocated to this caller, or was."""

    id: int
    state: int
    assignment_id: int
    target: Target
    caller: Named | None = None
    call_back_after: str | None = None
    notes: str | None = None
    message_to_organizer: str | None = None
    organizer_action_needed: bool | None = None


class Option(Struct, frozen=True):
    """One of the answers to choose from."""

    id: int
    text: str | None = None


class Widget(Struct, frozen=True):
    """How Zetkin shows a question: `radio` and `select` take one answer, anything else several."""

    widget_type: str | None = None


class SurveyQuestion(Struct, frozen=True):
    """What a survey asks; `response_type` is options or text."""

    question: str | None = None
    description: str | None = None
    required: bool | None = None
    response_type: str = "text"
    response_config: Widget | None = None
    options: tuple[Option, ...] | None = None


class Element(Struct, frozen=True):
    """A question of a survey, or text between them, which callers need not read."""

    id: int
    type: str
    hidden: bool | None = None
    question: SurveyQuestion | None = None


class Survey(Struct, frozen=True):
    """`GET /orgs/{o}/surveys/{s}`; in the list of them without its elements."""

    id: int
    title: str | None = None
    elements: tuple[Element, ...] | None = None


class OrgAction(Struct, frozen=True):
    """What Zetkin's users know as an event; one of `GET /orgs/{o}/actions`."""

    id: int
    start_time: str
    title: str | None = None
    activity: Named | None = None
    location: Named | None = None


class Response(Struct, frozen=True, omit_defaults=True):
    """The answer to one question: ids of options, or text."""

    question_id: int
    options: tuple[int, ...] | None = None
    response: str | None = None


class Submission(Struct, frozen=True):
    """`POST /orgs/{o}/surveys/{s}/submissions`, signed with the id of the person who answered."""

    responses: tuple[Response, ...]
    signature: int


class Nothing(Struct, frozen=True):
    """A body without a field, or one whose fields do not matter."""


# Made here, since msgspec crashes where two threads are the first to read a shape.
decode_anything = msgspec.json.Decoder(Nothing).decode
decode_failed = msgspec.json.Decoder(Failed).decode
decode_granted = msgspec.json.Decoder(Granted).decode
decode_user = msgspec.json.Decoder(Body[User]).decode
decode_call = msgspec.json.Decoder(Body[Call]).decode
decode_survey = msgspec.json.Decoder(Body[Survey]).decode
decode_items = msgspec.json.Decoder(Body[tuple[Raw, ...]]).decode
decode_listed_assignment = msgspec.json.Decoder(Assignment).decode
decode_listed_call = msgspec.json.Decoder(Call).decode
decode_listed_survey = msgspec.json.Decoder(Survey).decode
decode_listed_action = msgspec.json.Decoder(OrgAction).decode
