"""How the facts about one person are written, whatever shows them: numbers, names, addresses, attempts."""

from __future__ import annotations

from datetime import datetime

from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import known_zone
from phonetui.core.languages import language_name
from phonetui.core.translation import later, tr
from phonetui.core.voter import PastAttempt, Voter
from phonetui.core.when import short_day

#: What stands in the data as a word: kinds of number and of election, and whence a zone is known.
WORDS = (
    *(later("cell"), later("home"), later("work"), later("preferred")),
    *(later("primary"), later("municipal"), later("special")),
    *(later("ZIP"), later("area code"), later("state")),
)


def group_number(number: str) -> str:
    """`(812) 555-0166` of `+18125550166`; a number from elsewhere as it is."""
    digits = number.removeprefix("+1")
    if number.startswith("+1") and len(digits) == 10 and digits.isdigit():
        return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    return number


def about(voter: Voter) -> str:
    """`25 · ind · Spanish`."""
    return " · ".join(part for part in (str(voter.age or ""), voter.party, language_name(voter.language)) if part)


def address(voter: Voter) -> list[str]:
    """Street, then city, state and ZIP code; what is not known is left out."""
    at = voter.address
    return [part for part in (at.street, " ".join(filter(None, (at.city, at.state, at.zip_code)))) if part]


def voted(voter: Voter) -> str:
    """`voted 22, 24 · primary 24`, general elections first; empty where the campaign knows of none."""
    years: dict[str, list[str]] = {"general": []}
    for election in voter.elections:
        year, _, kind = election.partition(" ")
        years.setdefault(kind or "general", []).append(year[-2:] if year.isdecimal() else year)
    named = [(kind, ", ".join(of)) for kind, of in years.items() if of]
    if not named:
        return ""
    return tr("voted {years}", years=" · ".join(of if kind == "general" else f"{tr(kind)} {of}" for kind, of in named))


def known_as(other: Voter, voter: Voter) -> str:
    """`Felipe Acosta, 77`, by first name alone where the last name is the voter's."""
    name = other.first_name if other.last_name == voter.last_name else f"{other.first_name} {other.last_name}"
    return f"{name}, {other.age}" if other.age else name


def polling_place(voter: Voter) -> list[str]:
    """Name, address, hours and deadlines, as far as they are known."""
    place = voter.polling_place
    return [part for part in (place.name, place.address, place.hours, place.deadlines) if part] if place else []


def attempted(campaign: Campaign, voter: Voter, past: PastAttempt) -> tuple[str, str]:
    """`Nov 14` and `not home`, the day as it was at the voter's place."""
    disposition = campaign.disposition(past.disposition)
    label = campaign.words(disposition.label).lower() if disposition else past.disposition
    return short_day(_local(campaign, voter, past.at)), label


def _local(campaign: Campaign, voter: Voter, at: datetime) -> datetime:
    zones = (known_zone(name) for name in (*voter.zones, campaign.zone))
    return at.astimezone(next(filter(None, zones), None))
