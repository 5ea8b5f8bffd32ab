"""The rules that span a campaign's keys. Reading one key at a time cannot see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import time
from zoneinfo import ZoneInfo

from phonetui.core import personal, script_check
from phonetui.core.campaign import (
    ENDED_BY_SERVER,
    MIDNIGHT,
    MOST_DISPOSITIONS,
    MOST_TAKEN_ALONG,
    Campaign,
    Disposition,
    Hours,
    Words,
)
from phonetui.core.marked_yaml import did_you_mean
from phonetui.core.script_check import repeated
from phonetui.core.script_ways import Finding

#: 47 CFR 64.1200(c)(1): no telephone solicitation before 8 am or after 9 pm at the called party's place.
EARLIEST, LATEST = time(8), time(21)


def problems(campaign: Campaign, reserved: Mapping[str, str]) -> Iterator[Finding]:
    """Everything that is wrong with a campaign whose single values are right. `reserved` maps a key to its action."""
    if campaign.ends < campaign.starts:
        yield "dates.ends", f"the campaign ends on {campaign.ends}, before it starts on {campaign.starts}"
    if campaign.take_along > MOST_TAKEN_ALONG:
        yield "take_along", f"nobody calls {campaign.take_along} households in a day; write {MOST_TAKEN_ALONG} or less"
    yield from _dispositions(campaign.dispositions, reserved)
    yield from script_check.problems(campaign)
    yield from _follow_ups_and_phone_banks(campaign)
    yield from _personalisation(campaign)
    yield from _languages(campaign)


def doubts(campaign: Campaign) -> Iterator[Finding]:
    """What is allowed, but perhaps not meant."""
    early_or_late = [day for day, hours in campaign.calling.hours.items() if _beyond_the_usual(hours)]
    if early_or_late:
        yield (
            "calling.hours",
            (
                f"calls before 8:00 or after 21:00 where the voter lives ({', '.join(early_or_late)}); 47 CFR "
                "64.1200(c)(1) forbids telephone solicitation then, so make sure that these calls are allowed"
            ),
        )
    if campaign.dialing.power_mobiles and "power" not in campaign.dialing.paces:
        yield (
            "dialing.power_mobiles",
            "no countdown dials anybody without `power` among the paces; add it, or drop this",
        )
    elif campaign.dialing.power_mobiles:
        yield (
            "dialing.power_mobiles",
            (
                "a countdown may dial mobiles; 47 USC 227(b)(1)(A)(iii) is about what dials those by itself, so ask "
                "your lawyer first"
            ),
        )
    for number, step in enumerate(campaign.steps):
        if step.question and step.question.kind == "pledge" and not step.question.rules:
            yield f"script.{number}.question", "a pledge has rules: add `rules` that say who may give, and how much"
    for key, words in _texts(campaign):
        for language in campaign.languages:
            if language not in words:
                yield key, f"has no words in `{language}`; callers read those in `{next(iter(words))}`"
    for key, field in _fields_that_may_be_empty(campaign):
        yield key, f"{{{field}}} is empty for some voters; write {{{field}|something}} or add it under `defaults`"


def _beyond_the_usual(hours: Hours) -> bool:
    return hours.opens < EARLIEST or hours.closes > LATEST or hours.closes == MIDNIGHT


def _dispositions(dispositions: tuple[Disposition, ...], reserved: Mapping[str, str]) -> Iterator[Finding]:
    if not dispositions:
        yield "dispositions", "there are none; name some, or leave the key out for the usual ones"
    if len(dispositions) > MOST_DISPOSITIONS:
        yield (
            "dispositions",
            (f"there are {len(dispositions)} dispositions; at most {MOST_DISPOSITIONS} stay in view, so drop some"),
        )
    for number, name in repeated(disposition.id for disposition in dispositions):
        yield f"dispositions.{number}.id", f"the disposition `{name}` is here twice; drop one"
    for number, disposition in enumerate(dispositions, start=1):
        if disposition.id in ENDED_BY_SERVER:
            yield (
                f"dispositions.{number}.id",
                f"`{disposition.id}` is the campaign server's own word; choose another id",
            )
    owners: dict[str, str] = {}
    for number, disposition in enumerate(dispositions, start=1):
        key = disposition.key
        if key in reserved:
            yield f"dispositions.{number}.key", _reserved(key, reserved, [each.key for each in dispositions])
        elif key in owners:
            yield f"dispositions.{number}.key", f"`{key}` is the key of `{owners[key]}` already; choose another"
        elif key:
            owners[key] = disposition.id
        yield from _marks(f"dispositions.{number}", disposition)


def _reserved(key: str, reserved: Mapping[str, str], taken: Iterable[str]) -> str:
    """A capital does what its small letter does, unless it has a meaning of its own, so that most are free."""
    capital = key.upper()
    free = key.islower() and capital not in {*reserved, *taken}
    example = f", such as `{capital}`" if free else ""
    return f"`{key}` is the application's key for {reserved[key]}; choose another{example}"


def _marks(key: str, disposition: Disposition) -> Iterator[Finding]:
    """The marks of one disposition that contradict each other."""
    if disposition.talk and not disposition.contact:
        yield f"{key}.talk", "a talk is a contact; add `contact: true`"
    if disposition.call_back and disposition.ends:
        yield f"{key}.call_back", "a call back comes back, so `ends` must be false"
    if disposition.quiet and disposition.ends:
        yield f"{key}.quiet", "who is quiet for a time is called again, so `ends` must be false"
    if disposition.quiet and disposition.call_back:
        yield f"{key}.quiet", "a result asks for the time of a call back or for quiet until a day; drop one of the two"
    if disposition.suppresses and not disposition.ends:
        yield f"{key}.suppresses", "nobody calls a suppressed number again; add `ends: true`"
    if disposition.suppresses and disposition.about != "number":
        yield f"{key}.suppresses", "the number is suppressed, for all who share it; write `about: number`"


def _follow_ups_and_phone_banks(campaign: Campaign) -> Iterator[Finding]:
    for number, name in repeated(message.id for message in campaign.follow_ups):
        yield f"follow_ups.{number}.id", f"the follow-up `{name}` is here twice; choose another id"
    for number, name in repeated(bank.id for bank in campaign.phone_banks):
        yield f"phone_banks.{number}.id", f"the phone bank `{name}` is here twice; choose another id"
    zone = ZoneInfo(campaign.zone or "UTC")
    for number, bank in enumerate(campaign.phone_banks, start=1):
        starts, ends = bank.starts.astimezone(zone), bank.ends.astimezone(zone)
        if ends <= starts:
            yield f"phone_banks.{number}.ends", f"it ends at {ends:%H:%M}, not after it starts at {starts:%H:%M}"
        elif not campaign.starts <= starts.date() <= campaign.ends:
            yield (
                f"phone_banks.{number}.starts",
                f"{starts.date()} is no day of the campaign, which is from {campaign.starts} to {campaign.ends}",
            )


def _personalisation(campaign: Campaign) -> Iterator[Finding]:
    known = (*personal.FIELDS_OF_EVERY_CALL, *personal.FIELDS_OF_A_PLACE)
    for key, words in _texts(campaign):
        for language, text in words.items():
            for field, has_default in personal.fields(text):
                if field in "{}":
                    yield f"{key}.{language}", f"a lone `{field}`; write `{field}{field}` for a brace that is read out"
                elif field not in known:
                    yield f"{key}.{language}", f"there is no field {{{field}}}{did_you_mean(field, known)}"
                elif field == "election" and not (campaign.election or has_default or field in campaign.defaults):
                    yield f"{key}.{language}", "{election} is empty; say at `election` what callers call it"


def _languages(campaign: Campaign) -> Iterator[Finding]:
    written = {language for _, words in _texts(campaign) for language in words}
    for number, language in enumerate(campaign.languages, start=1):
        if written and language not in written:
            yield f"languages.{number}", f"no text is written in `{language}`; write some, or drop the language"
    for number, language in repeated(campaign.languages):
        yield f"languages.{number}", f"the language `{language}` is here twice; drop one"


def _fields_that_may_be_empty(campaign: Campaign) -> Iterator[Finding]:
    for key, words in _texts(campaign):
        for language, text in words.items():
            for field, has_default in personal.fields(text):
                if field in personal.FIELDS_OF_A_PLACE and not has_default and field not in campaign.defaults:
                    yield f"{key}.{language}", field


def _texts(campaign: Campaign) -> Iterator[tuple[str, Words]]:
    """Every text that is read to voters, with its key; those left out or not readable are absent."""
    return ((key, words) for key, words in _all_texts(campaign) if words)


def _all_texts(campaign: Campaign) -> Iterator[tuple[str, Words]]:
    yield "disclosure", campaign.steps[0].say
    yield "election", campaign.election
    for number, step in enumerate(campaign.steps[1:], start=1):
        yield f"script.{number}.say", step.say
        if step.question:
            yield f"script.{number}.question.ask", step.question.ask
            yield f"script.{number}.question.rules", step.question.rules
            for place, answer in enumerate(step.question.answers, start=1):
                yield f"script.{number}.question.answers.{place}.label", answer.label
    for number, reply in enumerate(campaign.replies, start=1):
        yield f"replies.{number}.question", reply.question
        yield f"replies.{number}.answer", reply.answer
    for number, message in enumerate(campaign.follow_ups, start=1):
        yield f"follow_ups.{number}.label", message.label
        yield f"follow_ups.{number}.subject", message.subject
        yield f"follow_ups.{number}.text", message.text
