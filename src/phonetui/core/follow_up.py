"""Following a talk up: to whom a prepared message goes, and what it says to them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from phonetui.core.call import Call, language
from phonetui.core.campaign import Campaign, FollowUp
from phonetui.core.person import group_number
from phonetui.core.personal import personalise, script_language
from phonetui.core.refusal import Refused
from phonetui.core.script import talked
from phonetui.core.translation import tr
from phonetui.core.voter import Voter


class Spoken(Struct, frozen=True):
    """Who was spoken with, the result if there is one, and the language that the caller chose for them, if any."""

    voter: Voter
    disposition: str = ""
    language: str = ""


class Message(Struct, frozen=True):
    """A message that is ready for one voter: `to` is a number in E.164 or a mail address."""

    follow_up_id: str
    by: Literal["text", "mail"]
    to: str
    text: str
    subject: str = ""

    @property
    def shown_to(self) -> str:
        """Whom it goes to, as one reads it."""
        return group_number(self.to) if self.by == "text" else self.to


def whom_to_follow_up(campaign: Campaign, call: Call, last: Spoken | None) -> Spoken:
    """Who is on the screen, once the script was begun; else whom the `last` result was about.

    Raises `Refused` where nobody was spoken with, and for who does not want to hear from the campaign.
    """
    if not campaign.follow_ups:
        raise Refused(tr("This campaign has prepared no messages to send."))
    if call.voter is not None and talked(campaign, call.draft.place):
        return Spoken(call.voter, language=language(campaign, call))
    disposition = campaign.disposition(last.disposition) if last else None
    if last is None or disposition is None or not disposition.contact:
        raise Refused(tr("A message follows a talk: press the key during one, or right after its result."))
    if disposition.suppresses:
        raise Refused(tr("{name} asked not to be contacted; nothing is sent.", name=last.voter.first_name))
    return last


def message(campaign: Campaign, follow_up: FollowUp, whom: Spoken, caller_name: str) -> Message:
    """What the voter gets. Raises `Refused` for one without a number that takes texts, or without a mail address."""
    voter = whom.voter
    to = voter.mobile if follow_up.by == "text" else voter.email
    if not to and follow_up.by == "text":
        raise Refused(tr("The campaign has no mobile number for {name}.", name=voter.first_name))
    if not to:
        raise Refused(tr("The campaign has no mail address for {name}.", name=voter.first_name))
    tongue = whom.language or script_language(campaign, voter)
    text, subject = (
        personalise(campaign.words(words, tongue), voter, caller_name, campaign, tongue)
        for words in (follow_up.text, follow_up.subject)
    )
    return Message(follow_up.id, follow_up.by, to, text.strip(), " ".join(subject.split()))
