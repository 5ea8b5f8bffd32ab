"""Filling in a campaign's words for one voter, and the language in which to read them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from phonetui.core.campaign import Campaign
from phonetui.core.languages import language_code
from phonetui.core.voter import PollingPlace, Voter

#: What text may name in braces. Some voters have no value for the fields about their place.
FIELDS_OF_EVERY_CALL: tuple[str, ...] = ("first_name", "last_name", "caller", "organisation", "election")
FIELDS_OF_A_PLACE: tuple[str, ...] = (
    "city",
    "street_name",
    "polling_place",
    "polling_address",
    "polling_hours",
    "deadlines",
)

_BRACES = re.compile(r"\{\{|\}\}|\{([^{}|]*)(?:\|([^{}]*))?\}|[{}]")
_HOUSE_NUMBER = re.compile(r"^\d\S*\s+(?:\d/\d\s+)?")
_UNIT = re.compile(r"[\s,]+(?:#|(?:apt|apartment|unit|ste|suite|lot|rm|room|fl|bldg)\b\.?).*$", re.IGNORECASE)


def personalise(text: str, voter: Voter, caller_name: str, campaign: Campaign, language: str) -> str:
    """`text` with `{field}` and `{field|default}` filled in for this voter; `{{` and `}}` are braces.

    A value that the voter does not have is the default given in the text, else the campaign's, else nothing.
    """
    values: dict[str, str] = {**_values(voter), "caller": caller_name, "organisation": campaign.organisation}
    values["election"] = campaign.words(campaign.election, language)

    def fill(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][0]
        name = match[1].strip()
        default = match[2] or campaign.words(campaign.defaults.get(name, {}), language)
        return values.get(name, "") or default

    return _BRACES.sub(fill, text)


def fields(text: str) -> Iterator[tuple[str, bool]]:
    """Each field that `text` names, and whether it gives a default beside it; a lone brace comes as its own name."""
    for match in _BRACES.finditer(text):
        if match[1] is not None:
            yield match[1].strip(), bool(match[2])
        elif len(match[0]) == 1:
            yield match[0], False


def script_language(campaign: Campaign, voter: Voter) -> str:
    """The language of the campaign in which to read to this voter: their own, else the campaign's first."""
    wanted = language_code(voter.language)
    spoken = (code for code in campaign.languages if wanted and language_code(code) == wanted)
    return next(spoken, campaign.languages[0])


def _values(voter: Voter) -> dict[str, str]:
    place = voter.polling_place or PollingPlace("")
    return {
        "first_name": voter.first_name,
        "last_name": voter.last_name,
        "city": voter.address.city,
        "street_name": _street_name(voter.address.street),
        "polling_place": place.name,
        "polling_address": place.address,
        "polling_hours": place.hours,
        "deadlines": place.deadlines,
    }


def _street_name(street: str) -> str:
    """`Mill Ct` of `1932 Mill Ct Apt 4`: what neighbours call it."""
    return _UNIT.sub("", _HOUSE_NUMBER.sub("", street.strip()))
