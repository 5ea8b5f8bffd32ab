"""The shared story, over the small system."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from phonetui.core.push import Outgoing
from phonetui.server.connectors.connector import SystemBusy, SystemDown

from .evening import Evening, play
from .meanings import ended
from .small import FILE, Small, person


@pytest.mark.parametrize("seed", range(3))
def test_every_outcome_is_there_once(url: str, tmp_path: Path, small: Small, seed: int) -> None:
    random = Random(seed)
    small.people = [person(number) for number in range(100, 160)]

    def meets(one: Outgoing, after: bool) -> None:
        fault = random.random()
        if after and fault < 0.08:
            raise SystemDown("Small did not answer.")
        if not after and fault < 0.06:
            raise SystemDown("Small did not answer.")
        if not after and fault < 0.12:
            raise SystemBusy("Small is busy.", 2)

    small.meets = meets
    played = play(Evening(url, tmp_path, FILE, secrets={"key": "k"}), seed=seed)
    assert {one.event_id for one in played.recorded} == {one.event_id for one in small.there.values()}
    assert len(small.told) == len({one.event_id for one in small.told})
    assert played.pulled.imported == 60
    assert len(played.recorded) > 40
    assert played.then == played.left == dict.fromkeys(played.left, "") | ended(played.results)
