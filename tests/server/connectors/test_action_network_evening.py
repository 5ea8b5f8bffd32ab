"""A whole evening with Action Network: every outcome is there once, though requests fail and runs are killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from phonetui.server.connectors.even_pace import EvenPace
from phonetui.server.connectors.system_http import USUAL_REST
from phonetui.server.identity import id_key
from phonetui.server.tables import voters
from tests.server.connectors.action_network_stand_in import KEY, ActionNetworkStandIn, an_id
from tests.server.connectors.evening import CAMPAIGN, Evening, Recorded, play
from tests.server.connectors.meanings import ended

PEOPLE = range(100, 160)
FILE = """\
system: action-network
campaign: {campaign}
url: {url}
list: Likely volunteers
make_tags: true
fields: {{result: Phone result, called: Phone called, note: Phone note}}
questions: {{plan: Plan}}
answers: {{plan: {{yes: Will vote}}}}
survey: {survey}
"""
#: Where the clocks say that the evening is legal.
NEW_YORK = [{"primary": True, "address_lines": ["1 Mill Ct"], "region": "NY", "postal_code": "10001", "country": "US"}]


@pytest.fixture
def network() -> Iterator[ActionNetworkStandIn]:
    stand_in = ActionNetworkStandIn()
    stand_in.list_of("Likely volunteers", [stand_in.person(nth, postal_addresses=NEW_YORK) for nth in PEOPLE])
    yield stand_in
    stand_in.close()
    assert stand_in.wrong == []


def source(network: ActionNetworkStandIn, survey: str) -> str:
    return FILE.format(campaign=CAMPAIGN.campaign_id, url=network.address, survey=survey)


def told(network: ActionNetworkStandIn, one: Recorded) -> tuple[list[str], str, str]:
    """What Action Network knows of a voter's call: tags, note and plan."""
    fields = network.people[one.file_id]["custom_fields"]
    return network.names_of(one.file_id), fields.get("Phone note", ""), fields.get("Plan", "")


def recorded(one: Recorded) -> tuple[list[str], str, str]:
    """What it should know."""
    plan = {"yes": "Will vote", "no": "No", "": ""}[one.answers.get("plan", "")]
    return [f"phonetui: {one.disposition.replace('_', ' ')}"], one.note, plan


def test_action_network_has_every_outcome_once(network: ActionNetworkStandIn, url: str, tmp_path: Path) -> None:
    survey = network.survey("Voting plans")
    evening = Evening(url, tmp_path, source(network, survey), secrets={"key": KEY})
    network.goes_by(evening.clock)
    played = play(evening)
    assert network.too_fast == 0
    assert played.pulled.imported == len(PEOPLE)
    assert {one.file_id: told(network, one) for one in played.recorded} == {
        one.file_id: recorded(one) for one in played.recorded
    }
    called = {one.file_id for one in played.recorded}
    assert {person for _tag, person in network.taggings} == called
    undone = {*played.undone, *played.undone_later} - called  # some were called once more
    assert not any(network.people[one]["custom_fields"] for one in undone)
    answered = sorted(one.file_id for one in played.recorded if one.answers)
    assert sorted(response["action_network:person_id"] for response in network.responses[survey]) == answered
    assert played.undone_later
    assert any(one.corrected for one in played.recorded)
    assert played.faults > 20
    assert played.then == played.left == dict.fromkeys(network.people, "") | ended(played.results)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_who_asks_faster_is_turned_away_and_waits(
    network: ActionNetworkStandIn, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evening = Evening(url, tmp_path, source(network, an_id(5, 1)), secrets={"key": KEY})
    network.goes_by(evening.clock)
    monkeypatch.setattr(EvenPace, "take_turn", lambda pace: None)
    assert evening.pull().imported == len(PEOPLE)
    assert network.too_fast == evening.waited / USUAL_REST > 10


def test_who_leaves_the_list_or_is_unsubscribed_is_not_called_any_more(
    network: ActionNetworkStandIn, url: str, tmp_path: Path
) -> None:
    evening = Evening(url, tmp_path, source(network, an_id(5, 1)), secrets={"key": KEY})
    assert evening.pull().imported == len(PEOPLE)
    inside = next(iter(network.items.values()))
    left = inside.pop(0)
    unsubscribed = network.people[inside[0]]["phone_numbers"]
    unsubscribed[0]["status"] = "unsubscribed"
    report = evening.pull()
    assert (report.merged, report.withdrawn, report.do_not_call) == (len(PEOPLE) - 2, 2, 0)
    unsubscribed[0]["status"] = "subscribed"
    assert evening.pull().merged == len(PEOPLE) - 1
    with evening.engine.connect() as connection:
        ended = {row.file_key: row.ended for row in connection.execute(select(voters.c.file_key, voters.c.ended))}
    assert (ended[id_key(left)], ended[id_key(inside[0])]) == ("removed", "")
