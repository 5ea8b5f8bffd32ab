"""What a connector is given in tests: a campaign, a connection's file, outcomes to tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from phonetui.core.campaign import Answer, Campaign, Question, Step
from phonetui.core.event import Attempt, Outcome
from phonetui.core.marked_yaml import Page
from phonetui.core.push import Outgoing
from phonetui.core.recall import disposition_of
from phonetui.core.refusal import Refused
from phonetui.core.standard_dispositions import LEFT_MESSAGE
from phonetui.core.voter import Voter
from phonetui.server.connectors.connector import Connector, RemoteIds, Setup
from phonetui.server.connectors.system import system
from tests.server.phone_bank import CHICAGO, TURNOUT, number

VOTE = Question("vote", {"en": "Will you vote?"}, (Answer("yes", {"en": "Yes"}), Answer("no", {"en": "No"})))
HELP = Question(
    "help",
    {"en": "Will you help?"},
    (Answer("drive", {"en": "Drive"}), Answer("bake", {"en": "Bake"})),
    kind="several",
)
CAMPAIGN = msgspec.structs.replace(
    TURNOUT,
    dispositions=(*TURNOUT.dispositions, LEFT_MESSAGE),
    steps=(Step("hello", question=VOTE), Step("help", question=HELP), Step("bye", ends=True)),
)
#: Tuesday noon in New York.
NOON = datetime(2026, 10, 6, 16, 0, tzinfo=UTC)
ANN = Voter("1", "Ann", "Doe", zones=(CHICAGO,))


class NoIds:
    """A pull brought none, and none is kept."""

    def find(self, kind: str, file_id: str, ours: str = "") -> str:
        return ""

    def keep(self, kind: str, file_id: str, ours: str, remote_id: str) -> None:
        return

    def all_of(self, kind: str) -> set[tuple[str, str]]:
        return set()


class KeptIds(NoIds):
    """What is kept is there as long as this is."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str, str], str] = {}

    def find(self, kind: str, file_id: str, ours: str = "") -> str:
        return self.kept.get((kind, file_id, ours), "")

    def keep(self, kind: str, file_id: str, ours: str, remote_id: str) -> None:
        self.kept[kind, file_id, ours] = remote_id


def connected(
    connection: str,
    *,
    campaign: Campaign = CAMPAIGN,
    dispositions: Mapping[str, str] | None = None,
    answers: Mapping[str, Mapping[str, str]] | None = None,
    secrets: Mapping[str, str] | None = None,
    now: datetime = NOON,
    wait: Callable[[float], None] = lambda seconds: None,
    told: Sequence[Attempt] | None = None,
    remote_ids: RemoteIds | None = None,
) -> Connector:
    """A connector for what a connection's file says, `system:` in its first line, without the keys that all have.

    No time passes but by waiting.
    """
    waited = 0.0

    def waits(seconds: float) -> None:
        nonlocal waited
        waited += seconds
        wait(seconds)

    page = Page("evening.yaml")
    top = page.top(connection, "system: files")
    assert top
    found = top.any_mapping("")
    chosen = system(found.pop("system").text())
    known = top.mapping({"system": "files", **chosen.keys})
    settings = chosen.read({name: entry for name, entry in known.items() if name != "system"})
    if page.mistakes:
        raise Refused("\n".join(map(str, page.mistakes)))
    return chosen.connect(
        Setup(
            name="evening",
            campaign=campaign,
            settings=settings,
            dispositions=dispositions or {},
            answers=answers or {},
            secrets=secrets or {},
            remote_ids=remote_ids or NoIds(),
            folder=Path(),
            wait=waits,
            clock=lambda: now + timedelta(seconds=waited),
            told=None if told is None else lambda voter_id, since: told,
        )
    )


def outgoing(
    nth: int,
    disposition: str = "talked",
    *,
    at: datetime = NOON,
    voter: Voter = ANN,
    answers: Mapping[str, str] | None = None,
    note: str = "",
    call_at: datetime | None = None,
    corrects: str = "",
    undone: bool = False,
    file_id: str | None = None,
) -> Outgoing:
    """The `nth` outcome to tell, of a voter whose id in the file is that number, unless it says otherwise."""
    outcome = Outcome(
        id=f"event-{nth}",
        seq=nth,
        at=at,
        campaign_id="turnout",
        voter_id=voter.voter_id,
        disposition=disposition,
        number_ending="01",
        answers=dict(answers or {}),
        note=note,
        call_at=call_at,
    )
    known = disposition_of(CAMPAIGN, disposition)
    return Outgoing(
        event_id=f"event-{nth}",
        attempt_id=f"attempt-{nth}",
        voter_id=voter.voter_id,
        file_id=str(nth) if file_id is None else file_id,
        voter=voter,
        number=number(nth),
        caller="dana",
        caller_id="dana-id",
        at=at,
        talk=known.talk,
        contact=known.contact,
        outcome=None if undone else outcome,
        disposition=None if undone else known,
        corrects=corrects,
    )
