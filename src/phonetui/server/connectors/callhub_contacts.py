"""Contacts of CallHub's as voters, and what their own fields say."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from phonetui.server.connectors.callhub_api import digits, own_id
from phonetui.server.connectors.connector import PulledVoter
from phonetui.server.connectors.reading_json import Record, at, text

_decode = msgspec.json.Decoder(dict[str, object]).decode


def voter(contact: Record, barred: Collection[str]) -> PulledVoter:
    """The contact. `barred` are the digits of the numbers that a do-not-call list of theirs holds.

    Whose every number is there is not called; who has another is called at that.
    """
    number, mobile = text(contact, "contact"), text(contact, "mobile")
    fields = {
        "id": own_id(contact),
        "first_name": text(contact, "first_name"),
        "last_name": text(contact, "last_name"),
        "phone": international(number),
        "cell_phone": international(mobile) if digits(mobile) != digits(number) else "",
        "email": text(contact, "email"),
        "language": text(contact, "language"),
        "address": text(contact, "address") or text(contact, "street_address_line1"),
        "city": text(contact, "city"),
        "state": text(contact, "state"),
        "zip": text(contact, "zipcode"),
    }
    numbers = [one for one in (fields["phone"], fields["cell_phone"]) if one]
    on_list = [one for one in numbers if digits(one) in barred]
    of_voter = {name: value for name, value in fields.items() if value}
    if on_list and len(on_list) == len(numbers):
        return PulledVoter(of_voter, do_not_call=True)
    return PulledVoter(of_voter, barred=on_list)


def international(number: str) -> str:
    """A number with its country code, which CallHub writes without a plus; a shorter one as it is."""
    return f"+{number}" if number.isdecimal() and len(number) > len("2125550100") else number


def own_fields(contact: Record, names: Mapping[str, str]) -> dict[str, str]:
    """What the contact's own fields say, by their names; `names` are by the fields' ids."""
    found = at(contact, "custom_fields")
    if isinstance(found, str):
        try:
            found = _decode(found)
        except msgspec.DecodeError:  # such as `null`, where there are none
            found = {}
    values = found if isinstance(found, dict) else {}
    return {names.get(key, key): str(value).strip() for key, value in values.items() if value is not None}
