"""Links that a program takes: RFC 3966 for a number to dial, RFC 5724 for texts, RFC 6068 for mail."""

from __future__ import annotations

import re
from urllib.parse import quote

from phonetui.core.refusal import Refused
from phonetui.core.translation import tr

_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


def telephone_link(number: str) -> str:
    """`tel:+18125550166`. RFC 3966, section 5.1.4. Raises `Refused` for what is no number in E.164."""
    if not _E164.fullmatch(number):
        raise Refused(tr("This voter's number cannot be dialed as it is; dial it by hand."))
    return f"tel:{number}"


def text_message_link(number: str, text: str) -> str:
    """`sms:+18125550166?body=…`; the number is in E.164. RFC 5724, section 2.2."""
    return f"sms:{number}?body={_encoded(text)}"


def mail_link(address: str, subject: str, text: str) -> str:
    """`mailto:ann@example.org?subject=…&body=…`; lines of the text end as those of a mail do. RFC 6068, section 2."""
    fields = {"subject": subject, "body": "\r\n".join(text.splitlines())}
    query = "&".join(f"{name}={_encoded(each)}" for name, each in fields.items() if each)
    return f"mailto:{quote(address, safe='@+')}?{query}"


def _encoded(text: str) -> str:
    """Everything but letters, digits and `-._~`, as UTF-8; a plus sign that is not encoded is no blank here."""
    return quote(text, safe="")
