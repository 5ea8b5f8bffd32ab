"""A call assignment of Zetkin's as a campaign of ours: its instructions, surveys and events are the script."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from phonetui.client.zetkin_wire import Assignment, Element, OrgAction, Response, Survey, SurveyQuestion
from phonetui.core.campaign import WEEKDAYS, Answer, CallingRules, Campaign, Hours, Question, Step
from phonetui.core.conditions import BETWEEN
from phonetui.core.plain_text import plain_lines
from phonetui.core.text import clean
from phonetui.core.when import clock, day
from phonetui.core.zetkin_states import PREFIX, dispositions
from phonetui.wire import Membership

#: Zetkin has no calling hours: these are 47 CFR 64.1200(c)(1)'s and no worse anywhere.
HOURS = {weekday: Hours(time(9), time(21)) for weekday in WEEKDAYS}
#: Without a cool-down of the assignment's own.
COOLDOWN = timedelta(hours=20)
EVER, NEVER = date(2000, 1, 1), date(2199, 12, 31)

#: Digits choose among so many answers.
MOST_ANSWERS = 9
LONGEST_LABEL = 300
#: Characters of instructions on one page of the script.
LONGEST_PAGE = 700

EVENT = "event"
#: The id under which an answer is kept says to which survey and question it goes, and whether it is of options.
_ANSWER_ID = re.compile(r"s(\d+)-(o|t)(\d+)(?:-\d+)?", re.ASCII)
_SURVEY_LINK = re.compile(r"/surveys/(\d{1,12})\b", re.ASCII)
_CAMPAIGN_ID = re.compile(PREFIX + r"(\d{1,15})-(\d{1,15})", re.ASCII)

#: Ends the name of a step that is not known yet.
_AFTER = "-after"
_END = Step("end", {"en": "Thank them for their time.", "es": "Agradezca su tiempo."}, ends=True)
_MORE = {"en": "Another answer", "es": "Otra respuesta"}
_BEGIN = {"en": "Call as the organiser asked you to.", "es": "Llame como se lo pidió la organización."}
_COME = {"en": "Would you come to one of these?", "es": "¿Vendría a alguno de estos eventos?"}


class Place(Struct, frozen=True):
    """A call assignment, by its organisation's id and its own."""

    org: int
    assignment: int

    @property
    def campaign_id(self) -> str:
        """What it is called on this laptop."""
        return f"{PREFIX}{self.org}-{self.assignment}"


def place_of(campaign_id: str) -> Place | None:
    """The assignment that a campaign's id names; None for what is none of Zetkin's."""
    found = _CAMPAIGN_ID.fullmatch(campaign_id)
    return Place(int(found[1]), int(found[2])) if found else None


def membership(assignment: Assignment, zone: str) -> Membership:
    """The assignment as one of the campaigns to choose from."""
    return Membership(
        Place(assignment.organization.id, assignment.id).campaign_id,
        _name(assignment),
        _line(assignment.organization.title) or "Zetkin",
        "caller",
        "open",
        zone=zone,
        starts=_day(assignment.start_date),
        ends=_day(assignment.end_date),
        hours=HOURS,
        uncounted=True,
    )


def campaign(assignment: Assignment, surveys: Sequence[Survey], actions: Sequence[OrgAction], zone: str) -> Campaign:
    """The whole of it; the version is made from what is in it."""
    questions = [step for survey in surveys for step in _survey_steps(survey)]
    steps = [*_opening(assignment), *questions, *_event_steps(actions, zone)]
    made = Campaign(
        campaign_id=Place(assignment.organization.id, assignment.id).campaign_id,
        name=_name(assignment),
        organisation=_line(assignment.organization.title) or "Zetkin",
        languages=("en",),
        starts=_day(assignment.start_date) or EVER,
        ends=_day(assignment.end_date) or NEVER,
        calling=CallingRules(hours=HOURS),
        dispositions=dispositions(_cooldown(assignment)),
        steps=tuple(_led_on(steps)),
        zone=zone,
    )
    digest = hashlib.sha256(msgspec.json.encode(made)).digest()
    return msgspec.structs.replace(made, version=1 + int.from_bytes(digest[:4]) // 2)


def linked_surveys(assignment: Assignment) -> list[int]:
    """The ids of the surveys to which the instructions link, in their order."""
    written = f"{assignment.description or ''} {assignment.instructions or ''}"
    return [int(found) for found in dict.fromkeys(_SURVEY_LINK.findall(written))]


# -- what is asked -----------------------------------------------------------------------------------------------------


def _opening(assignment: Assignment) -> Iterator[Step]:
    """The instructions, as many pages as they take."""
    lines = [*plain_lines(assignment.description or ""), *plain_lines(assignment.instructions or "")]
    pages = list(_pages(lines))
    if not pages:
        yield Step("begin", _BEGIN)
    for number, page in enumerate(pages, start=1):
        yield Step("begin" if number == 1 else f"begin-{number}", _words("\n\n".join(page)))


def _pages(lines: Iterable[str]) -> Iterator[list[str]]:
    page: list[str] = []
    for line in lines:
        if page and sum(map(len, page)) + len(line) > LONGEST_PAGE:
            yield page
            page = []
        page.append(line)
    if page:
        yield page


def _survey_steps(survey: Survey) -> Iterator[Step]:
    title = _words(_line(survey.title))
    for element in survey.elements or ():
        if element.type == "question" and element.question and not element.hidden:
            yield from _question_steps(survey.id, element, element.question, title)
            title = {}


def _question_steps(survey_id: int, element: Element, asked: SurveyQuestion, say: dict[str, str]) -> Iterator[Step]:
    ask = _words("\n".join(filter(None, [_line(asked.question), *plain_lines(asked.description or "")])))
    if asked.response_type != "options":
        typed = Question(f"s{survey_id}-t{element.id}", ask, kind="text", required=bool(asked.required))
        yield Step(f"s{survey_id}-{element.id}", say, typed)
        return
    one = asked.response_config is not None and asked.response_config.widget_type in ("radio", "select")
    answers = [Answer(str(each.id), _words(_line(each.text) or str(each.id))) for each in asked.options or ()]
    name, key = f"s{survey_id}-{element.id}", f"s{survey_id}-o{element.id}"
    shown = list(_shown(answers, one=one))
    required = bool(asked.required) and (one or len(shown) == 1)  # of several pages any one may have the answer
    for number, page in enumerate(shown, start=1):
        here, this = (name, key) if number == 1 else (f"{name}-{number}", f"{key}-{number}")
        more = one and number < len(shown)
        goto = f"{name}{_AFTER}" if one and len(shown) > 1 else ""
        choices = [msgspec.structs.replace(each, goto=goto) for each in page]
        if more:
            choices.append(Answer("more", _MORE, f"{name}-{number + 1}"))
        kind = Question(this, ask, tuple(choices), "one" if one else "several", required=required)
        yield Step(here, say, kind)
        say = {}


def _led_on(steps: Sequence[Step]) -> Iterator[Step]:
    """The steps, where an answer leads beyond the other pages of its question to the step that comes then."""
    needs_end = False
    for at, step in enumerate(steps):
        question = step.question
        after = next((one.goto for one in question.answers if one.goto.endswith(_AFTER)), "") if question else ""
        if question is None or not after:
            yield step
            continue
        name = after.removesuffix(_AFTER)
        then = next((each.id for each in steps[at:] if each.id != name and not each.id.startswith(f"{name}-")), _END.id)
        needs_end = needs_end or then == _END.id
        answers = (msgspec.structs.replace(one, goto=then) if one.goto == after else one for one in question.answers)
        yield msgspec.structs.replace(step, question=msgspec.structs.replace(question, answers=tuple(answers)))
    if needs_end:
        yield _END


def _shown(answers: Sequence[Answer], *, one: bool) -> Iterator[Sequence[Answer]]:
    """As many at once as digits can choose, where one is chosen with room for the way to the next ones."""
    at = 0
    while at < len(answers):
        room = MOST_ANSWERS - (one and len(answers) - at > MOST_ANSWERS)
        yield answers[at : at + room]
        at += room


def _event_steps(actions: Sequence[OrgAction], zone: str) -> Iterator[Step]:
    timed = [(at, action) for action in actions if (at := moment(action.start_time))]
    soonest = sorted(timed, key=lambda each: (each[0], each[1].id))[:MOST_ANSWERS]
    answers = [Answer(str(action.id), _words(_about(action, at, zone))) for at, action in soonest]
    if answers:
        yield Step("events", {}, Question(EVENT, _COME, tuple(answers), "event"))


def _about(action: OrgAction, at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    activity, location = (each.title if each else "" for each in (action.activity, action.location))
    what = _line(action.title) or _line(activity) or str(action.id)
    return ", ".join(filter(None, [what, f"{day(local)}, {clock(local)}", _line(location)]))


# -- what was answered -------------------------------------------------------------------------------------------------


class Given(Struct, frozen=True):
    """What was answered in a call: to each survey its responses, and the event that was signed up for."""

    surveys: dict[int, tuple[Response, ...]]
    action_id: int = 0


def given(answers: dict[str, str]) -> Given:
    """The answers as Zetkin takes them."""
    surveys: dict[int, dict[int, Response]] = {}
    for key, value in answers.items():
        found = _ANSWER_ID.fullmatch(key)
        if not found:
            continue
        responses, question_id = surveys.setdefault(int(found[1]), {}), int(found[3])
        if found[2] == "t":
            responses[question_id] = Response(question_id, response=value)
        elif options := tuple(int(each) for each in value.split(BETWEEN) if each.isascii() and each.isdigit()):
            before = responses.get(question_id, Response(question_id)).options or ()
            responses[question_id] = Response(question_id, options=(*before, *options))
    event = answers.get(EVENT, "")
    return Given(
        {survey_id: tuple(responses.values()) for survey_id, responses in surveys.items() if responses},
        int(event) if event.isascii() and event.isdigit() else 0,
    )


def in_words(responses: Iterable[Response], survey: Survey | None) -> str:
    """The answers to a survey in one line, for an organiser to read."""
    elements = {each.id: each.question for each in (survey.elements or () if survey else ())}
    said = []
    for response in responses:
        question = elements.get(response.question_id)
        options = {each.id: _line(each.text) for each in (question.options or () if question else ())}
        answer = response.response or ", ".join(options.get(each) or str(each) for each in response.options or ())
        said.append(f"{_line(question.question) if question else response.question_id}: {answer}")
    return "; ".join(said)


def moment(written: str | None) -> datetime | None:
    """A moment as Zetkin writes it, which is UTC where it says no zone."""
    try:
        at = datetime.fromisoformat(written or "")
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat((written or "")[:10])
    except ValueError:
        return None


def _cooldown(assignment: Assignment) -> timedelta:
    hours = assignment.cooldown or 0
    return timedelta(hours=hours) if 0 < hours <= 24 * 365 else COOLDOWN


def _name(assignment: Assignment) -> str:
    return _line(assignment.title) or str(assignment.id)


def _line(text: str | None) -> str:
    return clean(text or "", LONGEST_LABEL)


def _words(text: str) -> dict[str, str]:
    """Words of Zetkin's, in which a brace is a brace."""
    return {"en": text.replace("{", "{{").replace("}", "}}")} if text else {}
