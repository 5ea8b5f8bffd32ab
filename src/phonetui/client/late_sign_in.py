"""A caller who started without a line and without a keyring: the password typed then signs in once there is a line."""

from __future__ import annotations

import asyncio

from phonetui.client.campaign_server import ProblemAnswer, SignedOut
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.client.sign_in import SignedIn
from phonetui.wire import ExchangeReply, ExchangeRequest, SignIn


class LateSignIn:
    """A campaign server to which the first exchange that gets through signs in."""

    def __init__(self, server: PhonetuiServer, signed_in: SignedIn) -> None:
        self._server = server
        self._asked = SignIn(signed_in.account.email, signed_in.password, signed_in.account.device_id)
        self._one_sign_in = asyncio.Lock()

    async def exchange(self, request: ExchangeRequest) -> ExchangeReply:
        """Carry one exchange out; raises `NoExchange`, for a password that is no longer right `SignedOut`."""
        async with self._one_sign_in:
            if not self._server.token:
                await self._sign_in()
        return await self._server.exchange(request)

    async def _sign_in(self) -> None:
        try:
            await self._server.sign_in(self._asked)
        except ProblemAnswer as problem:
            if problem.kind != "wrong-password":
                raise
            raise SignedOut("Your password has been changed; log in again, nothing is lost.") from None
