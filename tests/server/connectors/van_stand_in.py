"""A small NGP VAN: real HTTP on loopback, in a thread of its own, that takes nothing which VAN would not understand.

What it was asked wrongly is in `wrongs`. It has VAN's traps: responses that match another of the same hour are dropped
unless they say `skipMatching`, a wrong number is not given out again, `nextPageLink` carries its own parameters, the
lists below `canvassResponses` are bare, an export takes a while, and lies where no key may be shown.
"""

from __future__ import annotations

import csv
import json
import re
import threading
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from urllib.parse import parse_qs, quote, urlsplit

from tests.server.connectors.van_committee import RESULT_CODES, Json, activist_codes, questions
from tests.server.connectors.van_stand_in_web import Answer, Fault, Server, error, handler

APPLICATION, KEY = "riverside.phonetui", "7f1c0d2a-secret"
#: Whatever is asked for, so that pages are turned.
A_PAGE = 2
LARGEST_PAGE = 50
HOUR = timedelta(hours=1)
PHONE, API = 1, 11
COLUMNS = ("VANID", "LastName", "FirstName", "Age", "Party", "PrecinctName", "Preferred Phone")
#: After these a number is marked as bad, or suppressed.
SPOILING = ("Wrong Number", "Disconnected")
#: By the type of a response: its fields, each with its type.
RESPONSES: dict[str, dict[str, type]] = {
    "SurveyResponse": {"type": str, "surveyQuestionId": int, "surveyResponseId": int},
    "ActivistCode": {"type": str, "activistCodeId": int, "action": str},
}
CONTEXT: dict[str, type] = {
    "contactTypeId": int,
    "inputTypeId": int,
    "dateCanvassed": str,
    "phoneId": int,
    "phone": dict,
    "skipMatching": bool,
}
EXPORT: dict[str, type] = {
    "savedListId": int,
    "type": int,
    "webhookUrl": str,
    "surveyQuestions": list,
    "activistCodes": list,
    "customFields": list,
    "districtFields": list,
}


class VanStandIn:
    """One committee's database. `fault` decides on each request; `clock` says by when VAN takes a response for new."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.mode = 0
        self.people: dict[int, Json] = {}
        self.saved_list: list[int] = []
        self.list_count: int | None = None
        self.columns: tuple[str, ...] = COLUMNS
        self.rights = {"savedLists", "exportJobs", "people", "surveyQuestions", "activistCodes", "canvassResponses"}
        self.contact_types = {PHONE: "Phone", 2: "Walk", 19: "Auto Dial"}
        self.input_types = {10: "Bulk", API: "API", 12: "Mobile"}
        self.result_codes = dict(RESULT_CODES)
        self.questions = questions()
        self.codes = activist_codes()
        self.spoiled: set[int] = set()
        self.stored: list[Json] = []
        self.dropped: list[Json] = []
        self.wrongs: list[str] = []
        self.asked: list[str] = []
        self.fault: Callable[[str], Fault] = lambda _what: ""
        self.export_states = ["Requested", "Pending", "Completed"]
        self.download_url = ""
        self._jobs: dict[int, list[str]] = {}
        self._lock = threading.Lock()
        self._http = Server(("127.0.0.1", 0), handler(self))
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    def url(self) -> str:
        return f"{self.base}/v4"

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def has(self, van_id: int, number: str, **more: object) -> None:
        """A person is in the database, on the saved list, and has this number; `more` is in place of the usual."""
        phone = {"phoneId": van_id * 10, "phoneNumber": number, "ext": None, "phoneType": "C", "isPreferred": True}
        self.people[van_id] = {
            "vanId": van_id,
            "firstName": f"First{van_id}",
            "middleName": None,
            "lastName": f"Last{van_id}",
            "suffix": None,
            "phones": [{**phone, "isCellStatus": {"statusId": 1, "statusName": "Verified Cell"}}],
            "emails": [],
            "addresses": [],
            "suppressions": [],
            **more,
        }
        self.saved_list.append(van_id)

    # -- what is asked

    def answer(self, method: str, target: str, headers: dict[str, str], content: bytes) -> Answer:
        """Never two requests at once."""
        with self._lock:
            self.asked.append(f"{method} {urlsplit(target).path.removeprefix('/v4/')}")
            try:
                return self._answer(method, target, headers, content)
            except Answer as answer:
                return answer

    def _answer(self, method: str, target: str, headers: dict[str, str], content: bytes) -> Answer:
        parts = urlsplit(target)
        if parts.path == "/files/list.csv":
            if "authorization" in headers:
                raise self._wrong("a key was shown where the exports lie")
            return Answer(200, self._csv(), **{"Content-Type": "text/csv"})
        expected = b64encode(f"{APPLICATION}:{KEY}|{self.mode}".encode()).decode()
        if headers.get("authorization") != f"Basic {expected}":
            raise error(401, "Unauthorized", code="UNAUTHORIZED")
        path = parts.path.removeprefix("/v4/")
        if path.partition("/")[0].removesuffix("Types") not in {
            *self.rights,
            "exportJob" if "exportJobs" in self.rights else "",
        }:
            raise error(403, "Forbidden", code="FORBIDDEN")
        for shape, of_method, query, name in ROUTES:
            found = re.fullmatch(shape, path)
            if found and of_method == method:
                return self._routed(name, found.groups(), self._query(parts.query, query), headers, content)
        raise self._wrong(f"{method} {path} is not known", 404)

    def _routed(
        self, name: str, places: tuple[str, ...], query: Json, headers: dict[str, str], content: bytes
    ) -> Answer:
        carry_out = getattr(self, f"_{name}")
        if not content:
            result: Answer = carry_out(*places, **query)
            return result
        if headers.get("content-type") != "application/json":
            raise self._wrong("a body without Content-Type: application/json")
        posted: Answer = carry_out(*places, json.loads(content))
        return posted

    def _query(self, written: str, known: dict[str, str]) -> Json:
        given = parse_qs(written, strict_parsing=True) if written else {}
        for name, values in given.items():
            if name not in known or len(values) != 1:
                raise self._wrong(f"the parameter {name} is not known, or there twice")
        return {known[name]: values[0] for name, values in given.items()}

    def _wrong(self, what: str, status: int = 400) -> Answer:
        self.wrongs.append(what)
        return error(status, what)

    # -- lists

    def _page(self, path: str, items: list[Json], top: str = "50", skip: str = "0") -> Answer:
        if int(top) > LARGEST_PAGE:
            raise self._wrong(f"{top} on a page")
        begin, end = int(skip), int(skip) + min(int(top), A_PAGE)
        link = f"{self.url}/{path}?{quote('$top')}={top}&{quote('$skip')}={end}" if end < len(items) else None
        return Answer(200, {"items": items[begin:end], "nextPageLink": link, "count": len(items)})

    def _saved_lists(self, **page: str) -> Answer:
        lists = [
            {"savedListId": n, "name": f"List {n}", "description": None, "listCount": 3, "doorCount": 2} for n in (1, 2)
        ]
        ours = {
            "savedListId": 4711,
            "name": "Weekend",
            "description": None,
            "listCount": len(self.saved_list) if self.list_count is None else self.list_count,
            "doorCount": 1,
        }
        return self._page("savedLists", [*lists, ours], **page)

    def _export_types(self, **page: str) -> Answer:
        return self._page("exportJobTypes", [{"exportJobTypeId": 4, "name": "SavedListExport"}], **page)

    def _survey_questions(self, **page: str) -> Answer:
        return self._page("surveyQuestions", self.questions, **page)

    def _activist_codes(self, **page: str) -> Answer:
        return self._page("activistCodes", self.codes, **page)

    def _contact_types(self) -> Answer:
        named = self.contact_types.items()
        return Answer(200, [{"contactTypeId": n, "name": name, "channelTypeName": "x"} for n, name in named])

    def _input_types(self) -> Answer:
        return Answer(200, [{"inputTypeId": n, "name": name} for n, name in self.input_types.items()])

    def _result_codes(self, contact: str = "", entered: str = "") -> Answer:
        if int(contact or 0) not in self.contact_types or int(entered or 0) not in self.input_types:
            raise self._wrong("result codes are asked for without a context")
        short = {1: "NH", 2: "R"}
        codes = self.result_codes.items()
        return Answer(
            200,
            [
                {"resultCodeId": n, "name": name, "mediumName": name[:10], "shortName": short.get(n, name[:2])}
                for n, name in codes
            ],
        )

    # -- exports

    def _begin_export(self, body: Json) -> Answer:
        self._typed(body, EXPORT, set(EXPORT))
        if body["savedListId"] != 4711 or body["type"] != 4:
            raise error(400, "There is no such list, or the type is not enabled", "savedListId")
        self._jobs[len(self._jobs) + 1] = list(self.export_states)
        return self._job(len(self._jobs), 201)

    def _export_job(self, job_id: str) -> Answer:
        if int(job_id) not in self._jobs:
            raise error(404, "Not found")
        states = self._jobs[int(job_id)]
        if len(states) > 1:
            del states[0]
        return self._job(int(job_id), 200)

    def _job(self, job_id: int, status: int) -> Answer:
        state = self._jobs[job_id][0]
        url = self.download_url or f"{self.base}/files/list.csv" if state == "Completed" else None
        failure = "TOO_LARGE" if state == "Error" else None
        job = {"exportJobId": job_id, "exportJobGuid": "e1d5", "savedListId": 4711, "webhookUrl": "x", "type": 4}
        return Answer(status, {**job, "status": state, "downloadUrl": url, "errorCode": failure, "dateExpired": None})

    def _csv(self) -> str:
        written = StringIO(newline="")
        rows = csv.writer(written)
        rows.writerow(self.columns)
        for van_id in self.saved_list:
            person = self.people.get(van_id) or {"lastName": "Gone", "firstName": "Away", "phones": []}
            number = next((phone["phoneNumber"] for phone in self._good(person)), "")
            row = (van_id, person["lastName"], person["firstName"], 40, "D", "Precinct 7", number)
            rows.writerow(row[: len(self.columns)])
        return written.getvalue()

    # -- people

    def _person(self, van_id: str, expand: str = "") -> Answer:
        person = self._known(van_id)
        expanded = expand.split(",")
        lists = ("phones", "emails", "addresses", "suppressions")
        if not set(expanded) <= set(lists):
            raise self._wrong(f"$expand={expand}")
        told = {**person, "phones": self._good(person)}
        return Answer(200, {**told, **{name: None for name in lists if name not in expanded}})

    def _good(self, person: Json) -> list[Json]:
        """The numbers that may still be called."""
        return [phone for phone in person["phones"] if phone.get("phoneId") not in self.spoiled]

    def _known(self, van_id: str) -> Json:
        if int(van_id) not in self.people:
            raise error(404, f"There is no person {van_id}", "vanId", code="NOT_FOUND")
        return self.people[int(van_id)]

    def _canvass(self, van_id: str, body: Json) -> Answer:
        person = self._known(van_id)
        self._typed(body, {"canvassContext": dict, "resultCodeId": int, "responses": list}, {"canvassContext"})
        context = body["canvassContext"]
        self._typed(context, CONTEXT, {"contactTypeId", "inputTypeId", "dateCanvassed", "skipMatching"})
        if context["contactTypeId"] not in self.contact_types or context["inputTypeId"] not in self.input_types:
            raise error(400, "'contactTypeId' or 'inputTypeId' is not known", "contactTypeId")
        if datetime.fromisoformat(context["dateCanvassed"]).tzinfo is None:
            raise self._wrong("dateCanvassed has no offset")
        phone, number = self._number(person, context)
        code, responses = body.get("resultCodeId"), body.get("responses")
        if (code is None) == (not responses):
            raise self._wrong("either resultCodeId or responses, and the other null")
        if code is not None and code not in self.result_codes:
            raise error(400, f"'resultCodeId' {code} is not valid in the current context", "resultCodeId")
        result = "Canvassed" if code is None else self.result_codes[code]
        told = [self._response(one) for one in responses or ()]
        self._keep({"vanId": int(van_id), "result": result, "told": told, "number": number, "context": context})
        if result in SPOILING and phone:
            self.spoiled.add(phone["phoneId"])
        if result == "Do Not Call":
            person["suppressions"].append({"suppressionCode": "NC", "suppressionName": "Do not call"})
        return Answer(204)

    def _keep(self, one: Json) -> None:
        """Drops what matches an earlier one of the same hour, whatever the dates on which they say they were made."""
        now = self.clock()
        method = one["context"]["contactTypeId"]
        one["at"] = now
        alike = [
            other
            for other in self.stored
            if (other["vanId"], other["result"], other["context"]["contactTypeId"])
            == (one["vanId"], one["result"], method)
            and now - other["at"] < HOUR
        ]
        (self.dropped if alike and not one["context"]["skipMatching"] else self.stored).append(one)

    def _number(self, person: Json, context: Json) -> tuple[Json | None, str]:
        """The person's own phone, if it is one, and how it was named."""
        if "phoneId" in context:
            found = [phone for phone in person["phones"] if phone["phoneId"] == context["phoneId"]]
            if not found or "phone" in context:
                raise error(400, "'phoneId' is not one of this person", "phoneId")
            return found[0], f"phone {context['phoneId']}"
        if "phone" not in context:
            return None, ""
        named = context["phone"]
        self._typed(named, {"dialingPrefix": str, "phoneNumber": str}, {"dialingPrefix", "phoneNumber"})
        if not re.fullmatch(r"\d{10}", named["phoneNumber"]):
            raise self._wrong("a phoneNumber that is none")
        digits = {re.sub(r"\D", "", phone["phoneNumber"]): phone for phone in person["phones"]}
        return digits.get(named["phoneNumber"]), f"+{named['dialingPrefix']}{named['phoneNumber']}"

    def _response(self, one: Json) -> str:
        if one.get("type") not in RESPONSES:
            raise self._wrong(f"a response of the type {one.get('type')}")
        self._typed(one, RESPONSES[one["type"]], set(RESPONSES[one["type"]]))
        if one["type"] == "ActivistCode":
            codes = {code["activistCodeId"]: code for code in self.codes if code["status"] == "Active"}
            if one["activistCodeId"] not in codes or one["action"] not in ("Apply", "Remove"):
                raise error(400, "'activistCodeId' is not active", "activistCodeId")
            return f"{one['action']} {codes[one['activistCodeId']]['name']}"
        for question in self.questions:
            for response in question["responses"]:
                ids = (question["surveyQuestionId"], response["surveyResponseId"])
                if ids == (one["surveyQuestionId"], one["surveyResponseId"]) and question["status"] == "Active":
                    return f"{question['name']}: {response['name']}"
        raise error(400, "'surveyResponseId' is not active", "surveyResponseId")

    def _typed(self, body: Json, types: dict[str, type], required: set[str]) -> None:
        for name, value in body.items():
            if name not in types:
                raise self._wrong(f"the field {name} is not known")
            if value is not None and type(value) is not types[name]:
                raise self._wrong(f"{name} is {value!r}")
        if missing := required - body.keys():
            raise self._wrong(f"{', '.join(sorted(missing))} is missing")


PAGE = {"$top": "top", "$skip": "skip"}
#: Path, method, parameters by the name of the argument that takes them, and what carries it out.
ROUTES: list[tuple[str, str, dict[str, str], str]] = [
    (r"savedLists", "GET", PAGE, "saved_lists"),
    (r"exportJobTypes", "GET", PAGE, "export_types"),
    (r"exportJobs", "POST", {}, "begin_export"),
    (r"exportJobs/(\d+)", "GET", {}, "export_job"),
    (r"surveyQuestions", "GET", PAGE, "survey_questions"),
    (r"activistCodes", "GET", PAGE, "activist_codes"),
    (r"canvassResponses/contactTypes", "GET", {}, "contact_types"),
    (r"canvassResponses/inputTypes", "GET", {}, "input_types"),
    (r"canvassResponses/resultCodes", "GET", {"contactTypeId": "contact", "inputTypeId": "entered"}, "result_codes"),
    (r"people/(\d+)", "GET", {"$expand": "expand"}, "person"),
    (r"people/(\d+)/canvassResponses", "POST", {}, "canvass"),
]
