"""Reading a campaign from the YAML file that an organiser writes by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

import msgspec
from msgspec import Struct

from phonetui.core import script, standard_dispositions
from phonetui.core.actions import RESERVED
from phonetui.core.campaign import Answer, CallingRules, Campaign, Disposition, Question, Reply, Step, Words
from phonetui.core.campaign_check import doubts, problems
from phonetui.core.campaign_values import (
    read_date,
    read_hours,
    read_id,
    read_languages,
    read_span,
    read_words,
    read_zone,
    slug,
)
from phonetui.core.marked_yaml import Entry, Mistake, Page, did_you_mean
from phonetui.core.refusal import Refused

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
}
STEP_KEYS = {
    "id": "hello",
    "say": "Hello, {first_name}!",
    "question": '{id: vote, ask: "Do you plan to vote?", answers: [Yes, No]}',
    "goto": "goodbye",
    "ends": "true",
}
QUESTION_KEYS = {"id": "vote", "ask": "Do you plan to vote?", "answers": "[Yes, No]"}
ANSWER_KEYS = {"id": "yes", "label": "Yes", "goto": "goodbye"}
REPLY_KEYS = {"question": "Who pays you?", "answer": "Nobody; I am a volunteer."}

T = TypeVar("T")


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
    name = _value(found, "name", Entry.text, "")
    starts, ends = _value(found, "dates", _dates, (date.min, date.max))
    steps = _items(found, "script", "{id: hello, say: Hello!}", lambda item: _step(item, languages))
    return Campaign(
        campaign_id=_own_id(found, found.get("name"), name),
        name=name,
        organisation=_value(found, "organisation", Entry.text, ""),
        languages=languages,
        zone=_value(found, "zone", read_zone, ""),
        starts=starts,
        ends=ends,
        calling=_value(found, "calling", _calling, CallingRules(hours={})),
        goal=_value(found, "goal", Entry.whole_number, 40),
        take_along=_value(found, "take_along", lambda entry: entry.whole_number(least=0), 100),
        election=_words(found, "election", languages),
        defaults=_value(found, "defaults", lambda entry: _defaults(entry, languages), {}),
        dispositions=_items(found, "dispositions", "not_home", lambda item: _disposition(item, languages))
        if "dispositions" in found
        else standard_dispositions.USUAL,
        steps=(Step(id="disclosure", say=_words(found, "disclosure", languages), disclosure=True), *steps),
        replies=_items(
            found, "replies", '{question: "Who pays you?", answer: Nobody.}', lambda item: _reply(item, languages)
        ),
    )


def _value(found: Mapping[str, Entry], name: str, read_it: Callable[[Entry], T], default: T) -> T:
    return read_it(found[name]) if name in found else default


def _words(found: Mapping[str, Entry], name: str, languages: tuple[str, ...]) -> Words:
    return read_words(found[name], languages) if name in found else {}


def _items(found: Mapping[str, Entry], name: str, example: str, read_it: Callable[[Entry], T]) -> tuple[T, ...]:
    return tuple(map(read_it, found[name].items(example))) if name in found else ()


def _own_id(found: Mapping[str, Entry], named: Entry | None, label: str) -> str:
    """The id that is written, else one made of the label; a label without a letter of the alphabet needs one."""
    if "id" in found:
        return read_id(found["id"])
    made = slug(label)
    if named and label and not made:
        named.refuse(f"`{label}` makes no id; add `id` beside it, of letters, digits, - and _")
    return made


def _dates(entry: Entry) -> tuple[date, date]:
    found = entry.mapping(DATES_KEYS)
    entry.require(found, DATES_KEYS, DATES_KEYS)
    starts = _value(found, "starts", lambda item: read_date(item, date.min), date.min)
    return starts, _value(found, "ends", lambda item: read_date(item, date.max), date.max)


def _calling(entry: Entry) -> CallingRules:
    found = entry.mapping(CALLING_KEYS)
    entry.require(found, CALLING_KEYS, ["hours"])
    usual = CallingRules(hours={})
    return CallingRules(
        hours=_value(found, "hours", read_hours, {}),
        holidays=_items(found, "holidays", "2026-11-26", lambda item: read_date(item, date.min)),
        attempts_per_day=_value(found, "attempts_per_day", Entry.whole_number, usual.attempts_per_day),
        attempts_in_all=_value(found, "attempts_in_all", Entry.whole_number, usual.attempts_in_all),
    )


def _defaults(entry: Entry, languages: tuple[str, ...]) -> dict[str, Words]:
    known = (*script.FIELDS_OF_EVERY_CALL, *script.FIELDS_OF_A_PLACE)
    found = entry.mapping(dict.fromkeys(known, "neighbor"))
    return {field: read_words(item, languages) for field, item in found.items()}


def _disposition(entry: Entry, languages: tuple[str, ...]) -> Disposition:
    """A standard one by its id alone, or with some marks changed; else one of the campaign's own."""
    standard = standard_dispositions.BY_ID
    found = entry.mapping(DISPOSITION_KEYS) if entry.is_mapping else {"id": entry}
    disposition_id = _value(found, "id", read_id, "")
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


def _step(entry: Entry, languages: tuple[str, ...]) -> Step:
    found = entry.mapping(STEP_KEYS)
    entry.require(found, STEP_KEYS, ["id"])
    if not found.keys() & {"say", "question"}:
        entry.refuse("this step says nothing and asks nothing; give it `say` or `question`")
    return Step(
        id=_value(found, "id", read_id, ""),
        say=_words(found, "say", languages),
        question=_value(found, "question", lambda item: _question(item, languages), None),
        goto=_value(found, "goto", read_id, ""),
        ends=_value(found, "ends", Entry.yes_no, False),
    )


def _question(entry: Entry, languages: tuple[str, ...]) -> Question | None:
    found = entry.mapping(QUESTION_KEYS)
    entry.require(found, QUESTION_KEYS, QUESTION_KEYS)
    return Question(
        id=_value(found, "id", read_id, ""),
        ask=_words(found, "ask", languages),
        answers=_items(found, "answers", "Yes", lambda item: _answer(item, languages)),
    )


def _answer(entry: Entry, languages: tuple[str, ...]) -> Answer:
    """A label alone, or a label with an id or a goto."""
    found = entry.mapping(ANSWER_KEYS) if entry.is_mapping else {"label": entry}
    entry.require(found, ANSWER_KEYS, ["label"])
    label = _words(found, "label", languages)
    first = next(iter(label.values()), "")
    return Answer(
        id=_own_id(found, found.get("label"), label.get(languages[0], first) if languages else first),
        label=label,
        goto=_value(found, "goto", read_id, ""),
    )


def _reply(entry: Entry, languages: tuple[str, ...]) -> Reply:
    found = entry.mapping(REPLY_KEYS)
    entry.require(found, REPLY_KEYS, REPLY_KEYS)
    return Reply(_words(found, "question", languages), _words(found, "answer", languages))
