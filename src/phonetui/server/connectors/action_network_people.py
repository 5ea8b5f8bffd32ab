"""People of Action Network as voters: whom a list, a tag or a filter names, and what is known of each."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal

from msgspec import Struct

from phonetui.server.connectors.action_network_api import TITLE, Api, own_id, person_id
from phonetui.server.connectors.connector import PulledVoter, SystemDown, SystemRefused
from phonetui.server.connectors.reading_json import Record, at, records, text, texts

#: Whoever moves to another page while it is read may be missed there: all is read again until nobody new turns up.
MOST_PASSES = 5
#: What a custom field says of those who are not to be called.
YES = frozenset({"1", "true", "yes", "y", "on"})


class Selection(Struct, frozen=True):
    """Whom to pull: those of the list or tag with that id, or those whom the OData filter finds."""

    by: Literal["list", "tag", "filter"]
    value: str


def people(api: Api, selection: Selection) -> Iterator[Record]:
    """Each person once, whole. Raises `SystemDown` where the last pass still brings somebody new."""
    seen: set[str] = set()
    for _ in range(MOST_PASSES):
        before = len(seen)
        for one_id, person in _listed(api, selection):
            if one_id in seen:
                continue
            seen.add(one_id)
            found = person or _person(api, one_id)
            if found is not None:
                yield found
        if len(seen) == before:
            return
    raise SystemDown(
        f"The {selection.by} kept changing while {TITLE} was read, {MOST_PASSES} times over, so somebody on it may be "
        f"missing; pull again when it is at rest."
    )


def voter(person: Record, landlines: Collection[str], opt_outs: Collection[str]) -> PulledVoter:
    """The person with the numbers from `phone_numbers` and from the custom fields named in `landlines`.

    Who said yes in a custom field of `opt_outs` is not to be called by anybody.
    """
    phones = sorted(records(person, "phone_numbers"), key=lambda one: not at(one, "primary"))
    numbers = {
        "cell_phone": [international(number) for one in phones if (number := text(one, "number"))],
        "home_phone": [number for name in landlines if (number := custom(person, name))],
    }
    opted_out = any(custom(person, name).casefold() in YES for name in opt_outs)
    address = _primary(records(person, "postal_addresses"))
    lines = texts(address, "address_lines")
    fields = {
        "id": own_id(person),
        "first_name": text(person, "given_name"),
        "last_name": text(person, "family_name"),
        **{field: next(iter(written), "") for field, written in numbers.items()},
        "email": text(_primary(records(person, "email_addresses")), "address"),
        "language": next(iter(texts(person, "languages_spoken")), ""),
        "address": lines[0] if lines else "",
        "unit": ", ".join(lines[1:]),
        "city": text(address, "locality"),
        "state": text(address, "region"),
        "zip": text(address, "postal_code"),
    }
    further = {field: written[1:] for field, written in numbers.items() if written[1:]}
    return PulledVoter({name: value for name, value in fields.items() if value}, further, do_not_call=opted_out)


def is_unsubscribed(person: Record) -> bool:
    """Whether a number of theirs gets no text messages: who refused them and who was never asked look alike."""
    return any(text(one, "status") == "unsubscribed" for one in records(person, "phone_numbers"))


def custom(person: Record, name: str) -> str:
    """What one of the person's custom fields says."""
    value = at(person, "custom_fields", name)
    return str(value).strip() if isinstance(value, (str, int, float)) else ""


def international(number: str) -> str:
    """A number with its country code, which Action Network writes without a plus; a shorter one as it is."""
    return f"+{number}" if number.isdecimal() and len(number) > len("2125550100") else number


def _listed(api: Api, selection: Selection) -> Iterator[tuple[str, Record | None]]:
    """Ids of people, with the person where the collection holds them."""
    if selection.by == "filter":
        for person in api.each("osdi:people", "people", matching=selection.value, patient=True):
            yield own_id(person), person
    elif selection.by == "list":
        for item in api.each("osdi:items", "lists", selection.value, "items", patient=True):
            yield person_id(item), None
    else:
        for tagging in api.each("osdi:taggings", "tags", selection.value, "taggings", patient=True):
            yield person_id(tagging), None


def _person(api: Api, one_id: str) -> Record | None:
    """None for one who is not there any more, or was merged into another while the list was read."""
    try:
        return api.read_patiently("people", one_id)
    except SystemRefused as refused:
        if refused.status in (404, 410):
            return None
        raise


def _primary(several: list[Record]) -> Record:
    return next((one for one in several if at(one, "primary")), several[0] if several else {})
