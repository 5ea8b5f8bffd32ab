"""What to answer to a voter's question: the campaign's replies, and what is known of election and polling place."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from msgspec import Struct

from phonetui.core.call import Call
from phonetui.core.call import language as script_language
from phonetui.core.campaign import Campaign, Words
from phonetui.core.personal import personalise
from phonetui.core.translation import ENGLISH, later, speaking, tr

#: What voters ask about the election and their own polling place, and how a text says it to them; other words that a
#: caller may look for it by.
_ABOUT_THE_VOTE = (
    (later("When is the election?"), "{election}", later("date day")),
    (later("Where do I vote?"), "{polling_place}\n{polling_address}", later("polling place address precinct")),
    (later("When can I vote?"), "{polling_hours}", later("hours open close")),
    (later("Until when can I register, or vote early?"), "{deadlines}", later("deadlines register early mail")),
)

#: Letters from which on what is typed is found in the middle of a word, too.
SHORTEST_PART = 3


class ReadyReply(Struct, frozen=True):
    """A reply in the words for the voter on the screen, and in their language.

    It is found by its words in every language of the campaign: those of the question, and those of the answer.
    """

    question: str
    answer: str
    asked: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def found(campaign: Campaign, call: Call, caller_name: str, typed: str) -> list[ReadyReply]:
    """The replies that hold every word typed, in whatever case and with or without accents; the likeliest first."""
    wanted = _words(typed)
    ranked = [(_rank(reply, wanted), reply) for reply in at_hand(campaign, call, caller_name)]
    return [reply for rank, reply in sorted(ranked, key=lambda each: -each[0]) if rank or not wanted]


def at_hand(campaign: Campaign, call: Call, caller_name: str) -> Iterator[ReadyReply]:
    """Everything there is an answer to: what the campaign has written, then what is known of this voter's vote."""
    language = script_language(campaign, call) if call.voter is not None else ""

    def ready(text: str, spoken: str) -> str:
        return personalise(text, call.voter, caller_name, campaign, spoken) if call.voter is not None else text

    for reply in campaign.replies:
        yield ReadyReply(
            campaign.words(reply.question, language),
            ready(campaign.words(reply.answer, language), language),
            tuple(_all_words(reply.question)),
            tuple(_all_words(reply.answer)),
        )
    for question, text, others in _ABOUT_THE_VOTE if call.voter is not None else ():
        answer = "\n".join(filter(None, ready(text, language).splitlines()))
        if answer:
            named = [*_in_every_language(campaign, question), *_in_every_language(campaign, others)]
            with speaking(language or ENGLISH):
                yield ReadyReply(tr(question), answer, tuple(_words(" ".join(named))), tuple(_words(answer)))


def _in_every_language(campaign: Campaign, text: str) -> Iterator[str]:
    for code in (ENGLISH, *campaign.languages):
        with speaking(code):
            yield tr(text)


def _all_words(words: Words) -> Iterable[str]:
    return _words(" ".join(words.values()))


def _rank(reply: ReadyReply, wanted: list[str]) -> int:
    """The more the sooner; 0 where one of the words is missing. A word's beginning counts more than its middle."""
    each = [_weight(word, reply) for word in wanted]
    return sum(each) if all(each) else 0


def _weight(word: str, reply: ReadyReply) -> int:
    for weight, words in ((3, reply.asked), (1, reply.told)):
        if any(one.startswith(word) for one in words):
            return 2 * weight
        if len(word) >= SHORTEST_PART and any(word in one for one in words):
            return weight
    return 0


def _words(text: str) -> list[str]:
    """Small letters without accents, and no signs around them."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return [word for part in plain.casefold().split() if (word := part.strip(".,;:!?¿¡()[]\"'“”«»–-"))]
