"""A whole evening with NGP VAN: whatever the line does and whoever is killed, each attempt is there once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from phonetui.core.event import Outcome
from phonetui.server.connectors.van_results import COUNTERPARTS
from tests.server.connectors.evening import CAMPAIGN, Evening, Faults
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
    random = Random(1)
    faults = Faults(random)
    try:
        with faults.meet():
            report = evening.pull_until_done()
            made = evening.calls(50, random)
            evening.clock.passes(minutes=11)
            evening.push_until_done(random, kills=3)
            evening.corrects(made)
            evening.clock.passes(minutes=11)
            evening.push_until_done(random, kills=2)
        idle = evening.push()
    finally:
        van.close()

    assert (report.imported, report.do_not_call) == (63, 7)
    assert (idle.pushed, idle.refused, idle.lost) == (0, 0, 0)
    assert van.wrongs == []
    assert faults.met > 20
    recorded = evening.recorded(made)
    taken_back = Counter(int(file_id) for file_id in evening.undone(made, later=True))
    expected = Counter({int(one.file_id): 1 + one.corrected for one in recorded}) + taken_back
    assert Counter(one["vanId"] for one in van.stored) == expected
    last = {one["vanId"]: (one["result"], one["told"], one["number"]) for one in van.stored}
    assert {int(one.file_id): last[int(one.file_id)] for one in recorded} == {
        int(one.file_id): (result(one.outcome), responses(one.outcome), f"phone {one.file_id}0") for one in recorded
    }
    assert not any(van_id % 10 == 0 for van_id in last)


def result(outcome: Outcome) -> str:
    return COUNTERPARTS[outcome.disposition]


def responses(outcome: Outcome) -> list[str]:
    return [f"Vote Plan: {answer.title()}" for answer in outcome.answers.values()]
