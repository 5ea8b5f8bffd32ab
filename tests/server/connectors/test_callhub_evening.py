"""A whole evening with CallHub: every outcome is there once, though requests fail and runs are killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from phonetui.server.connectors.callhub_telling import DISPOSITIONS
from tests.server.connectors.callhub_stand_in import KEY, CallHubStandIn
from tests.server.connectors.evening import CAMPAIGN, Recorded, play

PEOPLE = range(100, 160)
TAGS = [{"id": 7, "name": "tag 7"}]
FILE = """\
system: callhub
campaign: {campaign}
url: {url}
phonebook: Weekend
fields: {{result: Phone result, called: Phone called}}
questions: {{plan: Plan}}
answers: {{plan: {{yes: Will vote}}}}
"""


@pytest.fixture
def hub() -> Iterator[CallHubStandIn]:
    stand_in = CallHubStandIn()
    stand_in.most_on_a_page = 25
    stand_in.list_called("Ours")
    of_new_york = {"state": "NY", "zipcode": "10001", "tags": TAGS}
    stand_in.phonebook("Weekend", [stand_in.contact(nth, **of_new_york) for nth in PEOPLE])
    yield stand_in
    stand_in.close()
    assert stand_in.wrong == []


def recorded(one: Recorded) -> tuple[str, str]:
    """What CallHub should know of a voter's call: result and plan."""
    disposition = CAMPAIGN.disposition(one.outcome.disposition)
    label = disposition.label["en"] if disposition else one.outcome.disposition
    plan = {"yes": "Will vote", "no": "No", "": ""}[one.outcome.answers.get("plan", "")]
    return DISPOSITIONS.get(one.outcome.disposition, label), plan


def test_callhub_has_every_outcome_once(hub: CallHubStandIn, url: str, tmp_path: Path) -> None:
    source = FILE.format(campaign=CAMPAIGN.campaign_id, url=hub.url)
    played = play(url, tmp_path, source, secrets={"key": KEY})
    assert played.pulled.imported == len(PEOPLE)
    fields = {contact: hub.fields_of(contact) for contact in hub.contacts if hub.own[contact]}
    assert {one: (its["Phone result"], its.get("Plan", "")) for one, its in fields.items()} == {
        one.file_id: recorded(one) for one in played.recorded
    }
    assert all(contact["tags"] == TAGS for contact in hub.contacts.values())
    barred = sorted(entry["phone_number"] for entry in hub.barred)
    assert len(set(barred)) == len(barred)
    asked = {one.number for one in played.recorded if one.outcome.disposition in ("do_not_call", "wrong_number")}
    assert asked <= {f"+{number}" for number in barred}
    assert played.undone_later
    assert any(one.corrected for one in played.recorded)
    assert played.faults > 20
