"""What a caller did, told to Zetkin: what stands of a call at the end is sent, and a receipt built from what is there.

Zetkin knows no event's id. So a call is read back before anything of it is repeated, and once more after it was
reported; answers go before the report, since a caller may send none after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
from msgspec import Raw, Struct

from phonetui.client.campaign_server import NoExchange, Offline
from phonetui.client.zetkin_calls import OpenCalls
from phonetui.client.zetkin_notebook import SIGN_UP, Notebook
from phonetui.client.zetkin_script import Given, given, in_words, moment
from phonetui.client.zetkin_voters import Ticket, ticket_of
from phonetui.client.zetkin_web import Declined, Undone, ZetkinWeb
from phonetui.client.zetkin_wire import Call, Nothing, Response, Submission, Survey
from phonetui.core.event import (
    AnyEvent,
    Attempt,
    Dial,
    FollowUpSent,
    HelpQuestion,
    Outcome,
    Remark,
    Report,
    Skip,
    current,
    decode,
)
from phonetui.core.translation import tr
from phonetui.core.zetkin_states import TAKEN_BACK, UNFINISHED, CallReport, report
from phonetui.wire import REJECTIONS, Receipt, digest

#: In English, as all that a campaign's side reads.
_ABOUT = "Wrong on record, the {about}: {text}"
_SCRIPT = "About the script: {text}"
MAYBE = "These answers to the survey “{survey}” may be here already, or be missing: {answers}"
_NOT_TAKEN = "Zetkin did not take these answers to the survey “{survey}”: {answers}"
_MAYBE_SIGNED_UP = "The sign-up for event {event} may be here already, or be missing."
_ALONE_HOLD = "Of all that was sent to the survey “{survey}” in this call, these answers alone hold: {answers}"
_HOLD_NO_MORE = "The answers to the survey “{survey}” that were sent in this call hold no more."
_SIGN_UP_ALONE_HOLDS = "Of the sign-ups that were sent in this call, the one for event {event} alone holds."
_SIGN_UP_HOLDS_NO_MORE = "The sign-up that was sent in this call holds no more."
_NO_SIGN_UP = "Zetkin did not take the sign-up for event {event}."


class Rejection(Exception):
    """A call that cannot be reported; `code` is one of `wire.REJECTIONS`."""

    def __init__(self, code: str, **of: str) -> None:
        super().__init__(code)
        self.code = code
        self.of = of


class Sent(Struct, frozen=True):
    """An event, and the digest of the bytes that are to be acknowledged."""

    event: AnyEvent
    digest: str


class Reports:
    """Reports calls of one assignment. `surveys` are those that it asks, by id, as far as they are known."""

    def __init__(self, web: ZetkinWeb, calls: OpenCalls, notebook: Notebook, *, with_notes: bool = True) -> None:
        self._web = web
        self._calls = calls
        self._notebook = notebook
        self.with_notes = with_notes
        self.surveys: Mapping[int, Survey] = {}

    async def settle(self, events: Sequence[Raw], in_time: Callable[[], bool]) -> tuple[list[Receipt], int]:
        """Receipts for the events that Zetkin has, or never takes, and the highest `seq` among them.

        Raises `NoExchange` where there is none. Once `in_time` says no, the rest is left for the next time.
        """
        receipts, through, by_call = _sorted(events)
        for ticket, sent in by_call.items():
            try:
                found = await self._settled(ticket, sent)
            except Rejection as rejection:
                found = [_stored(each) for each in sent if _needs_no_word(each.event)]
                found += [
                    _rejected(each, rejection.code, **rejection.of) for each in sent if not _needs_no_word(each.event)
                ]
            except NoExchange:
                if not receipts:
                    raise
                break
            settled = {receipt.id for receipt in found}
            receipts += found
            through = max([through, *(each.event.seq for each in sent if each.event.id in settled)])
            if not in_time():
                break
        return receipts, through

    async def _settled(self, ticket: Ticket, sent: Sequence[Sent]) -> list[Receipt]:
        """Receipts for the events of one call; none yet for words about a voter that wait for their call's result."""
        done = [each for each in sent if _needs_no_word(each.event)]
        told = [each for each in sent if isinstance(each.event, Report | Remark)]
        tries = sorted(
            (each for each in sent if each not in done and each not in told), key=lambda each: each.event.seq
        )
        if not tries:
            if told and not await self._calls.is_open(ticket):
                raise Rejection("zetkin-gone")
            return [_stored(each) for each in done]
        last = tries[-1].event
        if isinstance(last, Skip):
            await self._calls.give_back(ticket)
            gone = [_rejected(each, "zetkin-gone") for each in told]
            return [*gone, *(_stored(each) for each in (*done, *tries))]
        stands = current(each.event for each in tries if isinstance(each.event, Attempt))
        outcomes = sorted(stands.values(), key=lambda outcome: outcome.seq)
        if outcomes:
            await self._report(ticket, outcomes, [_said(each.event) for each in told])
        else:
            await self._take_back(ticket)
        return [_stored(each) for each in sent]

    async def _report(self, ticket: Ticket, outcomes: Sequence[Outcome], words: Sequence[str]) -> None:
        """The last outcome, with the answers of all of them."""
        call = await self._calls.read(ticket)
        if call is None:
            raise Rejection("zetkin-gone")
        answers = {key: value for outcome in outcomes for key, value in outcome.answers.items()}
        missing = await self._send_answers(ticket, call, answers)
        told = dict.fromkeys([*_told_before(call), *words, *missing])
        made = report(outcomes[-1], [*told], with_notes=self.with_notes)
        if made is None:
            raise Rejection("zetkin-has-no")
        if not _stands(call, made):
            await self._patch(ticket, made, "zetkin-says-no")

    async def _take_back(self, ticket: Ticket) -> None:
        call = await self._calls.read(ticket)
        if call is None:
            raise Rejection("zetkin-gone")
        if call.state != UNFINISHED:
            told = _told_before(call)
            made = msgspec.structs.replace(
                TAKEN_BACK, message_to_organizer="\n".join(told) or None, organizer_action_needed=bool(told)
            )
            await self._patch(ticket, made, "zetkin-keeps-it")

    async def _patch(self, ticket: Ticket, made: CallReport, otherwise: str) -> None:
        """Have the call be so, and see that it is; raises `Offline` where it is not, so that it is tried again."""
        try:
            call = await self._calls.report(ticket, made)
        except Declined as declined:
            raise Rejection("zetkin-gone" if declined.status == 404 else otherwise, words=declined.words) from None
        if call is None or call.state != made.state:
            raise Offline(tr("Zetkin took a report and does not show it; it is sent again by itself."))

    # -- answers -----------------------------------------------------------------------------------------------------

    async def _send_answers(self, ticket: Ticket, call: Call, answers: dict[str, str]) -> list[str]:
        """Send them; words for the organiser about those that Zetkin did not take, may have, or has beside these."""
        found, words, now = given(answers), [], dict[int, str]()
        for survey_id, responses in found.surveys.items():
            body = Submission(responses, call.target.id)
            now[survey_id] = self._notebook.digest(msgspec.json.encode(body))
            why = await self._send_survey(ticket, survey_id, now[survey_id], body)
            words += [self._about_survey(why, survey_id, responses)] if why else []
        if found.action_id:
            now[SIGN_UP] = self._notebook.digest(f"event {found.action_id}".encode())
            why = await self._sign_up(ticket, call, found.action_id, now[SIGN_UP])
            words += [why.format(event=found.action_id)] if why else []
        return [*words, *await self._overtaken(ticket, found, now)]

    async def _overtaken(self, ticket: Ticket, found: Given, now: Mapping[int, str]) -> list[str]:
        """Words about what was sent in the call before it was changed: Zetkin takes nothing back."""
        words = []
        for survey_id, sent in (await self._notebook.sent(ticket.call)).items():
            digest = now.get(survey_id, "")
            if sent == {digest} or (digest and digest not in sent):  # what it did not take has its own words
                continue
            if survey_id == SIGN_UP:
                words.append((_SIGN_UP_ALONE_HOLDS if digest else _SIGN_UP_HOLDS_NO_MORE).format(event=found.action_id))
            else:
                why = _ALONE_HOLD if digest else _HOLD_NO_MORE
                words.append(self._about_survey(why, survey_id, found.surveys.get(survey_id, ())))
        return words

    def _about_survey(self, why: str, survey_id: int, responses: tuple[Response, ...]) -> str:
        survey = self.surveys.get(survey_id)
        title = (survey.title if survey else "") or survey_id
        return why.format(survey=title, answers=in_words(responses, survey))

    async def _send_survey(self, ticket: Ticket, survey_id: int, mark: str, body: Submission) -> str:
        """Nothing once Zetkin has the answers, else what to say of them. They are never sent again after a doubt."""
        known = await self._notebook.standing(ticket.call, survey_id, mark)
        if known is not None:
            return MAYBE if known == "begun" else ""
        path = f"/orgs/{ticket.org}/surveys/{survey_id}/submissions"
        taken = await self._send_noted(ticket, survey_id, mark, "POST", path, body)
        return "" if taken else _NOT_TAKEN

    async def _sign_up(self, ticket: Ticket, call: Call, action_id: int, mark: str) -> str:
        """Likewise; but the same sign-up twice is one, so that a doubt is ended by sending it again."""
        known = await self._notebook.standing(ticket.call, SIGN_UP, mark)
        if known == "stored":  # after the call Zetkin may decline even what it has
            return ""
        path = f"/orgs/{ticket.org}/actions/{action_id}/responses/{call.target.id}"
        taken = await self._send_noted(ticket, SIGN_UP, mark, "PUT", path, Nothing())
        if taken:
            return ""
        return _MAYBE_SIGNED_UP if known == "begun" else _NO_SIGN_UP

    async def _send_noted(
        self, ticket: Ticket, survey_id: int, mark: str, method: str, path: str, body: Submission | Nothing
    ) -> bool:
        """Whether Zetkin took it, with a line in the notebook; what it certainly did not do leaves none behind."""
        before = await self._notebook.standing(ticket.call, survey_id, mark)
        await self._notebook.note(ticket.call, survey_id, mark, "begun")
        try:
            await self._web.send_once(method, path, body)
        except Undone as undone:
            await self._notebook.note(ticket.call, survey_id, mark, before)
            if undone.refused:
                return False
            raise undone.why from None
        await self._notebook.note(ticket.call, survey_id, mark, "stored")
        return True


def _sorted(events: Iterable[Raw]) -> tuple[list[Receipt], int, dict[Ticket, list[Sent]]]:
    """The events by their calls, in the order of the first of each; receipts for those that are about none."""
    receipts: list[Receipt] = []
    through, by_call = 0, dict[Ticket, list[Sent]]()
    for body in events:
        sent = _read(body)
        if sent is None:
            continue
        ticket = ticket_of(sent.event.ticket)
        if isinstance(sent.event, HelpQuestion):
            receipts.append(_rejected(sent, "zetkin-asks-nobody"))
        elif ticket is None:
            receipts.append(_rejected(sent, "no-ticket"))
        else:
            by_call.setdefault(ticket, []).append(sent)
            continue
        through = max(through, sent.event.seq)
    return receipts, through, by_call


def _read(body: Raw) -> Sent | None:
    """None for an event of a newer phonetui, which that one sends."""
    try:
        return Sent(decode(body), digest(memoryview(body)))
    except msgspec.DecodeError:
        return None


def _needs_no_word(event: AnyEvent) -> bool:
    """Whether Zetkin keeps nothing of the kind: the call's report says that it was dialed."""
    return isinstance(event, Dial | FollowUpSent)


def _said(event: AnyEvent) -> str:
    match event:
        case Report():
            return _ABOUT.format(about=event.about, text=event.text)
        case Remark():
            return _SCRIPT.format(text=event.text)
    return ""


def _told_before(call: Call) -> list[str]:
    """What stands in the message to the organiser already beside the result, which a later report must not wipe out."""
    beginnings = tuple(
        each.partition("{")[0] for each in (_ABOUT, _SCRIPT, MAYBE, _NOT_TAKEN, _MAYBE_SIGNED_UP, _NO_SIGN_UP)
    )
    return [line for line in (call.message_to_organizer or "").splitlines() if line.startswith(beginnings)]


def _stands(call: Call, made: CallReport) -> bool:
    """Whether the call is reported so already; line ends and blanks may be another system's own."""
    texts = ((call.notes, made.notes), (call.message_to_organizer, made.message_to_organizer))
    alike = all((there or "").split() == (here or "").split() for there, here in texts)
    needed = bool(call.organizer_action_needed) == made.organizer_action_needed
    promised = made.call_back_after is None or moment(call.call_back_after) == moment(made.call_back_after)
    return call.state == made.state and alike and needed and promised


def _stored(sent: Sent) -> Receipt:
    return Receipt(sent.event.id, sent.digest, "stored")


def _rejected(sent: Sent, code: str, **of: str) -> Receipt:
    return Receipt(sent.event.id, sent.digest, "rejected", REJECTIONS[code].format_map(of), code, of)
