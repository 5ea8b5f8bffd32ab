"""A whole evening with CallHub: every outcome is there once, though requests fail and runs are killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.connectors.callhub_stand_in import KEY, CallHubStandIn
from tests.server.connectors.evening import CAMPAIGN, Evening, Recorded, play
from tests.server.connectors.meanings import CALLHUB_BARS, MEANINGS, OURS, ended

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
    plan = {"yes": "Will vote", "no": "No", "": ""}[one.answers.get("plan", "")]
    return MEANINGS[one.disposition].callhub or OURS[one.disposition], plan


def test_callhub_has_every_outcome_once(hub: CallHubStandIn, url: str, tmp_path: Path) -> None:
    evening = Evening(url, tmp_path, FILE.format(campaign=CAMPAIGN.campaign_id, url=hub.url), secrets={"key": KEY})
    hub.goes_by(evening.clock)
    played = play(evening)
    assert hub.too_fast == 0
    assert played.pulled.imported == len(PEOPLE)
    fields = {contact: hub.fields_of(contact) for contact in hub.contacts if hub.own[contact]}
    assert {one: (its["Phone result"], its.get("Plan", "")) for one, its in fields.items()} == {
        one.file_id: recorded(one) for one in played.recorded
    }
    assert all(contact["tags"] == TAGS for contact in hub.contacts.values())
    assert played.undone_later
    assert played.faults > 20
    told = {one.file_id: one.was or one.disposition for one in played.recorded}  # no number is taken off the list again
    numbers = {one.number.removeprefix("+") for one in played.recorded if told[one.file_id] in CALLHUB_BARS}
    assert len(hub.barred) == len(numbers)
    assert {entry["phone_number"] for entry in hub.barred} == numbers
    assert played.left == dict.fromkeys(hub.contacts, "") | ended(played.results)
    asked = [contact for contact, result in told.items() if result == "do_not_call"]
    assert played.then == played.left | dict.fromkeys(asked, "do-not-call")
