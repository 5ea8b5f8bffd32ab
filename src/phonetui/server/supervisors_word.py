"""The supervisor's word to those who call: answers to their questions, and notices to all."""

from __future__ import annotations

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from phonetui.server.accounts import Caller, checked_id
from phonetui.server.asked import WITH_TOKEN, problems
from phonetui.server.news import latest
from phonetui.server.questions import answer_by_id, give_notice
from phonetui.server.supervising import OF_CAMPAIGN, WITH_BODY, Deed, Office
from phonetui.wire_supervisors import TakenAnswer, WantedAnswer, Words


@post(f"{OF_CAMPAIGN}/notices", status_code=204, security=WITH_TOKEN, responses=problems(*WITH_BODY))
async def notice(
    campaign_id: FromPath[str],
    data: JSONBody[Words],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
) -> None:
    """Tells everybody who calls for the campaign."""

    def deed(at: Deed) -> None:
        give_notice(at.connection, campaign_id, data.text, at.now)
        at.record("noticed", latest(at.connection, campaign_id))

    await office.do(caller, campaign_id, deed)


@post(
    f"{OF_CAMPAIGN}/questions/{{question_id:str}}/answer",
    status_code=200,
    security=WITH_TOKEN,
    responses=problems(*WITH_BODY),
)
async def answer(
    campaign_id: FromPath[str],
    question_id: FromPath[str],
    data: JSONBody[WantedAnswer],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
) -> TakenAnswer:
    """Answers a question on the laptops of the caller who asked it, unless somebody has answered meanwhile."""

    def deed(at: Deed) -> TakenAnswer:
        checked_id(question_id, "question_id")
        asked = (at.connection, campaign_id, question_id)
        there = answer_by_id(*asked, data.text, at.now, by=caller.caller_id, only_first=not data.again)
        if there is not None:
            return TakenAnswer(False, there.by, there.text)
        at.record("answered", question_id)
        return TakenAnswer(True)

    return await office.do(caller, campaign_id, deed)


ROUTES = [notice, answer]
