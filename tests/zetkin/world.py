"""What a stand-in for Zetkin holds, and its rules: it takes exactly what Zetkin is known to take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: Everything that stands in a body or an answer.
Json = Any

ORG, USER, ASSIGNMENT, SURVEY, OTHER_SURVEY, EVENT = 7, 31, 5, 61, 62, 81
CLIENT, SECRET = "phonetui-test", "a-secret:of/ours"
#: Pages of a list are no longer than this, whatever was asked for.
LONGEST_PAGE = 10
STATES = (0, 1, 11, 12, 13, 14, 15, 21)
PATCHED: Mapping[str, tuple[type, ...]] = {
    "state": (int,),
    "call_back_after": (str, type(None)),
    "message_to_organizer": (str, type(None)),
    "notes": (str, type(None)),
    "organizer_action_needed": (bool,),
}


class Declined(Exception):
    """The request is answered with this status; `why` goes with it."""

    def __init__(self, status: int, why: str, *, ours: bool = False) -> None:
        """`ours`: whoever asked knows the interface badly, and a test is to fail."""
        super().__init__(why)
        self.status = status
        self.ours = ours


def person(number: int) -> Json:
    """One of the people to call."""
    return {
        "id": 1000 + number,
        "first_name": f"Ana{number}",
        "last_name": "Lind",
        "phone": f"070-12 34 {number:03}",
        "alt_phone": None,
        "email": f"ana{number}@example.org",
        "street_address": f"Storgatan {number}",
        "co_address": None,
        "zip_code": "111 22",
        "city": "Stockholm",
        "country": "SE",
        "gender": None,
        "tags": [{"id": 1, "title": "Member"}],
        "call_log": [{"id": 1, "state": 11, "update_time": "2026-09-01T17:00:00+00:00", "notes": "dog barks"}],
        "past_actions": {"num_actions": 0, "last_action": None},
        "future_actions": [],
    }


def option(option_id: int, text: str) -> Json:
    """An answer to choose."""
    return {"id": option_id, "text": text}


def question(element_id: int, text: str, options: list[Json] | None = None, widget: str | None = None) -> Json:
    """An element of a survey; with a `widget` of radio one answer is chosen, else several."""
    asked: Json = {"question": text, "description": None, "required": False, "response_type": "text"}
    asked["response_config"] = {"multiline": False}
    if options is not None:
        asked |= {"response_type": "options", "response_config": {"widget_type": widget} if widget else {}}
        asked["options"] = options
    return {"id": element_id, "hidden": False, "type": "question", "question": asked}


def usual_survey() -> Json:
    """One of each kind of question, text that nobody answers, and a hidden one."""
    return {
        "id": SURVEY,
        "title": "Support",
        "elements": [
            {"id": 600, "hidden": False, "type": "text", "text_block": {"header": "Read this", "content": "…"}},
            question(601, "Do you support us?", [option(1, "Yes"), option(2, "No")], "radio"),
            question(602, "What could you do?", [option(3, "Call"), option(4, "Cook"), option(5, "Walk")]),
            question(603, "Anything else?"),
            {**question(604, "Hidden?"), "hidden": True},
        ],
    }


def assignment() -> Json:
    """The call assignment, with instructions that no terminal may show as they are."""
    return {
        "id": ASSIGNMENT,
        "title": "Autumn calls",
        "description": "Calls before the congress.",
        "instructions": "<p>Say <b>hello</b> to {first_name}.</p><script>alert(1)</script><ul><li>Be kind\x1b[31m</li>"
        f'</ul><a href="https://app.example.org/o/{ORG}/surveys/{SURVEY}">the survey</a>',
        "organization": {"id": ORG, "title": "Riverside Union"},
        "cooldown": 3,
        "start_date": "2026-01-01",
        "end_date": None,
        "disable_caller_notes": False,
        "expose_target_details": True,
    }


@dataclass
class World:
    """Everything that Zetkin knows. `complaints` is what was asked against its interface: a test sees to it."""

    people: dict[int, Json] = field(default_factory=dict)
    queue: list[int] = field(default_factory=list)
    calls: dict[int, Json] = field(default_factory=dict)
    assignments: list[Json] = field(default_factory=lambda: [assignment()])
    surveys: dict[int, Json] = field(default_factory=lambda: {SURVEY: usual_survey()})
    submissions: list[tuple[int, int, Json]] = field(default_factory=list)
    sign_ups: list[tuple[int, int]] = field(default_factory=list)
    patches: list[tuple[int, int]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    refresh_tokens: set[str] = field(default_factory=set)
    codes: dict[str, str] = field(default_factory=dict)
    granted: int = 0
    reopens: bool = True
    frozen: bool = False
    forgets: bool = False
    gives_single_calls: bool = True
    takes_late_sign_ups: bool = True

    @classmethod
    def with_people(cls, count: int) -> World:
        """So many to call."""
        people = {each["id"]: each for each in map(person, range(1, count + 1))}
        return cls(people, list(people))

    # -- logging in --------------------------------------------------------------------------------------------------

    def grant(self) -> Json:
        """New tokens; the old ones are none any more."""
        self.granted += 1
        self.tokens, self.refresh_tokens = {f"access-{self.granted}"}, {f"refresh-{self.granted}"}
        return {
            "access_token": f"access-{self.granted}",
            "refresh_token": f"refresh-{self.granted}",
            "token_type": "bearer",
            "expires_in": 3600,
        }

    def token(self, form: Mapping[str, str]) -> Json:
        """`POST /oauth/token/`."""
        if form.get("grant_type") == "authorization_code" and set(form) == {"grant_type", "code", "redirect_uri"}:
            if self.codes.pop(form["code"], None) != form["redirect_uri"]:
                raise Declined(400, "invalid_grant")
            return self.grant()
        if form.get("grant_type") == "refresh_token" and set(form) == {"grant_type", "refresh_token"}:
            if form["refresh_token"] not in self.refresh_tokens:
                raise Declined(400, "invalid_grant")
            return self.grant()
        raise Declined(400, f"no such grant: {sorted(form)}", ours=True)

    # -- calls -------------------------------------------------------------------------------------------------------

    def allocate(self, body: Json) -> Json:
        """The next of the queue."""
        if body != {}:
            raise Declined(400, "queue/head takes no field", ours=True)
        if not self.queue:
            raise Declined(404, "No more targets in the queue")
        return self.call(self.queue.pop(0))

    def call(self, target: int) -> Json:
        """A call that is allocated to the caller."""
        call_id = 9001 + len(self.calls)
        self.calls[call_id] = {
            "id": call_id,
            "assignment_id": ASSIGNMENT,
            "state": 0,
            "allocation_time": "2026-10-06T16:00:00+00:00",
            "update_time": "2026-10-06T16:00:00+00:00",
            "call_back_after": None,
            "caller": {"id": USER, "name": "Dana Reyes"},
            "notes": None,
            "message_to_organizer": None,
            "organizer_action_needed": False,
            "organizer_action_taken": None,
            "target": self.people[target],
        }
        return self.calls[call_id]

    def own(self, call_id: int) -> Json:
        """A call of this caller's."""
        call = self.calls.get(call_id)
        if call is None or call["caller"]["id"] != USER:
            raise Declined(404, "No such call")
        return call

    def patch(self, call_id: int, body: Json) -> Json:
        """A report."""
        call = self.own(call_id)
        self._check_patch(body)
        if self.frozen:
            raise Declined(403, "The assignment is frozen")
        if body["state"] == 0 and not self.reopens:
            raise Declined(403, "A finished call stays finished")
        if self.forgets:
            return call
        self.patches.append((call_id, body["state"]))
        call.update({"call_back_after": None, **body})
        return call

    def _check_patch(self, body: Json) -> None:
        for name, value in body.items():
            kinds = PATCHED.get(name)
            if kinds is None or type(value) not in kinds:
                raise Declined(400, f"a call has no {name} of {value!r}", ours=True)
        if body.get("state") not in STATES:
            raise Declined(400, f"no such state: {body.get('state')}", ours=True)
        if "call_back_after" in body and body["state"] not in (13, 14):
            raise Declined(400, f"call_back_after with {body['state']}", ours=True)

    def give_back(self, call_id: int) -> None:
        """Another caller gets the person."""
        call = self.own(call_id)
        if call["state"] != 0:
            raise Declined(403, "A finished call is not given back")
        del self.calls[call_id]
        self.queue.append(call["target"]["id"])
        self.calls[-call_id] = {**call, "id": -call_id, "state": -1, "caller": {"id": 0, "name": ""}}

    # -- answers -----------------------------------------------------------------------------------------------------

    def submit(self, survey_id: int, body: Json) -> Json:
        """A survey, which a caller may answer only during the call."""
        survey = self.survey(survey_id)
        if set(body) != {"responses", "signature"} or type(body["signature"]) is not int:
            raise Declined(400, f"a submission has other fields: {body}", ours=True)
        asked = {each["id"]: each.get("question") for each in survey["elements"]}
        for response in body["responses"]:
            self._check_response(response, asked.get(response.get("question_id")))
        answered = {response["question_id"] for response in body["responses"]}
        if any(each["question"]["required"] for each in self._asked(survey) if each["id"] not in answered):
            raise Declined(400, "A required question was not answered")
        if body["signature"] not in self._being_called():
            raise Declined(403, "You may not sign for this person")
        self.submissions.append((survey_id, body["signature"], body["responses"]))
        return {"id": len(self.submissions)}

    def _asked(self, survey: Json) -> list[Json]:
        """The questions that everybody sees."""
        return [each for each in survey["elements"] if each["type"] == "question" and not each["hidden"]]

    def _being_called(self) -> set[int]:
        """Those about whom the caller may say something."""
        return {each["target"]["id"] for each in self.calls.values() if each["state"] == 0}

    def _check_response(self, response: Json, asked: Json) -> None:
        if asked is None:
            raise Declined(400, f"no such question: {response}", ours=True)
        if asked["response_type"] == "text":
            right = set(response) == {"question_id", "response"} and type(response["response"]) is str
        else:
            known = {each["id"] for each in asked["options"]}
            right = set(response) == {"question_id", "options"} and set(response["options"]) <= known
        if not right:
            raise Declined(400, f"a response has other fields: {response}", ours=True)

    def survey(self, survey_id: int) -> Json:
        """With its elements."""
        if survey_id not in self.surveys:
            raise Declined(404, "No such survey")
        return self.surveys[survey_id]

    def sign_up(self, action_id: int, person_id: int) -> Json:
        """For an event; twice is once."""
        if action_id != EVENT or person_id not in self.people:
            raise Declined(404, "No such event")
        if not self.takes_late_sign_ups and person_id not in self._being_called():
            raise Declined(403, "You may not sign up this person")
        if (action_id, person_id) not in self.sign_ups:
            self.sign_ups.append((action_id, person_id))
        return {"action_id": action_id, "id": person_id, "person": {"id": person_id}}

    def actions(self) -> list[Json]:
        """The events ahead, and one that is over."""
        return [
            {
                "id": 80,
                "title": "Over",
                "start_time": "2026-01-06T18:00:00+00:00",
                "activity": None,
                "location": None,
            },
            {
                "id": EVENT,
                "title": None,
                "start_time": "2199-10-10T16:00:00+00:00",
                "activity": {"id": 1, "title": "Door knocking"},
                "location": {"id": 2, "title": "Town hall"},
            },
        ]

    # -- what a test asks --------------------------------------------------------------------------------------------

    def reported(self) -> dict[int, Json]:
        """The reports that stand, by the person called."""
        calls = list(self.calls.values())  # at once: another thread may answer a caller meanwhile
        return {each["target"]["id"]: each for each in calls if each["state"] > 0}
