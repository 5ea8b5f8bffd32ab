"""Reading a campaign from the YAML file that an organiser writes by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date
from typing import Literal, cast

import msgspec
from msgspec import Struct

from phonetui.core import personal, standard_dispositions
from phonetui.core.actions import RESERVED
from phonetui.core.campaign import (
    CallingRules,
    Campaign,
    Dialing,
    Disposition,
    FollowUp,
    PhoneBank,
    Reply,
    Step,
    Words,
)
from phonetui.core.campaign_check import doubts, problems
from phonetui.core.campaign_values import (
    items,
    own_id,
    read_choice,
    read_currency,
    read_date,
    read_hours,
    read_id,
    read_languages,
    read_moment,
    read_pace,
    read_ring,
    read_several,
    read_span,
    read_words,
    read_zone,
    slug,
    value,
    words,
)
from phonetui.core.marked_yaml import Entry, Mistake, Page, did_you_mean
from phonetui.core.refusal import Refused
from phonetui.core.script_file import read_step

#: The keys of each part of the file, with an example of the value.
CAMPAIGN_KEYS = {
    "name": "Weekend turnout",
    "organisation": "Riverside Votes",
    "id": "weekend-turnout",
    "languages": "[en, es]",
    "zone": "America/New_York",
    "dates": "{starts: 2026-10-19, ends: 2026-11-03}",
    "calling": "{hours: {mon-fri: 9:00-21:00}}",
    "goal": "40",
    "take_along": "100",
    "election": "the county election on November 3",
    "disclosure": "Riverside Votes pays for this call.",
    "defaults": "{city: your town}",
    "dispositions": "[not_home, refused, talked]",
    "script": "[{id: hello, say: Hello!, ends: true}]",
    "replies": '[{question: "Who pays you?", answer: Nobody.}]',
    "follow_ups": "[{id: place, by: text, label: Polling place, text: Vote at {polling_place}.}]",
    "phone_banks": "[{starts: 2026-10-24 10:00, ends: 2026-10-24 13:00}]",
    "practice_first": "true",
    "board": "true",
    "currency": "USD",
    "dialing": "{paces: [manual, preview], ring: 25}",
}
REQUIRED = ("name", "organisation", "languages", "zone", "dates", "calling", "disclosure", "script")
DATES_KEYS = {"starts": "2026-10-19", "ends": "2026-11-03"}
CALLING_KEYS = {
    "hours": "{mon-fri: 9:00-21:00}",
    "holidays": "[2026-11-26]",
    "attempts_per_day": "1",
    "attempts_in_all": "4",
}
DISPOSITION_KEYS = {
    "id": "supporter",
    "key": "p",
    "label": "Supporter",
    "about": "person",
    "contact": "true",
    "ends": "true",
    "again_after": "20h",
    "confirm": "true",
    "suppresses": "true",
    "talk": "true",
    "call_back": "true",
    "quiet": "true",
}
REPLY_KEYS = {"question": "Who pays you?", "answer": "Nobody; I am a volunteer."}
FOLLOW_UP_KEYS = {
    "id": "place",
    "by": "text",
    "label": "Polling place",
    "text": "You vote at {polling_place}.",
    "subject": "Where you vote",
}
DIALING_KEYS = {
    "paces": "[manual, preview, power]",
    "power_mobiles": "true",
    "hide_numbers": "true",
    "ring": "25",
}
PHONE_BANK_KEYS = {"id": "saturday", "starts": "2026-10-24 10:00", "ends": "2026-10-24 13:00", "label": "Saturday"}


class CampaignFileError(Refused):
    """A campaign file with mistakes; its text is one line for each."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


class Checked(Struct, frozen=True):
    """A campaign whose file has no mistakes, and what in it is perhaps not meant."""

    campaign: Campaign
    warnings: tuple[Mistake, ...] = ()


def read(text: str, file_name: str, reserved: Mapping[str, str] = RESERVED) -> Checked:
    """The campaign that the file describes. `reserved` maps the application's own keys to what they do.

    Raises `CampaignFileError` with every mistake in the file.
    """
    page = Page(file_name)
    top = page.top(text, f"name: {CAMPAIGN_KEYS['name']}")
    campaign = _campaign(top) if top else None
    if campaign is not None:
        for key, message in problems(campaign, reserved):
            page.wrong(key, message)
    if campaign is None or page.mistakes:
        raise CampaignFileError(page.mistakes)
    return Checked(campaign, tuple(page.at(key, message) for key, message in doubts(campaign)))


def _campaign(top: Entry) -> Campaign:
    found = top.mapping(CAMPAIGN_KEYS)
    top.require(found, CAMPAIGN_KEYS, REQUIRED)
    languages = read_languages(found["languages"]) if "languages" in found else ()
    name = value(found, "name", Entry.text, "")
    zone = value(found, "zone", read_zone, "")
    starts, ends = value(found, "dates", _dates, (date.min, date.max))
    steps = items(found, "script", "{id: hello, say: Hello!}", lambda item: read_step(item, languages))
    return Campaign(
        campaign_id=own_id(found, found.get("name"), name),
        name=name,
        organisation=value(found, "organisation", Entry.text, ""),
        languages=languages,
        zone=zone,
        starts=starts,
        ends=ends,
        calling=value(found, "calling", _calling, CallingRules(hours={})),
        goal=value(found, "goal", Entry.whole_number, 40),
        take_along=value(found, "take_along", lambda entry: entry.whole_number(least=0), 100),
        election=words(found, "election", languages),
        defaults=value(found, "defaults", lambda entry: _defaults(entry, languages), {}),
        dispositions=items(found, "dispositions", "not_home", lambda item: _disposition(item, languages))
        if "dispositions" in found
        else standard_dispositions.USUAL,
        steps=(Step(id="disclosure", say=words(found, "disclosure", languages), disclosure=True), *steps),
        replies=items(
            found, "replies", '{question: "Who pays you?", answer: Nobody.}', lambda item: _reply(item, languages)
        ),
        follow_ups=items(
            found, "follow_ups", "{id: place, by: text, label: Place}", lambda item: _follow_up(item, languages)
        ),
        phone_banks=tuple(
            filter(None, items(found, "phone_banks", "{starts: …}", lambda item: _phone_bank(item, zone, languages)))
        ),
        practice_first=value(found, "practice_first", Entry.yes_no, False),
        board=value(found, "board", Entry.yes_no, False),
        currency=value(found, "currency", read_currency, "USD"),
        dialing=value(found, "dialing", _dialing, Dialing()),
    )


def _dates(entry: Entry) -> tuple[date, date]:
    found = entry.mapping(DATES_KEYS)
    entry.require(found, DATES_KEYS, DATES_KEYS)
    starts = value(found, "starts", lambda item: read_date(item, date.min), date.min)
    return starts, value(found, "ends", lambda item: read_date(item, date.max), date.max)


def _calling(entry: Entry) -> CallingRules:
    found = entry.mapping(CALLING_KEYS)
    entry.require(found, CALLING_KEYS, ["hours"])
    usual = CallingRules(hours={})
    return CallingRules(
        hours=value(found, "hours", read_hours, {}),
        holidays=items(found, "holidays", "2026-11-26", lambda item: read_date(item, date.min)),
        attempts_per_day=value(found, "attempts_per_day", Entry.whole_number, usual.attempts_per_day),
        attempts_in_all=value(found, "attempts_in_all", Entry.whole_number, usual.attempts_in_all),
    )


def _dialing(entry: Entry) -> Dialing:
    found = entry.mapping(DIALING_KEYS)
    usual = Dialing()
    return Dialing(
        paces=value(found, "paces", lambda item: read_several(item, read_pace), usual.paces),
        power_mobiles=value(found, "power_mobiles", Entry.yes_no, usual.power_mobiles),
        hide_numbers=value(found, "hide_numbers", Entry.yes_no, usual.hide_numbers),
        ring=value(found, "ring", read_ring, usual.ring),
    )


def _defaults(entry: Entry, languages: tuple[str, ...]) -> dict[str, Words]:
    known = (*personal.FIELDS_OF_EVERY_CALL, *personal.FIELDS_OF_A_PLACE)
    found = entry.mapping(dict.fromkeys(known, "neighbor"))
    return {field: read_words(item, languages) for field, item in found.items()}


def _disposition(entry: Entry, languages: tuple[str, ...]) -> Disposition:
    """A standard one by its id alone, or with some marks changed; else one of the campaign's own."""
    standard = standard_dispositions.BY_ID
    found = entry.mapping(DISPOSITION_KEYS) if entry.is_mapping else {"id": entry}
    disposition_id = value(found, "id", read_id, "")
    if entry.is_mapping and disposition_id not in standard:
        entry.require(found, DISPOSITION_KEYS, ["id", "key", "label", "about"])
    elif disposition_id and disposition_id not in standard:
        entry.refuse(f"`{disposition_id}` is no standard disposition{did_you_mean(disposition_id, standard)}")
    plain = Disposition(id=disposition_id, key="", label={}, about="person")
    changes = {name: _mark(name, item, languages) for name, item in found.items() if name != "id"}
    return msgspec.structs.replace(standard.get(disposition_id, plain), **changes)


def _mark(name: str, entry: Entry, languages: tuple[str, ...]) -> object:
    match name:
        case "key":
            return _key(entry)
        case "label":
            return read_words(entry, languages)
        case "about":
            return _about(entry)
        case "again_after":
            return read_span(entry)
    return entry.yes_no()


def _key(entry: Entry) -> str:
    key = entry.text("one letter, or another character in quotes")
    if len(key) == 1 and key.isprintable():
        return key
    entry.expect("one letter, or another character in quotes")
    return ""


def _about(entry: Entry) -> str:
    about = entry.text("number or person")
    if about not in ("number", "person"):
        entry.expect("number or person")
    return about


def _reply(entry: Entry, languages: tuple[str, ...]) -> Reply:
    found = entry.mapping(REPLY_KEYS)
    entry.require(found, REPLY_KEYS, REPLY_KEYS)
    return Reply(words(found, "question", languages), words(found, "answer", languages))


def _follow_up(entry: Entry, languages: tuple[str, ...]) -> FollowUp:
    found = entry.mapping(FOLLOW_UP_KEYS)
    entry.require(found, FOLLOW_UP_KEYS, ["id", "by", "label", "text"])
    by = cast(Literal["text", "mail"], value(found, "by", lambda item: read_choice(item, ("text", "mail")), "text"))
    if by == "mail":
        entry.require(found, FOLLOW_UP_KEYS, ["subject"])
    elif "subject" in found:
        found.pop("subject").refuse("a text message has no subject; drop it, or write `by: mail`")
    return FollowUp(
        id=value(found, "id", read_id, ""),
        by=by,
        label=words(found, "label", languages),
        text=words(found, "text", languages),
        subject=words(found, "subject", languages),
    )


def _phone_bank(entry: Entry, zone: str, languages: tuple[str, ...]) -> PhoneBank | None:
    """One with its times on the clocks of the campaign's zone; its id is made of the label, else of its beginning."""
    found = entry.mapping(PHONE_BANK_KEYS)
    entry.require(found, PHONE_BANK_KEYS, ["starts", "ends"])
    if not zone or not {"starts", "ends"} <= found.keys():
        return None
    starts, ends = (read_moment(found[name], zone) for name in ("starts", "ends"))
    label = words(found, "label", languages)
    if starts is None or ends is None:
        return None
    bank_id = (
        read_id(found["id"]) if "id" in found else slug(next(iter(label.values()), "")) or f"{starts:%Y-%m-%d-%H%M}"
    )
    return PhoneBank(id=bank_id, starts=starts.astimezone(UTC), ends=ends.astimezone(UTC), label=label)
