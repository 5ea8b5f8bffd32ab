"""How refusals and failures are answered: as RFC 9457 problems."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from phonetui.server.log import log_damage, log_failure
from phonetui.server.problems import STATUS, RequestRefused
from phonetui.server.soundness import is_damage
from phonetui.wire import Problem

PROBLEM_JSON = "application/problem+json"

DAMAGED = "The campaign server's database is damaged; keep what you have until its organiser has put a backup in place."
#: Seconds after which to ask again: putting a backup in place takes a person.
TRY_AFTER = 60

AnyRequest = Request[Any, Any, Any]


def damaged() -> RequestRefused:
    """Nothing is wrong with the request, nor can anything come of it."""
    return RequestRefused("server-error", DAMAGED, status=503, retry_after=TRY_AFTER)


def answer_refusal(_: AnyRequest, refused: RequestRefused) -> Response[Problem]:
    """The problem, with the headers that HTTP has for it."""
    headers = {}
    if refused.problem.status == STATUS["signed-out"]:
        headers["WWW-Authenticate"] = "Bearer"
    if refused.retry_after:
        headers["Retry-After"] = str(refused.retry_after)
    return Response(refused.problem, status_code=refused.problem.status, headers=headers, media_type=PROBLEM_JSON)


def answer_http_error(request: AnyRequest, error: HTTPException) -> Response[Problem]:
    """What Litestar itself refuses: an unknown path or method, a body too large or missing."""
    kind = {404: "not-found", 405: "not-found", 413: "too-large"}.get(error.status_code, "bad-request")
    if error.status_code >= STATUS["server-error"]:
        kind = "server-error"
    return answer_refusal(request, RequestRefused(kind, status=error.status_code))


def answer_failure(request: AnyRequest, error: Exception) -> Response[Problem]:
    """Anything else is a failure of ours: logged, and told without a word of what is inside."""
    if is_damage(error):
        log_damage(error)
        return answer_refusal(request, damaged())
    log_failure(error)
    return answer_refusal(request, RequestRefused("server-error"))


ANSWERS: ExceptionHandlersMap = {
    RequestRefused: answer_refusal,
    HTTPException: answer_http_error,
    Exception: answer_failure,
}
