"""Requests that are refused: the problem's type, its HTTP status and a sentence for people."""

from __future__ import annotations

from phonetui.core.refusal import Refused
from phonetui.wire import PROBLEMS, Problem

STATUS = {
    "signed-out": 401,
    "wrong-password": 403,
    "too-many-tries": 429,
    "invitation-ended": 410,
    "account-exists": 409,
    "weak-password": 422,
    "code-sent": 409,
    "wrong-code": 403,
    "no-mail": 409,
    "mail-failed": 503,
    "not-yours": 403,
    "refused": 422,
    "no-such-campaign": 404,
    "no-such-phone-bank": 404,
    "no-such-key": 404,
    "key-withheld": 403,
    "too-large": 413,
    "bad-request": 400,
    "not-found": 404,
    "server-error": 500,
}


class RequestRefused(Refused):
    """A request answered with a problem of the type `kind`, one of `wire.PROBLEMS`.

    `detail` replaces the type's own sentence, `status` its usual status; `retry_after` is in seconds.
    """

    def __init__(self, kind: str, detail: str = "", *, status: int = 0, retry_after: int = 0) -> None:
        title = PROBLEMS[kind]
        super().__init__(detail or title)
        self.problem = Problem(type=kind, title=title, status=status or STATUS[kind], detail=detail or title)
        self.retry_after = retry_after
