"""A campaign's answers as VAN's survey responses and activist codes.

They are found by what the connection's file says, else by the ids of the script that `script` wrote: `sq_12` and
`sr_34` of a survey question and its response, `ac_56` of an activist code; else a question and an answer by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from phonetui.core.campaign import TYPED, Answer, Campaign, Question
from phonetui.core.conditions import BETWEEN
from phonetui.server.connectors.van_wire import ActivistCode, SurveyQuestion, SurveyResponse, is_active, plain

_ID = re.compile(r"(sr|ac)_(\d+)", re.ASCII)
_QUESTION = re.compile(r"sq_(\d+)", re.ASCII)
_CODE_QUESTION = re.compile(r"ac_(\d+)", re.ASCII)
#: Of a question that is about one activist code, the answers that apply it; any other says nothing to VAN.
YES = frozenset({"yes", "apply"})


class Answered(Struct, frozen=True):
    """A response to a survey question."""

    survey_question_id: int
    survey_response_id: int


class Coded(Struct, frozen=True):
    """An activist code that is applied."""

    activist_code_id: int


class Unsaid(Struct, frozen=True):
    """An answer that VAN is not told, and why. `mend`: whether somebody may mend that, or must, before all is told.

    They must where VAN once took the answer, and what it went to was retired.
    """

    why: str
    mend: Literal["never", "may", "must"] = "never"


class Nothing(Struct, frozen=True):
    """An answer that VAN has no need of: an activist code that was not wanted."""


Found = Answered | Coded | Unsaid | Nothing


class Answers:
    """`named` is what the file calls an answer in VAN, by question."""

    def __init__(
        self,
        campaign: Campaign,
        named: Mapping[str, Mapping[str, str]],
        questions: Sequence[SurveyQuestion],
        codes: Sequence[ActivistCode],
    ) -> None:
        self._asked = {step.question.id: step.question for step in campaign.steps if step.question}
        self._named = named
        self._questions = questions
        self._codes = codes

    def of(self, answers: Mapping[str, str]) -> list[Found]:
        """What VAN is told of the answers that an outcome has."""
        found = [
            self.find(question_id, answer)
            for question_id, given in answers.items()
            for answer in self._each(question_id, given)
        ]
        return list(_one_response_a_question(found))

    def find(self, question_id: str, answer_id: str) -> Found:
        """The counterpart of one answer."""
        if written := self._named.get(question_id, {}).get(answer_id):
            return self._written(question_id, written)
        if of_one_code := _CODE_QUESTION.fullmatch(question_id):
            return self._code(int(of_one_code[1])) if answer_id in YES else Nothing()
        if carried := _ID.fullmatch(answer_id):
            return self._by_id(carried[1], int(carried[2]))
        return self._by_name(question_id, answer_id)

    def without_counterpart(self) -> Iterator[str]:
        """Why answers of the campaign cannot be told, each reason once."""
        why: dict[str, None] = {}
        for question in self._asked.values():
            found = [self.find(question.id, answer.id) for answer in question.answers] or [_typed(question.id)]
            why |= dict.fromkeys(one.why for one in found if isinstance(one, Unsaid))
        yield from why

    def name(self, code: Coded) -> str:
        """What the activist code is called."""
        known = {one.activist_code_id: one.name for one in self._codes}
        return known.get(code.activist_code_id, f"ac_{code.activist_code_id}")

    def _each(self, question_id: str, given: str) -> Iterable[str]:
        question = self._asked.get(question_id)
        typed = question is not None and question.kind in TYPED
        return (given,) if typed else dict.fromkeys(filter(None, map(str.strip, given.split(BETWEEN))))

    def _written(self, question_id: str, written: str) -> Found:
        """What the file says: an id, an activist code's name, a response's, or `Question: Response`."""
        if carried := _ID.fullmatch(written):
            return self._by_id(carried[1], int(carried[2]))
        named_codes = [code for code in self._codes if plain(code.name) == plain(written)]
        if named_codes:
            return self._code(named_codes[0].activist_code_id)
        ours = self._asked_there(question_id)
        responses = [
            (question, response)
            for question in self._questions
            for response in question.responses
            if plain(f"{question.name}{response.name}") == plain(written)
            or (question in ours and plain(response.name) == plain(written))
        ]
        if responses:
            return self._response(*responses[0])
        return Unsaid(
            f"NGP VAN has nothing called `{written}`, which `answers:` names for `{question_id}`; look what it is "
            "called there now.",
            "must",
        )

    def _by_id(self, kind: str, found_id: int) -> Found:
        if kind == "ac":
            return self._code(found_id)
        for question in self._questions:
            for response in question.responses:
                if response.survey_response_id == found_id:
                    return self._response(question, response)
        return _gone(f"the survey response sr_{found_id}")

    def _code(self, code_id: int) -> Found:
        code = next((code for code in self._codes if code.activist_code_id == code_id), None)
        if code is None:
            return _gone(f"the activist code ac_{code_id}")
        return Coded(code_id) if is_active(code) else _gone(f"the activist code {code.name}, ac_{code_id},")

    def _response(self, question: SurveyQuestion, response: SurveyResponse) -> Found:
        if not is_active(question):
            return _gone(_called(question))
        return Answered(question.survey_question_id, response.survey_response_id)

    def _by_name(self, question_id: str, answer_id: str) -> Found:
        asked = self._asked.get(question_id)
        if asked is None:
            return Unsaid(f"The script no longer asks `{question_id}`, so NGP VAN is not told the answer.")
        if asked.kind in TYPED:
            return _typed(question_id)
        there = self._asked_there(question_id)
        active = [question for question in there if is_active(question)]
        if (_QUESTION.fullmatch(question_id) and not active) or (there and not active):
            return _gone(_called(there[0]) if there else f"the survey question {question_id}")
        if not active:
            return Unsaid(
                f"NGP VAN asks nothing like `{question_id}`, so its answers stay here; if they should be told, write "
                "what each is there under `answers:`.",
                "may",
            )
        if len(active) > 1:
            ids = ", ".join(f"sq_{question.survey_question_id}" for question in active)
            return Unsaid(
                f"NGP VAN has several questions called {active[0].name} ({ids}); write under `answers:` which response "
                f"each answer to `{question_id}` is.",
                "may",
            )
        names = _names(next((one for one in asked.answers if one.id == answer_id), Answer(answer_id, {})))
        for response in active[0].responses:
            if plain(response.name) in names:
                return self._response(active[0], response)
        return Unsaid(
            f"NGP VAN has no counterpart of `{answer_id}` to `{question_id}`; if it should have one, write it under "
            "`answers:`.",
            "may",
        )

    def _asked_there(self, question_id: str) -> list[SurveyQuestion]:
        """VAN's survey question of that id, else those of the same name, or with the same words."""
        if carried := _QUESTION.fullmatch(question_id):
            return [question for question in self._questions if question.survey_question_id == int(carried[1])]
        asked = self._asked.get(question_id)
        names = _names(asked) if asked else {plain(question_id)}
        return [
            question
            for question in self._questions
            if not names.isdisjoint({plain(question.name), plain(question.script_question or "")})
        ]


def _names(of: Question | Answer) -> set[str]:
    words = of.ask if isinstance(of, Question) else of.label
    return {plain(name) for name in (of.id, *words.values())} - {""}


def _one_response_a_question(found: Iterable[Found]) -> Iterator[Found]:
    """VAN keeps one response a survey question: the first is told."""
    told: dict[int, Answered] = {}
    for one in found:
        if not isinstance(one, Answered) or told.setdefault(one.survey_question_id, one) is one:
            yield one
        elif told[one.survey_question_id] != one:
            yield Unsaid(f"NGP VAN keeps one response to sq_{one.survey_question_id}; the first was told.")


def _called(question: SurveyQuestion) -> str:
    return f"the survey question {question.name}, sq_{question.survey_question_id},"


def _typed(question_id: str) -> Unsaid:
    return Unsaid(f"NGP VAN takes no answers in words or numbers: those to `{question_id}` stay here.")


def _gone(what: str) -> Unsaid:
    return Unsaid(
        f"NGP VAN no longer has {what} in use; make it active there, or name another under `answers:`.", "must"
    )
