"""GetThru ThruTalk: its upload file is read, and its nightly results file is written, column for column.

The columns are those of its help page on nightly reports, which also says that callers choose among three results.
Their words, and those of the dialer, are the ones that campaigns' published scripts find in such files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from msgspec import Struct

from phonetui.core.campaign_values import value
from phonetui.core.event import Outcome
from phonetui.core.marked_yaml import Entry
from phonetui.core.push import Outgoing
from phonetui.server.connectors import files_rows
from phonetui.server.connectors.connector import Connector, Setup
from phonetui.server.connectors.files_connector import DayFiles, VoterList, files_connector, read_place
from phonetui.server.connectors.files_voters import by_names
from phonetui.server.connectors.files_whole import write_csv
from phonetui.server.connectors.system import System

#: The upload file's own columns; custom fields behind them are read where their names are recognised.
UPLOAD = {
    "first_name": ("First Name",),
    "last_name": ("Last Name",),
    "phone": ("Phone",),
    "id": ("Unique Identifier",),
}
#: The columns of the nightly results, in their order.
RESULTS = (
    "Voter ID",
    "Voter ID Type",
    "Voter First Name",
    "Voter Last Name",
    "Voter Phone",
    "Date Called",
    "Time Called (EST)",
    "Caller Login",
    "Result",
)
#: The clock of "Time Called (EST)": that of New York, in summer too.
EASTERN = ZoneInfo("America/New_York")
#: ThruTalk's results, by ours.
COUNTERPARTS = {
    "not_home": "No Answer",
    "busy": "Busy Signal",
    "left_message": "Answering Machine",
    "refused": "Refused",
    "wrong_number": "Wrong Number",
    "disconnected": "Disconnected",
    "moved": "Moved",
    "deceased": "Deceased",
    "do_not_call": "Remove number from list",
    "talked": "Talked to Correct Person",
}
KNOWN = frozenset(
    (*COUNTERPARTS.values(), "Fax", "Not Home", "Deliverability Error", "No Contact")  # which none of ours is
)

KEYS = {
    "upload": "/srv/phonetui/thrutalk.csv",
    "results": "/srv/phonetui/results",
    "voter_id_type": "VANID",
    "result_question": "support",
}
TEMPLATE = """\
# Voters come from the file that you would upload to ThruTalk:
# First Name, Last Name, Phone, Unique Identifier, then custom fields.
upload: /srv/phonetui/thrutalk.csv

# Results go to this folder, a file a day with the columns of ThruTalk's nightly results.
results: /srv/phonetui/results
# What the Unique Identifier is: the column "Voter ID Type" says so in each row.
voter_id_type: VANID

# The result of a talk: the answer to this question of the script, where it was asked.
# result_question: support
"""


class ThruTalkSettings(Struct, frozen=True, kw_only=True):
    """Where the upload file is and where results go; one of them may be None."""

    upload: Path | None = None
    results: Path | None = None
    voter_id_type: str = ""
    result_question: str = ""


def read(found: Mapping[str, Entry]) -> ThruTalkSettings:
    """The settings in a connection's file."""
    if "results" in found and "voter_id_type" not in found:
        found["results"].refuse("`voter_id_type` is missing beside it; add it, such as `voter_id_type: VANID`")
    return ThruTalkSettings(
        upload=read_place(found, "upload"),
        results=read_place(found, "results"),
        voter_id_type=value(found, "voter_id_type", Entry.text, ""),
        result_question=value(found, "result_question", Entry.text, ""),
    )


def connect(setup: Setup) -> Connector:
    """A way to ThruTalk's files."""
    settings = cast(ThruTalkSettings, setup.settings)
    return files_connector(
        setup.name,
        VoterList(settings.upload, by_names(UPLOAD)) if settings.upload else None,
        DayFiles(settings.results, lambda day: f"{setup.name}-results-{day}.csv", partial(_write, setup, settings))
        if settings.results
        else None,
        losses=partial(_losses, setup, settings),
    )


def _write(setup: Setup, settings: ThruTalkSettings, file: Path, outcomes: Sequence[Outgoing]) -> None:
    standing = sorted(((one, one.outcome) for one in outcomes if one.outcome), key=lambda pair: pair[0].attempt_id)
    write_csv(file, RESULTS, (_row(setup, settings, one, outcome) for one, outcome in standing))


def _row(setup: Setup, settings: ThruTalkSettings, one: Outgoing, outcome: Outcome) -> tuple[str, ...]:
    there = one.at.astimezone(EASTERN)
    return (
        one.file_id,
        settings.voter_id_type if one.file_id else "",
        one.voter.first_name,
        one.voter.last_name,
        one.number.removeprefix("+1"),
        f"{there:%m-%d-%Y}",
        f"{there:%I:%M} {'AM' if there.hour < 12 else 'PM'} EST",
        one.caller,
        _result(setup, settings, one, outcome),
    )


def _result(setup: Setup, settings: ThruTalkSettings, one: Outgoing, outcome: Outcome) -> str:
    answer = files_rows.answers_of(setup, outcome).get(settings.result_question, "")
    if one.talk and answer:
        return answer
    return _called(setup, outcome.disposition) or files_rows.label_of(setup, one)


def _called(setup: Setup, disposition_id: str) -> str:
    """What the connection's file calls the disposition, else ThruTalk's own; empty where there is none."""
    return setup.dispositions.get(disposition_id) or COUNTERPARTS.get(disposition_id, "")


def _losses(setup: Setup, settings: ThruTalkSettings) -> Iterable[str]:
    if not settings.results:
        return
    campaign, question = setup.campaign, settings.result_question
    for disposition in campaign.dispositions:
        written = _called(setup, disposition.id)
        if not written:
            yield (
                f"ThruTalk has no result for `{disposition.id}`, so the file says {campaign.words(disposition.label)}; "
                "to have it say another, name it under `dispositions`."
            )
        elif written not in KNOWN:
            yield f"`{disposition.id}` is written as {written}, which is none of ThruTalk's own results."
    if question and question not in files_rows.questions(campaign):
        yield f"The script asks no question `{question}`, so talks are written without its answer."
    yield "Notes, call-back times and other answers are not in ThruTalk's file."


SYSTEM = System(
    title="GetThru ThruTalk",
    keys=KEYS,
    template=TEMPLATE,
    read=read,
    connect=connect,
)
