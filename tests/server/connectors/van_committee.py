"""What a committee has in the small NGP VAN: result codes, survey questions, activist codes."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

RESULT_CODES = {
    1: "Not Home", 2: "Refused", 4: "Deceased", 5: "Moved", 14: "Canvassed", 17: "Call Back", 18: "Busy",
    22: "Do Not Call", 25: "Disconnected", 31: "Left Message", 32: "Wrong Number", 33: "Language Barrier",
}  # fmt: skip


def questions() -> list[Json]:
    """Two that are asked, and one from last spring."""
    return [
        _question(101, "Support", "Can we count on your support?", {1: "Strong", 2: "Leaning", 3: "Against"}),
        _question(102, "Vote Plan", "Will you vote?", {7: "Yes", 8: "No"}),
        _question(103, "Old", "Did you vote in May?", {9: "Yes"}, status="Archived"),
    ]


def activist_codes() -> list[Json]:
    """Two that are in use, and one from long ago."""
    names = {501: ("Volunteer", "Active"), 502: ("Yard Sign", "Active"), 503: ("Bus 2019", "Archived")}
    return [
        {"activistCodeId": code_id, "name": name, "type": "Activist", "status": status, "scriptQuestion": None}
        for code_id, (name, status) in names.items()
    ]


def _question(question_id: int, name: str, ask: str, responses: dict[int, str], status: str = "Active") -> Json:
    told = [
        {"surveyResponseId": n, "name": text, "mediumName": text, "shortName": text[:1]}
        for n, text in responses.items()
    ]
    kept = {"surveyQuestionId": question_id, "type": "Candidate", "cycle": 2026, "name": name, "scriptQuestion": ask}
    return {**kept, "status": status, "responses": told}
