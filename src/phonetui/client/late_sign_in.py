"""Signing in while the call screen is open: once there is a line, or again after the log-in has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from phonetui.client.campaign_server import Offline, ProblemAnswer, SignedOut
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.client.sign_in import SignedIn
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.wire import ExchangeReply, ExchangeRequest, SignIn


class LateSignIn:
    """A campaign server to which the first exchange that gets through signs in, if the caller started without a line.

    `keep_token` is handed each new token of a caller whose keyring held the last.
    """

    def __init__(
        self, server: PhonetuiServer, signed_in: SignedIn, keep_token: Callable[[str], Awaitable[object]] | None = None
    ) -> None:
        self._server = server
        self._account = signed_in.account
        self._password = signed_in.password
        self._keep_token = keep_token if signed_in.kept else None
        self._one_sign_in = asyncio.Lock()

    async def exchange(self, request: ExchangeRequest) -> ExchangeReply:
        """Carry one exchange out; raises `NoExchange`, for a password that is no longer right `SignedOut`."""
        async with self._one_sign_in:
            if not self._server.token:
                await self._sign_in_late()
        token = self._server.token
        try:
            return await self._server.exchange(request)
        except SignedOut:
            if token == self._server.token:
                raise
            raise Offline(tr("The log-in has changed meanwhile; it is asked again by itself.")) from None

    async def sign_in(self, password: str) -> None:
        """Get a new token; raises `Refused`."""
        async with self._one_sign_in:
            try:
                await self._get_token(password)
            except ProblemAnswer as problem:
                if problem.kind != "wrong-password":
                    raise
                raise Refused(
                    tr(
                        "That is not the password of {email} at {host}; type it again.",
                        email=self._account.email,
                        host=self._server.host,
                    )
                ) from None
        if self._keep_token is not None:
            await self._keep_token(self._server.token)

    async def _sign_in_late(self) -> None:
        try:
            await self._get_token(self._password)
        except ProblemAnswer as problem:
            if problem.kind != "wrong-password":
                raise
            raise SignedOut(tr("Your password has been changed; log in again, nothing is lost.")) from None

    async def _get_token(self, password: str) -> None:
        account = self._account
        session = await self._server.sign_in(SignIn(account.email, password, account.device_id))
        if session.caller_id != account.caller_id:
            self._server.token = ""
            raise SignedOut(
                tr(
                    "{email} is another caller at {host} now; tell the campaign, nothing is lost.",
                    email=account.email,
                    host=self._server.host,
                )
            )


async def by_nobody(password: str) -> None:
    """Of a desk at which nobody can sign in again; raises `Refused`."""
    raise Refused(tr("Nobody can sign in at this desk; leave, and type phonetui login to go on."))
