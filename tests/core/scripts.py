"""Scripts written down in few words, and people to read them to."""

from __future__ import annotations

from datetime import date

import msgspec

from phonetui.core import script
from phonetui.core.campaign import Answer, Campaign, Condition, Question, QuestionKind, Step
from phonetui.core.conditions import Listener
from phonetui.core.script import Place
from phonetui.core.voter import Voter
from tests.core.example import CAMPAIGN

TODAY = date(2026, 11, 20)
DISCLOSURE = CAMPAIGN.steps[0]


def campaign(*steps: Step) -> Campaign:
    """The example's campaign with these steps after its disclosure."""
    return msgspec.structs.replace(CAMPAIGN, steps=(DISCLOSURE, *steps))


def say(step_id: str, when: Condition | None = None, unless: Condition | None = None, goto: str = "") -> Step:
    """A step that only says something."""
    return Step(step_id, {"en": step_id}, when=when, unless=unless, goto=goto)


def ask(question_id: str, *answers: str, kind: QuestionKind = "one", when: Condition | None = None) -> Step:
    """A step with a question of its own name; an answer may say where it leads, `no>end`."""
    parts = [answer.partition(">") for answer in answers]
    choices = tuple(Answer(name, {"en": name}, goto) for name, _, goto in parts)
    return Step(question_id, question=Question(question_id, {"en": f"{question_id}?"}, choices, kind), when=when)


END = Step("end", {"en": "Bye!"}, ends=True)


def somebody(today: date = TODAY, **of_voter: object) -> Listener:
    """Somebody of whom nothing else is known."""
    return Listener(msgspec.structs.replace(Voter("v", "Ann", "Doe"), **of_voter), today)


class Caller:
    """Goes through a script: a digit answers, `+` goes on, `-` goes back."""

    def __init__(self, script_of: Campaign, listener: Listener | None = None) -> None:
        self.campaign = script_of
        self.listener = listener or somebody()
        self.place: Place = script.start(script_of)

    def presses(self, keys: str) -> Caller:
        for key in keys:
            if key.isdigit():
                answered = script.answer(self.campaign, self.listener, self.place, int(key))
                assert answered is not None, f"{key} is no answer at {self.place.step_id}"
                self.place = answered
            elif key == "+":
                self.place = script.forward(self.campaign, self.listener, self.place)
            else:
                self.place = script.back(self.campaign, self.listener, self.place)
        return self

    def types(self, text: str, part: str = "") -> Caller:
        part = part or self.place.step_id
        self.place = script.type_in(self.campaign, self.listener, self.place, part, text)
        if script.is_complete(self.campaign, self.place, part):
            self.place = script.forward(self.campaign, self.listener, self.place)
        return self

    @property
    def way(self) -> str:
        """The steps visited after the disclosure."""
        return " ".join(self.place.steps[1:])
