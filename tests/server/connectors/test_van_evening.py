"""A whole evening with NGP VAN: whatever the line does and whoever is killed, each attempt is there once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.server.connectors.evening import CAMPAIGN, Evening, Recorded, play
from tests.server.connectors.meanings import MEANINGS, VAN_SPOILS, ended
from tests.server.connectors.van_stand_in import APPLICATION, KEY, VanStandIn

PEOPLE = range(1001, 1071)
NEW_YORK = {"addressLine1": "1 Mill Ct", "city": "New York", "stateOrProvince": "NY", "zipOrPostalCode": "10001"}
SOURCE = """system: van
campaign: {campaign}
application: {application}
url: {url}
list: 4711
answers: {{plan: {{"yes": "Vote Plan: Yes", "no": sr_8}}}}
"""


@pytest.mark.long
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_every_attempt_is_there_once_with_its_meaning(url: str, tmp_path: Path) -> None:
    van = VanStandIn(lambda: evening.clock())
    for van_id in PEOPLE:
        suppressed = [{"suppressionCode": "NC", "suppressionName": "Do not call"}] if van_id % 10 == 0 else []
        van.has(van_id, f"212-555-{van_id - 900:04}", addresses=[NEW_YORK], suppressions=suppressed)
    source = SOURCE.format(campaign=CAMPAIGN.campaign_id, application=APPLICATION, url=van.url)
    evening = Evening(url, tmp_path, source, secrets={"key": KEY})
    try:
        played = play(evening)
    finally:
        van.close()

    assert (played.pulled.imported, played.pulled.do_not_call) == (63, 7)
    assert van.wrongs == []
    assert played.faults > 20
    taken_back = Counter(int(van_id) for van_id in played.undone_later)
    expected = Counter({int(one.file_id): 1 + one.corrected for one in played.recorded}) + taken_back
    assert Counter(one["vanId"] for one in van.stored) == expected
    last = {one["vanId"]: (one["result"], one["told"], one["number"]) for one in van.stored}
    assert {int(one.file_id): last[int(one.file_id)] for one in played.recorded} == {
        int(one.file_id): (MEANINGS[one.disposition].van, responses(one), f"phone {one.file_id}0")
        for one in played.recorded
    }
    assert not any(van_id % 10 == 0 for van_id in last)

    told = {one.file_id: one.was or one.disposition for one in played.recorded}  # NGP VAN takes nothing of it back
    assert van.spoiled == {10 * int(who) for who, result in told.items() if result in VAN_SPOILS}
    called = [str(van_id) for van_id in PEOPLE if van_id % 10]
    assert played.left == dict.fromkeys(called, "") | ended(played.results)
    asked = [who for who, result in told.items() if result == "do_not_call"]
    assert played.then == played.left | dict.fromkeys(asked, "do-not-call")


def responses(one: Recorded) -> list[str]:
    return [f"Vote Plan: {answer.title()}" for answer in one.answers.values()]
