"""Hostile strings dealt out to the texts of a campaign and its voters, marked so that each is known on a screen."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from itertools import count, cycle

from msgspec import Struct

from phonetui.client.clock import SystemClock
from phonetui.core.voter import Household
from phonetui.wire import ExchangeReply
from tests.torture.hostile.campaign import household, lending, reply
from tests.torture.hostile.filling import Writer
from tests.torture.hostile.payloads import NAMES, hostile, without_surrogates

#: Letters of a string that shares its lines with others, of one that has them for itself, and of one beside the name of
#: the campaign.
SHARING, ALONE, IN_THE_TITLE = 80, 600, 6
#: And how many lines; so that no page looks just like the one before.
LINES = {SHARING: 2, ALONE: 20}
#: The texts that whoever turns every page sees, and how long a string may be there so that it shortens no other.
SHOWN = {
    "caller": SHARING,
    "name": SHARING,
    "organisation": IN_THE_TITLE,
    "election": SHARING,
    "defaults": SHARING,
    "notices.text": ALONE,
    "dispositions.label": ALONE,
    "steps.say": ALONE,
    "steps.question.ask": ALONE,
    "steps.question.rules": ALONE,
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
#: So short a word stands before its mark, so that its letters come first in the text, too; not where it is looked for.
SHORT = 6
FOUND_BY_THEIR_MARK = ("replies.question",)
#: Of the letters that mark: one width everywhere, and thousands of them.
_FIRST_LETTER = 0x4E00
#: A mark in a text, with the letter there.
MARKS = re.compile("¶[\u4e00-\u9fff]{1,2}")
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
    return f"¶{chr(_FIRST_LETTER + seed % 0x5000)}"


def marked(seed: int, path: str, letter: str = "") -> str:
    """The seed's string with its mark, and the letter there, no longer than it may be at the path."""
    longest = SHOWN.get(path, SHARING)
    lines = without_surrogates(hostile(seed))[:longest].split("\n")
    text, known_by = "\n".join(lines[: LINES.get(longest, 1)]), f"{mark(seed)}{letter}"
    if len(text) <= SHORT and len(text.split()) <= 1 and path not in FOUND_BY_THEIR_MARK:
        return f"{text}{known_by}"
    return f"{known_by}{text}"


def _always(seed: int) -> Writer:
    letters = count(_FIRST_LETTER)
    return lambda path: marked(seed, path, chr(next(letters)))


def _household(seeds: Sequence[int], at: int, text: Writer) -> Household:
    return household(at + 1, "" if at % 2 else NAMES[(seeds[0] + at // 2) % len(NAMES)], text)


def _evening(caller_name: str, sent: ExchangeReply, households: list[Household], places: dict[int, str]) -> Evening:
    names = tuple(each.voters[0].first_name for each in households[::2])
    return Evening(caller_name, lending(sent, households), places, names)
