from __future__ import annotations

from phonetui.client.hand import Hand
from phonetui.wire import LENT_FOR, WANT
from tests.client.people import NOON, lease

USUAL = LENT_FOR.total_seconds() / 3600


def test_a_call_taken_back_makes_no_journey_of_a_full_hand() -> None:
    hand = Hand([lease(number, hours=USUAL) for number in range(1, WANT + 1)], [lease(100, hours=USUAL)])
    hand.put_back("h100")
    assert len(hand.lent(NOON)) == WANT + 1
    assert not hand.taken_along(NOON)


def test_voters_lent_for_longer_or_many_more_were_taken_along() -> None:
    assert Hand([lease(1, hours=USUAL + 1)]).taken_along(NOON)
    assert Hand([lease(number, hours=USUAL) for number in range(1, 3 * WANT)]).taken_along(NOON)
