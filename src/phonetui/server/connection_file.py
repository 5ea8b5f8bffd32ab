"""Reading the file that describes a connection: the keys that all have, and those of its system."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from msgspec import Struct

from phonetui.core.campaign import Campaign
from phonetui.core.campaign_values import read_date, value
from phonetui.core.marked_yaml import Entry, Page, did_you_mean
from phonetui.core.refusal import Refused
from phonetui.server.connectors.system import MODULES, System, system

#: The keys that every connection's file may have, with an example of the value.
KEYS = {
    "system": "van",
    "campaign": "weekend-turnout",
    "every": "15",
    "from": "2026-10-20",
    "ids": "theirs",
    "dispositions": "{left_message: Left Message}",
    "answers": "{plan: {already: Voted}}",
}
REQUIRED = ("system", "campaign")
#: Of these the ones that say when, and what, is pulled and pushed.
OF_RUNS = ("every", "from", "ids", "dispositions", "answers")
#: A week between two runs of the server's own.
MOST_MINUTES = 10_080

#: Finds a campaign by its id; None where there is none.
FindCampaign = Callable[[str], Campaign | None]


class ConnectionFile(Struct, frozen=True, kw_only=True):
    """What a connection's file says. `every` is in minutes, 0 where it runs by hand alone.

    `since` is the first day whose results are pushed. `ids_are_theirs`: voter files, too, have the ids that voters have
    in that system; else it is told of those alone who came from there. `settings` are what the system itself read.
    """

    system: System
    system_name: str
    campaign_id: str
    every: int = 0
    since: date = date.min
    ids_are_theirs: bool = False
    dispositions: Mapping[str, str] = {}
    answers: Mapping[str, Mapping[str, str]] = {}
    settings: Struct


def read(text: str, file_name: str, find: FindCampaign | None = None) -> ConnectionFile:
    """The connection that the file describes; raises `Refused` with every mistake in it, each with file and line.

    Without `find` what it says of the campaign is not looked at: the campaign may have changed since.
    """
    page = Page(file_name)
    top = page.top(text, f"system: {KEYS['system']}")
    found = _connection(top, find) if top else None
    if found is None or page.mistakes:
        raise Refused("\n".join(map(str, page.mistakes)))
    return found


def read_file(file: Path) -> str:
    """The text of a connection's file; raises `Refused` where it cannot be read."""
    try:
        return file.read_text("utf-8-sig")
    except OSError as error:
        raise Refused(f"The file {file} cannot be read ({error.strerror}); name a file that may be read.") from None
    except UnicodeDecodeError:
        raise Refused(f"The file {file} is not UTF-8 text; save it as UTF-8.") from None


def leads_nowhere(file: ConnectionFile, campaign: Campaign) -> list[str]:
    """What the file maps and the campaign does not have any more, a sentence each."""
    gone = [f"dispositions.{name}" for name in file.dispositions if campaign.disposition(name) is None]
    for question_id, answers in file.answers.items():
        known = answers_of(campaign).get(question_id)
        if known is None:
            gone.append(f"answers.{question_id}")
        else:
            gone += [f"answers.{question_id}.{answer}" for answer in answers if known and answer not in known]
    return [f"The campaign has no `{key}` any more; take it out of the connection's file." for key in gone]


def answers_of(campaign: Campaign) -> dict[str, tuple[str, ...]]:
    """The campaign's questions, each with its answers' ids; none where the answer is typed."""
    questions = (step.question for step in campaign.steps if step.question)
    return {question.id: tuple(answer.id for answer in question.answers) for question in questions}


def _connection(top: Entry, find: FindCampaign | None) -> ConnectionFile | None:
    """None where the file does not even say which system it is about."""
    among_all = top.any_mapping(KEYS["system"])
    if "system" not in among_all:
        top.require(among_all, KEYS, REQUIRED)
        return None
    name = among_all["system"].text("the name of a system")
    if name not in MODULES:
        among_all["system"].refuse(f"there is no system `{name}`{did_you_mean(name, MODULES)}")
        return None
    its = system(name)
    known = {**KEYS, **its.keys}
    found = top.mapping(known)
    top.require(found, known, (*REQUIRED, *its.required))
    for key in OF_RUNS:
        if its.kept_open and key in found:
            found[key].refuse(f"nothing is pulled from {its.title} or pushed to it; take `{key}` out")
    campaign_id = value(found, "campaign", lambda entry: entry.text("a campaign's id"), "")
    campaign = _campaign(found["campaign"], campaign_id, find) if find and campaign_id else None
    return ConnectionFile(
        system=its,
        system_name=name,
        campaign_id=campaign_id,
        every=value(found, "every", _minutes, 0),
        since=value(found, "from", lambda entry: read_date(entry, date.min), date.min),
        ids_are_theirs=value(found, "ids", _theirs, False),
        dispositions=value(found, "dispositions", lambda entry: _dispositions(entry, campaign), {}),
        answers=value(found, "answers", lambda entry: _answers(entry, campaign), {}),
        settings=its.read({key: entry for key, entry in found.items() if key not in KEYS}),
    )


def _campaign(entry: Entry, campaign_id: str, find: FindCampaign) -> Campaign | None:
    campaign = find(campaign_id)
    if campaign is None:
        entry.refuse(f"there is no campaign `{campaign_id}`; `phonetui server campaign list` shows what there is")
    return campaign


def _minutes(entry: Entry) -> int:
    minutes = entry.whole_number()
    if minutes > MOST_MINUTES:
        entry.expect(f"minutes, {MOST_MINUTES:,} at most")
        return 0
    return minutes


def _theirs(entry: Entry) -> bool:
    if entry.text() == "theirs":
        return True
    entry.expect("`theirs`, or no such key")
    return False


def _dispositions(entry: Entry, campaign: Campaign | None) -> dict[str, str]:
    known = [disposition.id for disposition in campaign.dispositions] if campaign else None
    return _texts(entry, known, "Left Message")


def _answers(entry: Entry, campaign: Campaign | None) -> dict[str, dict[str, str]]:
    """By question, what each answer is called there."""
    known = answers_of(campaign) if campaign else None
    found = entry.any_mapping("{yes: Voted}") if known is None else entry.mapping(dict.fromkeys(known, "{yes: Voted}"))
    return {name: _texts(item, known[name] or None if known else None, "Voted") for name, item in found.items()}


def _texts(entry: Entry, known: list[str] | tuple[str, ...] | None, example: str) -> dict[str, str]:
    found = entry.any_mapping(example) if known is None else entry.mapping(dict.fromkeys(known, example))
    return {name: item.text() for name, item in found.items()}
