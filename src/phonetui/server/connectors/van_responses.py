"""What is told of one outcome: a canvass response, and a sentence on what VAN does not take."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from msgspec import Struct

from phonetui.core.event import Outcome
from phonetui.core.push import Outgoing
from phonetui.server.connectors.connector import Setup, SystemRefused
from phonetui.server.connectors.van_answers import Answered, Answers, Coded, Unsaid
from phonetui.server.connectors.van_results import CANVASSED, Results
from phonetui.server.connectors.van_server import VanServer

#: VAN drops a response that matches one of the last hour, or about so. A repeat after less is surely matched ...
SURELY_MATCHED = timedelta(minutes=50)
#: ... and what was told so long before is surely not.
SURELY_FORGOTTEN = timedelta(minutes=75)

Json = dict[str, object]


class Content(Struct, frozen=True):
    """What VAN takes of an outcome: a result code, or responses, which imply Canvassed."""

    result_code_id: int | None
    told: tuple[Answered | Coded, ...]
    unsaid: tuple[Unsaid, ...]

    @property
    def codes(self) -> list[Coded]:
        """The activist codes that it applies."""
        return [one for one in self.told if isinstance(one, Coded)]


class Telling(Struct, frozen=True):
    """The body of a canvass response; None where VAN would hear nothing new. `said` is what is lost.

    `known_by` is the same for all that VAN would take for the same. `in_part`: somebody may mend why something is lost.
    """

    body: Json | None
    said: str
    known_by: str
    in_part: bool


class Responses:
    """Makes canvass responses."""

    def __init__(self, setup: Setup, server: VanServer) -> None:
        context = server.context
        self._setup = setup
        self._server = server
        self._context = context
        self._zone = ZoneInfo(setup.campaign.zone)
        self.results = Results(setup.campaign, setup.dispositions, context.result_codes)

    def of(self, one: Outgoing, outcome: Outcome, *, doubt_since: datetime | None) -> Telling:
        """What is told of it now. Raises `SystemRefused` where something has to be mended first."""
        content = self._content(outcome)
        retired = [unsaid.why for unsaid in content.unsaid if unsaid.mend == "must"]
        if retired:
            raise SystemRefused(" ".join(retired))
        before = self._before(one)
        said = self._kept_here(outcome, content)
        known_by, in_part = _known_by(outcome, content), any(unsaid.mend == "may" for unsaid in content.unsaid)
        if one.remote_id == known_by:
            nothing = [] if one.is_retold else ["The correction changes nothing that NGP VAN takes."]
            return Telling(None, " ".join([*nothing, *said]), known_by, in_part)
        matched = doubt_since is not None and self._is_matched(one, outcome, doubt_since)
        no_longer = [code for code in before.codes if code not in content.told] if before else []
        takes_off = self.results.is_canvassed(outcome.disposition)
        if one.corrects:
            said.append(self._kept_there(one, [] if takes_off else no_longer))
        if doubt_since is not None and not matched:
            said.append("NGP VAN may have it twice: its first answer was lost.")
        removed = [_response(code, "Remove") for code in no_longer] if takes_off else []
        responses = [*map(_response, content.told), *removed]
        body: Json = {
            "canvassContext": self._canvass_context(one, skip_matching=not matched),
            "resultCodeId": None if responses else content.result_code_id,
            "responses": responses or None,
        }
        return Telling(body, " ".join(said), known_by, in_part)

    def _before(self, one: Outgoing) -> Content | None:
        """What VAN was told of what this one corrects, as far as that is still known."""
        try:
            return self._content(one.corrected) if one.corrected else None
        except SystemRefused:
            return None

    def _content(self, outcome: Outcome) -> Content:
        if not self.results.is_canvassed(outcome.disposition):
            code = self.results.code(outcome.disposition)
            why = f"NGP VAN takes answers with {CANVASSED} alone, so it was told {code.name} without them."
            return Content(code.result_code_id, (), (Unsaid(why),) if outcome.answers else ())
        found = self._answers.of(outcome.answers) if outcome.answers else []
        told = tuple(one for one in found if isinstance(one, Answered | Coded))
        unsaid = tuple(one for one in found if isinstance(one, Unsaid))
        code_id = None if told else self.results.code(outcome.disposition).result_code_id
        return Content(code_id, told, unsaid)

    @cached_property
    def _answers(self) -> Answers:
        setup = self._setup
        return Answers(setup.campaign, setup.answers, self._server.survey_questions, self._server.activist_codes)

    def _canvass_context(self, one: Outgoing, *, skip_matching: bool) -> Json:
        """How, when and on which number; VAN cuts the date out of the time as it is written."""
        context: Json = {
            "contactTypeId": self._context.contact_type_id,
            "inputTypeId": self._context.input_type_id,
            "dateCanvassed": one.at.astimezone(self._zone).isoformat(timespec="seconds"),
            "skipMatching": skip_matching,
        }
        phone_id = self._setup.remote_ids.find("phone", one.file_id, one.number) if one.number else ""
        if phone_id.isdecimal():
            context["phoneId"] = int(phone_id)
        elif one.number:
            context["phone"] = {"dialingPrefix": one.number[1:-10], "phoneNumber": one.number[-10:]}
        return context

    def _is_matched(self, one: Outgoing, outcome: Outcome, doubt_since: datetime) -> bool:
        """Whether VAN's rule can tell this repeat from a first time.

        Without `skipMatching` it drops the repeat if the first time did arrive. It would also drop it for any other
        response with the same result that it has of this voter and hour, and then this one might never be there. What
        was told in part is such another.
        """
        now = self._setup.clock()
        if self._setup.told is None or one.is_retold or now - doubt_since >= SURELY_MATCHED:
            return False
        others = self._setup.told(one.voter_id, now - SURELY_FORGOTTEN)
        results = {self._result(other) for other in others if isinstance(other, Outcome) and other.id != one.event_id}
        return self._result(outcome) not in results

    def _result(self, outcome: Outcome) -> str:
        """The result as VAN matches it: answers imply Canvassed."""
        return CANVASSED if self.results.is_canvassed(outcome.disposition) else self.results.name(outcome.disposition)

    def _kept_here(self, outcome: Outcome, content: Content) -> list[str]:
        """What of the outcome VAN does not take."""
        told = list(dict.fromkeys(unsaid.why for unsaid in content.unsaid))
        kept = [name for name, is_there in _ONLY_HERE if is_there(outcome)]
        return [*told, f"Only here: {' and '.join(kept)}."] if kept else told

    def _kept_there(self, one: Outgoing, codes: list[Coded]) -> str:
        """What of the outcome that this one corrects stays in VAN; codes cannot be taken off with a result code."""
        name = self.results.name(one.corrected.disposition) if one.corrected else ""
        also = f", and applied {', '.join(map(self._answers.name, codes))}" if codes else ""
        return f"A correction is a second response: NGP VAN keeps {name or 'the first'}, too{also}."


_ONLY_HERE: tuple[tuple[str, Callable[[Outcome], bool]], ...] = (
    ("the note", lambda outcome: bool(outcome.note)),
    ("the time to call again", lambda outcome: outcome.call_at is not None),
)


def _response(told: Answered | Coded, action: str = "Apply") -> Json:
    if isinstance(told, Coded):
        return {"type": "ActivistCode", "activistCodeId": told.activist_code_id, "action": action}
    return {
        "type": "SurveyResponse",
        "surveyQuestionId": told.survey_question_id,
        "surveyResponseId": told.survey_response_id,
    }


def _known_by(outcome: Outcome, content: Content) -> str:
    """What is remembered of what VAN was told, for VAN names nothing, and the mapping may change."""
    told = (outcome.number_ending, content.result_code_id, sorted(map(repr, content.told)))
    return hashlib.sha256(repr(told).encode()).hexdigest()


def take_back(results: Results, corrected: Outcome | None) -> str:
    """What is said of an outcome that was taken back here and that VAN keeps."""
    name = results.name(corrected.disposition) if corrected else ""
    return f"NGP VAN takes nothing back: it keeps {name or 'what it was told'}; remove it there by hand."
