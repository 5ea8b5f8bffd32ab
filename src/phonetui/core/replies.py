"""What to answer to a voter's question: the campaign's replies, found by what was typed."""

from __future__ import annotations

from msgspec import Struct

from phonetui.core.call import Call
from phonetui.core.call import language as script_language
from phonetui.core.campaign import Campaign, Reply
from phonetui.core.personal import personalise


class ReadyReply(Struct, frozen=True):
    """A reply in the words for the voter on the screen, and in their language."""

    question: str
    answer: str


def found(campaign: Campaign, call: Call, typed: str) -> list[Reply]:
    """The replies that hold every word typed, those that hold them in the question first."""
    wanted, language = typed.casefold().split(), _language(campaign, call)

    def missing(reply: Reply, *, whole: bool) -> int:
        text = campaign.words(reply.question, language)
        if whole:
            text += " " + campaign.words(reply.answer, language)
        return sum(word not in text.casefold() for word in wanted)

    held = [reply for reply in campaign.replies if not missing(reply, whole=True)]
    return sorted(held, key=lambda reply: missing(reply, whole=False))


def ready(campaign: Campaign, call: Call, caller_name: str, reply: Reply) -> ReadyReply:
    """The reply as it is to be read out."""
    language = _language(campaign, call)
    answer = campaign.words(reply.answer, language)
    if call.voter is not None:
        answer = personalise(answer, call.voter, caller_name, campaign, language)
    return ReadyReply(campaign.words(reply.question, language), answer)


def _language(campaign: Campaign, call: Call) -> str:
    return script_language(campaign, call) if call.voter is not None else ""
