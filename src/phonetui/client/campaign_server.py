"""The campaign server as the courier sees it: one call, and the ways in which it can fail."""

from __future__ import annotations

from typing import Protocol

from phonetui.core.refusal import Refused
from phonetui.wire import ExchangeReply, ExchangeRequest


class NoExchange(Refused):
    """An exchange that came to nothing: nothing was acknowledged. Its text is a sentence for people.

    * NoExchange
      - Offline         no answer came, or not all of it
        - Untrusted     nobody can tell whether it is the campaign server
      - NotPhonetui     something answered that is not a phonetui campaign server
      - SignedOut       the token has ended
      - Busy            the server asks to be left alone for a while
      - ProblemAnswer   the server refused the request
    """


class Offline(NoExchange):
    """No answer came, or not all of it. `nothing_sent`: there was no connection, so that nothing can have arrived."""

    nothing_sent = False


class Untrusted(Offline):
    """What is at the address cannot prove that it is the campaign server; nothing was sent to it."""

    nothing_sent = True


class NotPhonetui(NoExchange):
    """Something answered that is not a phonetui campaign server, such as a hotel's log-in page."""


class SignedOut(NoExchange):
    """The token is unknown or has ended; only signing in again helps."""


class Busy(NoExchange):
    """The server asks to be left alone for `retry_after` seconds; 0 where it did not say how long."""

    def __init__(self, sentence: str, retry_after: float = 0.0) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class ProblemAnswer(NoExchange):
    """The server refused the request; `kind` is one of `wire.PROBLEMS`."""

    def __init__(self, sentence: str, kind: str, retry_after: float = 0.0) -> None:
        super().__init__(sentence)
        self.kind = kind
        self.retry_after = retry_after


class CampaignServer(Protocol):
    """Whoever keeps the voters. An adapter for another system builds receipts only from what it read back."""

    async def exchange(self, request: ExchangeRequest) -> ExchangeReply:
        """Carry one exchange out; raises `NoExchange`. The caller sets the time limit by cancelling."""
