"""A whole evening with NGP VAN: whatever the line does and whoever is killed, each attempt is there once."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from pathlib import Path
from random import Random

import pytest

from phonetui.server.admin import init
from phonetui.server.clock import utc_now
from phonetui.server.engine import database_url
from tests.ports import kept_port
from tests.server.connectors.evening import CAMPAIGN, NOON, Evening, Recorded, play
from tests.server.connectors.killed_server import KilledServer, OwnWork, SharedClock
from tests.server.connectors.meanings import MEANINGS, VAN_SPOILS, ended
from tests.server.connectors.van_stand_in import APPLICATION, KEY, VanStandIn
from tests.server.connectors.van_stand_in_web import Fault

PEOPLE = range(1001, 1071)
NEW_YORK = {"addressLine1": "1 Mill Ct", "city": "New York", "stateOrProvince": "NY", "zipOrPostalCode": "10001"}
FAULTS: tuple[Fault, ...] = ("lost request", "lost reply", "cut reply", "busy", "failed", "failed before")
SOURCE = """system: van
campaign: {campaign}
application: {application}
url: {url}
list: 4711
answers: {{plan: {{"yes": "Vote Plan: Yes", "no": sr_8}}}}
"""


@pytest.fixture
def van() -> Iterator[VanStandIn]:
    """70 people are on the list; every tenth of them is not to be called."""
    stand_in = VanStandIn(utc_now)
    for van_id in PEOPLE:
        suppressed = [{"suppressionCode": "NC", "suppressionName": "Do not call"}] if van_id % 10 == 0 else []
        stand_in.has(van_id, f"212-555-{van_id - 900:04}", addresses=[NEW_YORK], suppressions=suppressed)
    yield stand_in
    stand_in.close()
    assert stand_in.wrongs == []


def source(van: VanStandIn) -> str:
    return SOURCE.format(campaign=CAMPAIGN.campaign_id, application=APPLICATION, url=van.url)


@pytest.mark.long
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_every_attempt_is_there_once_with_its_meaning(van: VanStandIn, url: str, tmp_path: Path) -> None:
    evening = Evening(url, tmp_path, source(van), secrets={"key": KEY})
    van.clock = evening.clock
    played = play(evening)
    assert (played.pulled.imported, played.pulled.do_not_call) == (63, 7)
    assert played.faults > 20
    compare(van, played.recorded, played.undone_later)
    assert played.left == standing(played.recorded)
    assert played.then == played.left | asked_there(played.recorded)


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="nothing there ends a process as a kill does")
def test_a_server_that_is_killed_again_and_again_tells_each_attempt_once(van: VanStandIn, tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()
    clock = SharedClock(tmp_path / "ahead", NOON)
    url = database_url(tmp_path / "server", None)
    van.clock, van.fault = clock, faults(1)
    with kept_port() as port:
        address = f"http://127.0.0.1:{port}"
        init(url, tmp_path / "server", address, {}, clock())
        evening = Evening(url, tmp_path, f"{source(van)}every: 10\n", secrets={"key": KEY}, clock=clock)
        server = KilledServer(tmp_path / "server", tmp_path / "ahead", port, evening.environment)
        work = OwnWork(server, evening.engine, clock)

        with server, evening.sitting(address) as dana:
            work.pulls()
            dana.calls(17)
            server.kill()
            dana.calls(4)
            server.start()
            dana.calls(15)
            server.kill()
            server.start()
            dana.calls(14)
            dana.sends()
            van.fault = kills(server, van.fault, after=(6, 15, 30))
            work.pushes()
            dana.corrects()
            dana.sends()
            work.pushes()
    assert server.kills == 5
    assert server.failures() == []
    recorded, stored = evening.recorded(dana), len(van.stored)
    compare(van, recorded, evening.undone(dana, later=True))
    van.fault = lambda _what: ""
    evening.nothing_to_tell()
    evening.pull()
    evening.nothing_to_tell()
    assert len(van.stored) == stored
    assert evening.states() == standing(recorded) | asked_there(recorded)


def faults(seed: int) -> Callable[[str], Fault]:
    """One request in five meets a fault; by what is asked and how often, not by who is first."""
    times = Counter[str]()

    def fault(what: str) -> Fault:
        times[what] += 1
        draw = Random(f"{seed} {what} {times[what]}")
        return draw.choice(FAULTS) if draw.random() < 0.2 else ""

    return fault


def kills(server: KilledServer, usual: Callable[[str], Fault], after: Container[int]) -> Callable[[str], Fault]:
    """The server is killed while it tells the attempts of these numbers, which have arrived."""
    told = 0

    def fault(what: str) -> Fault:
        nonlocal told
        told += what.startswith("POST people")
        if told not in after or not what.startswith("POST people"):
            return usual(what)
        server.kill()
        return "lost reply"

    return fault


def compare(van: VanStandIn, recorded: Sequence[Recorded], undone_later: Sequence[str]) -> None:
    """Each attempt is there once; what was corrected once more, and what was taken back stays there."""
    expected = Counter({int(one.file_id): 1 + one.corrected for one in recorded})
    assert Counter(one["vanId"] for one in van.stored) == expected + Counter(map(int, undone_later))
    last = {one["vanId"]: (one["result"], one["told"], one["number"]) for one in van.stored}
    assert {int(one.file_id): last[int(one.file_id)] for one in recorded} == {
        int(one.file_id): (MEANINGS[one.disposition].van, responses(one), f"phone {one.file_id}0") for one in recorded
    }
    assert not any(van_id % 10 == 0 for van_id in last)
    assert van.spoiled == {10 * int(who) for who, result in told(recorded).items() if result in VAN_SPOILS}


def told(recorded: Sequence[Recorded]) -> dict[str, str]:
    """The first result that NGP VAN was told of each, of which it takes nothing back."""
    return {one.file_id: one.was or one.disposition for one in recorded}


def standing(recorded: Sequence[Recorded]) -> dict[str, str]:
    """Why each is not called again, as their calls stand."""
    called = [str(van_id) for van_id in PEOPLE if van_id % 10]
    return dict.fromkeys(called, "") | ended({one.file_id: one.disposition for one in recorded})


def asked_there(recorded: Sequence[Recorded]) -> dict[str, str]:
    """Who is not to be called by what NGP VAN says of them."""
    return {who: "do-not-call" for who, result in told(recorded).items() if result == "do_not_call"}


def responses(one: Recorded) -> list[str]:
    return [f"Vote Plan: {answer.title()}" for answer in one.answers.values()]
