"""A caller's account with a SIP provider, and the line that baresip reads of it."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.dial.links import telephone_link

#: How SIP itself travels; `tls` hides who is called from everybody between here and the provider.
Transport = Literal["udp", "tcp", "tls"]
#: How the voices travel: in the clear, or encrypted by keys that SIP carries (RFC 4568) or that both ends agree on
#: (RFC 5764). What is chosen is demanded: a provider that does not take it refuses the call.
Encryption = Literal["none", "srtp", "dtls"]

MEDIA_ENCRYPTION: dict[Encryption, str] = {"none": "", "srtp": "srtp-mand", "dtls": "dtls_srtp"}

#: Seconds for which one registration holds.
REGISTERED_FOR = 600

#: Bytes that baresip reads of an account's line, the zero at its end included.
_LINE = 512

_USER = re.compile(r"[A-Za-z0-9._~!*'()&=+$,?/%-]+", re.ASCII)  # RFC 3261, section 25.1
_HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?", re.ASCII)
_DEVICE = re.compile(r"[a-z0-9_]+,[^\s,][^\n]*", re.ASCII)


class SipAccount(Struct, frozen=True, kw_only=True):
    """`user` at `domain`, as the provider has told them; the password is kept elsewhere.

    `domain` and `proxy` may end with a port. `microphone` and `speaker` are baresip's driver and device, as in
    `alsa,default`; empty they are what the machine has. `interface` is the address of this machine to call from, where
    it has several.
    """

    user: str
    domain: str
    auth_user: str = ""
    proxy: str = ""
    transport: Transport = "udp"
    encryption: Encryption = "none"
    microphone: str = ""
    speaker: str = ""
    interface: str = ""

    @property
    def address(self) -> str:
        """`user@domain`."""
        return f"{self.user}@{self.domain}"

    def check(self) -> None:
        """Raises `Refused` for what is no account."""
        for user in (self.user, self.auth_user or self.user):
            if not _USER.fullmatch(user):
                raise Refused(tr("{user} is no user of a SIP provider; write it as in sip:USER@DOMAIN.", user=user))
        for host in filter(None, (self.domain, self.proxy, self.interface)):
            if not _HOST.fullmatch(host):
                raise Refused(tr("{host} is no address of a SIP provider; write it as sip.example.org.", host=host))
        if not self.domain:
            raise Refused(tr("The SIP account lacks its provider; write it as sip.example.org."))
        for device in filter(None, (self.microphone, self.speaker)):
            if not _DEVICE.fullmatch(device):
                raise Refused(tr("{device} is no audio device; write DRIVER,DEVICE as in alsa,default.", device=device))

    def uri_of(self, number: str) -> str:
        """Where the provider finds a number in E.164. Raises `Refused` for what is none."""
        return f"sip:{telephone_link(number).removeprefix('tel:')}@{self.domain}"

    def line(self, password: str) -> str:
        """The account as baresip reads it. Raises `Refused` for a password that such a line cannot carry.

        Nobody at the other end can have calls moved elsewhere: `call_transfer=no`.
        """
        if not password or re.search(r'[\s;"\0]', password):
            raise Refused(
                tr("baresip takes no SIP password with a blank, a semicolon or a quotation mark; have another set.")
            )
        encryption = MEDIA_ENCRYPTION[self.encryption]
        fields = (
            f"<sip:{self.address};transport={self.transport}>",
            f"auth_user={self.auth_user or self.user}",
            f"auth_pass={password}",
            f'outbound="sip:{self.proxy};transport={self.transport}"' if self.proxy else "",
            f"mediaenc={encryption}" if encryption else "",
            f"regint={REGISTERED_FOR}",
            "answermode=manual",
            "call_transfer=no",
            "mwi=no",
        )
        line = ";".join(filter(None, fields))
        if len(line.encode()) >= _LINE:
            raise Refused(tr("The SIP account is longer than baresip takes: {most} bytes in all.", most=_LINE - 1))
        return line
