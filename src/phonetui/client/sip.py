"""The caller's SIP account: as the settings name it, its password in the system's keyring and in no file."""

from __future__ import annotations

import msgspec

from phonetui.client.credentials import Secrets
from phonetui.client.settings import Settings
from phonetui.client.settings_dialing import account_at
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.dial.sip_account import SipAccount


def sip_account(settings: Settings) -> SipAccount:
    """The account that the settings name. Raises `Refused` where they name none."""
    if not settings.sip:
        raise Refused(tr("No SIP account is set; type phonetui settings set sip USER@DOMAIN, or dial by hand."))
    return msgspec.structs.replace(
        account_at(settings.sip),
        auth_user=settings.sip_auth_user,
        proxy=settings.sip_proxy,
        transport=settings.sip_transport,
        encryption=settings.sip_encryption,
        microphone=settings.sip_microphone,
        speaker=settings.sip_speaker,
        interface=settings.sip_interface,
    )


async def find_password(secrets: Secrets, account: SipAccount) -> str | None:
    """The password; None where the keyring has none, or there is no keyring."""
    return await secrets.get(_name(account))


async def keep_password(secrets: Secrets, account: SipAccount, password: str) -> bool:
    """Keep it for the next shifts; says whether it is really kept. Raises `Refused` for one that no line can carry."""
    account.line(password)
    return await secrets.put(_name(account), password)


def _name(account: SipAccount) -> str:
    return f"SIP password of {account.address}"
