"""What the settings may be that say what dials, and by which account; an empty text, `''`, is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from phonetui.core.pacer import LONGEST_COUNTDOWN
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.dial.links import telephone_link
from phonetui.dial.sip_account import SipAccount

if TYPE_CHECKING:
    from phonetui.client.settings import Settings
    from phonetui.client.settings_values import Reading
    from phonetui.core.marked_yaml import Entry

#: Stands in for what else an account has, where one part of it is looked at.
_SOME_ACCOUNT = SipAccount(user="user", domain="sip.example.org")


def countdown(entry: Entry) -> int:
    """Whole seconds."""
    written = entry.text(tr("seconds"))
    if written.isascii() and written.isdigit() and len(written) <= 2 and int(written) <= LONGEST_COUNTDOWN:
        return int(written)
    if written:
        entry.expect(tr("whole seconds from 0 to {most}", most=LONGEST_COUNTDOWN))
    return 0


def unhurried(settings: Settings) -> Settings:
    """With the longest countdown, for whoever hears the voter read out: speech goes on after all has been written."""
    return msgspec.structs.replace(settings, countdown=LONGEST_COUNTDOWN)


def sip_address(entry: Entry) -> str:
    """`USER@DOMAIN`, which a port may follow."""
    return "" if entry.is_blank else _address(entry, entry.text(tr("an address")))


def account_part(name: str) -> Reading:
    """The field of an account that has this name."""

    def read(entry: Entry) -> str:
        written = "" if entry.is_blank else entry.text()
        _checked(entry, lambda: msgspec.structs.replace(_SOME_ACCOUNT, **{name: written}).check())
        return written

    return read


def number_or_address(entry: Entry) -> str:
    """A number with its country's code, or the address of a SIP account."""
    written = "" if entry.is_blank else entry.text(tr("a number or an address"))
    return _address(entry, written) if "@" in written else _number(entry, written)


def own_number(entry: Entry) -> str:
    """A number with its country's code."""
    return "" if entry.is_blank else _number(entry, entry.text(tr("a number with its country's code")))


def account_at(address: str) -> SipAccount:
    """The account of that address, `USER@DOMAIN`; whether it can be one, its `check` says."""
    user, _, domain = address.partition("@")
    return SipAccount(user=user, domain=domain)


def _address(entry: Entry, written: str) -> str:
    _checked(entry, lambda: account_at(written).check())
    return written


def _number(entry: Entry, written: str) -> str:
    try:
        telephone_link(written)
    except Refused:
        if written:
            entry.expect(tr("a number with its country's code"))
    return written


def _checked(entry: Entry, check: Callable[[], None]) -> None:
    """Whatever is refused is the entry's mistake."""
    try:
        check()
    except Refused as refused:
        entry.refuse(str(refused))
