"""Hostile strings dealt out to the texts of a campaign and its voters, marked so that each is known on a screen."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import cycle

from msgspec import Struct

from phonetui.client.clock import SystemClock
from phonetui.core.voter import Household
from phonetui.wire import ExchangeReply
from tests.torture.hostile.campaign import household, lending, reply
from tests.torture.hostile.filling import Writer
from tests.torture.hostile.payloads import NAMES, hostile, without_surrogates

#: Letters of a string that shares its lines with others, and of one that has them for itself.
SHARING, ALONE = 80, 2_000
#: The texts that screens show, and how long a string may be there so that no other is shortened for it.
SHOWN = {
    "caller": SHARING,
    "name": SHARING,
    "organisation": 6,
    "election": SHARING,
    "defaults": SHARING,
    "notices.text": ALONE,
    "dispositions.label": ALONE,
    "steps.say": ALONE,
    "steps.question.ask": ALONE,
    "steps.question.answers.label": ALONE,
    "replies.question": ALONE,
    "replies.answer": ALONE,
    "first_name": SHARING,
    "middle_name": SHARING,
    "last_name": SHARING,
    "suffix": SHARING,
    "party": SHARING,
    "language": SHARING,
    "address.street": ALONE,
    "address.city": SHARING,
    "address.state": SHARING,
    "address.zip_code": SHARING,
    "elections": SHARING,
    "tags": SHARING,
    "attempts.note": ALONE,
    "polling_place.name": ALONE,
    "polling_place.address": ALONE,
    "polling_place.hours": ALONE,
    "polling_place.deadlines": ALONE,
}
#: So short a string stands before its mark, so that its letters come first in the text, too.
SHORT = 6
#: So many voters at least; the first name of every other one is real.
FEWEST = 2


class Evening(Struct, frozen=True):
    """What a caller is sent, the marks and the places of the strings in it, and the real names among the voters."""

    caller_name: str
    reply: ExchangeReply
    places: dict[int, str]
    names: tuple[str, ...]

    @property
    def voters(self) -> int:
        """How many are called for."""
        return len(self.reply.leases)


def one_place_each(seeds: Sequence[int]) -> Evening:
    """Each string in one text that is shown, each such text with another string, with as many voters as that takes."""
    left, places = deque(seeds), dict[int, str]()

    def text(path: str) -> str:
        if path not in SHOWN or not left:
            return hostile(seeds[0])[:SHARING]
        seed = left.popleft()
        places[seed] = path
        return marked(seed, path)

    caller_name, households = text("caller"), list[Household]()
    sent = reply(text, SystemClock().now())
    while left or len(households) < FEWEST:
        households.append(_household(seeds, len(households), text))
    return _evening(caller_name, sent, households, places)


def all_places_each(seeds: Sequence[int]) -> Evening:
    """Each string in every text of a voter, and in those of the campaign in turn."""
    texts = [_always(seed) for seed in seeds]
    in_turn = cycle(texts)
    sent = reply(lambda path: next(in_turn)(path), SystemClock().now())
    households = [_household(seeds, at, text) for at, text in enumerate(texts)]
    return _evening(texts[0]("caller"), sent, households, dict.fromkeys(seeds, "every text of a voter"))


def mark(seed: int) -> str:
    """Two letters of one width everywhere, by which a string is known whatever becomes of it."""
    return f"¶{chr(0x4E00 + seed % 0x5000)}"


def marked(seed: int, path: str) -> str:
    """The seed's string with its mark, no longer than it may be at the path; one that shares its lines has two."""
    longest = SHOWN.get(path, SHARING)
    text = without_surrogates(hostile(seed))[:longest]
    if longest < ALONE:
        text = "\n".join(text.split("\n")[:2])
    return f"{text}{mark(seed)}" if len(text) <= SHORT else f"{mark(seed)}{text}"


def _always(seed: int) -> Writer:
    return lambda path: marked(seed, path)


def _household(seeds: Sequence[int], at: int, text: Writer) -> Household:
    return household(at + 1, "" if at % 2 else NAMES[(seeds[0] + at // 2) % len(NAMES)], text)


def _evening(caller_name: str, sent: ExchangeReply, households: list[Household], places: dict[int, str]) -> Evening:
    names = tuple(each.voters[0].first_name for each in households[::2])
    return Evening(caller_name, lending(sent, households), places, names)
