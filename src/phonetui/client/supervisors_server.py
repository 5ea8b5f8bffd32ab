"""The campaign server's interface for supervisors and owners of one campaign."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from urllib.parse import quote, urlencode

from msgspec import Struct

from phonetui.client.campaign_server import Busy, Offline
from phonetui.client.interface import LONGEST, Asked, Interface
from phonetui.client.received import cleaned
from phonetui.client.web import Answer
from phonetui.core.text import visible
from phonetui.core.translation import tr
from phonetui.wire import CampaignState
from phonetui.wire_do_not_call import (
    Numbers,
    NumbersFile,
    OneNumber,
    ReadNumbers,
    SuppressedNumbers,
    TakenNumbers,
    decode_read_numbers,
    decode_suppressed,
    decode_taken,
)
from phonetui.wire_supervisors import (
    LONGEST_LOOK,
    AuditLog,
    CampaignSource,
    CheckedFile,
    Erased,
    Evening,
    FoundVoters,
    HeldOfVoter,
    InvitationLink,
    KeepUntil,
    ListRule,
    MemberNow,
    MemberRule,
    OpenInvitation,
    Sought,
    TakenAnswer,
    TalkedOfLater,
    WantedAnswer,
    WantedInvitation,
    WantedState,
    Words,
    decode_audit,
    decode_checked,
    decode_erased,
    decode_evening,
    decode_found,
    decode_held,
    decode_invitations,
    decode_keep_until,
    decode_link,
    decode_members,
    decode_report,
    decode_source,
    decode_taken_answer,
    decode_told,
)

#: Characters of a report.
LONGEST_REPORT = 500_000


class SupervisorsServer(Interface):
    """One campaign of a server, with a supervisor's token. Everything raises `NoExchange`, and is cleaned.

    The source of a campaign's file and what is held of a voter are as the server has them, to be written to a file;
    whoever shows them cleans them line by line.
    """

    in_its_words = frozenset({"refused", "not-yours"})

    def __init__(self, url: str, token: str, campaign_id: str, web: Asked | None = None) -> None:
        super().__init__(url, token, web)
        self.campaign_id = campaign_id

    # -- now ---------------------------------------------------------------------------------------------------------

    async def evening(self, known: str = "") -> Evening:
        """The evening as it is; with `known`, the mark of one, as soon as it is another, or once it was long enough."""
        path = self._path("evening", wanted={"known": known, "wait": LONGEST_LOOK if known else 0})
        try:
            async with asyncio.timeout(LONGEST_LOOK + LONGEST):
                answer = await self._web.ask("GET", path, b"", self.token)
        except TimeoutError:
            raise Offline(
                tr("{host} does not answer in time; try again, or try another network.", host=self.host)
            ) from None
        return cleaned(self._read(answer, decode_evening))

    # -- do ----------------------------------------------------------------------------------------------------------

    async def set_state(self, state: CampaignState) -> None:
        """Open, pause or close the campaign."""
        await self._do("PUT", "state", asked=WantedState(state))

    async def notice(self, text: str) -> None:
        """Tell everybody who calls."""
        await self._do("POST", "notices", asked=Words(text))

    async def answer(self, question_id: str, text: str, *, again: bool = False) -> TakenAnswer:
        """Answer a caller's question; `again` where somebody has answered already."""
        asked = WantedAnswer(text, again)
        answer = await self._asked("POST", "questions", question_id, "answer", asked=asked)
        return cleaned(self._read(answer, decode_taken_answer))

    async def source(self) -> CampaignSource:
        """The campaign's file that is in use."""
        return self._read(await self._asked("GET", "file"), decode_source)

    async def check(self, source: CampaignSource) -> CheckedFile:
        """What a campaign's file would change."""
        return cleaned(self._read(await self._asked("POST", "file", "check", asked=source), decode_checked))

    async def use(self, source: CampaignSource) -> CheckedFile:
        """Take a campaign's file into use: callers move over between calls."""
        return cleaned(self._read(await self._asked("PUT", "file", asked=source), decode_checked))

    async def rule_list(self, list_id: int, rule: ListRule) -> None:
        """Change when a list is called, and by whom."""
        await self._do("PUT", "lists", str(list_id), asked=rule)

    async def invite(self, wanted: WantedInvitation) -> InvitationLink:
        """A link by which others join."""
        return cleaned(self._read(await self._asked("POST", "invitations", asked=wanted), decode_link))

    async def invitations(self) -> tuple[OpenInvitation, ...]:
        """The invitations by which somebody may still join."""
        return cleaned(self._read(await self._asked("GET", "invitations"), decode_invitations)).invitations

    async def end_invitation(self, invitation_id: str) -> None:
        """Have nobody join by it any more."""
        await self._do("DELETE", "invitations", invitation_id)

    async def members(self) -> tuple[MemberNow, ...]:
        """Everybody who may call, by name."""
        return cleaned(self._read(await self._asked("GET", "members"), decode_members)).members

    async def rule_member(self, caller_id: str, rule: MemberRule) -> None:
        """Change what a member may do, and call."""
        await self._do("PUT", "members", caller_id, asked=rule)

    async def sign_out_member(self, caller_id: str) -> None:
        """End a member's log-ins."""
        await self._do("POST", "members", caller_id, "sign-out")

    async def remove_member(self, caller_id: str) -> None:
        """Take a member out of the campaign; what their laptops have not sent is still taken when it comes."""
        await self._do("DELETE", "members", caller_id)

    async def told(self) -> tuple[TalkedOfLater, ...]:
        """Corrections and words on the script, the newest first."""
        return cleaned(self._read(await self._asked("GET", "told"), decode_told)).told

    async def report(self, day: date | None) -> str:
        """What came of a day's calls, or of all; a longer one than any server makes is cut off."""
        wanted = {"day": day.isoformat()} if day else None
        told = self._read(await self._asked("GET", "report", wanted=wanted), decode_report)
        return visible(told.text[:LONGEST_REPORT])

    # -- privacy -----------------------------------------------------------------------------------------------------

    async def find(self, text: str) -> FoundVoters:
        """Voters by name, number or the file's id."""
        return cleaned(self._read(await self._asked("POST", "voters", "find", asked=Sought(text)), decode_found))

    async def held(self, voter_id: str, *, to_export: bool = False) -> HeldOfVoter:
        """All that is held of a voter."""
        wanted = {"exported": "true"} if to_export else None
        return self._read(await self._asked("GET", "voters", voter_id, wanted=wanted), decode_held)

    async def erase(self, voter_id: str) -> Erased:
        """Erase a voter; the tallies stay."""
        return cleaned(self._read(await self._asked("DELETE", "voters", voter_id), decode_erased))

    async def suppress(self, numbers: tuple[str, ...]) -> TakenNumbers:
        """Have these numbers called by nobody."""
        return cleaned(self._read(await self._asked("POST", "do-not-call", asked=Numbers(numbers)), decode_taken))

    async def suppressed(self, find: str = "") -> SuppressedNumbers:
        """The numbers that nobody calls, those alone that have `find` in them."""
        answer = await self._asked("POST", "do-not-call", "find", asked=Sought(find))
        return cleaned(self._read(answer, decode_suppressed))

    async def read_numbers(self, file: NumbersFile) -> ReadNumbers:
        """The numbers in a file, which are not on the list by that."""
        return cleaned(self._read(await self._asked("POST", "do-not-call", "file", asked=file), decode_read_numbers))

    async def take_off(self, number: str) -> None:
        """Have a number called again that was imported or typed."""
        await self._do("POST", "do-not-call", "take-off", asked=OneNumber(number))

    async def keep_until(self) -> KeepUntil:
        """Until when the campaign's voters are kept."""
        return self._read(await self._asked("GET", "keep-until"), decode_keep_until)

    async def set_keep_until(self, day: KeepUntil) -> None:
        """Keep them until then."""
        await self._do("PUT", "keep-until", asked=day)

    async def audit(self, before: int = 0) -> AuditLog:
        """What supervisors did, the newest first; those before one of them, or the last."""
        older = {"before": before} if before else None
        return cleaned(self._read(await self._asked("GET", "audit", wanted=older), decode_audit))

    # ----------------------------------------------------------------------------------------------------------------

    async def _do(self, method: str, *names: str, asked: Struct | None = None) -> None:
        self._done(await self._asked(method, *names, asked=asked))

    async def _asked(
        self, method: str, *names: str, asked: Struct | None = None, wanted: Mapping[str, str | int] | None = None
    ) -> Answer:
        """The answer. Raises `Busy` with what holds for all but the evening: that nobody asks it again by itself."""
        answer = await self._ask(method, self._path(*names, wanted=wanted), asked)
        if answer.status >= 400 and isinstance(failure := self._failure(answer), Busy):
            raise Busy(
                tr(
                    "{host} cannot answer just now; see whether it was done, and try again if it was not.",
                    host=self.host,
                ),
                failure.retry_after,
            )
        return answer

    def _path(self, *names: str, wanted: Mapping[str, str | int] | None = None) -> str:
        path = "/".join(quote(name, safe="") for name in ("campaigns", self.campaign_id, *names))
        return f"/v1/{path}?{urlencode(wanted)}" if wanted else f"/v1/{path}"
