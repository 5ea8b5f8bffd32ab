"""Why the campaign did not take an event."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from phonetui.core.translation import tr
from phonetui.wire import REJECTIONS, Receipt


class Reason(Struct, frozen=True, omit_defaults=True):
    """What a receipt says: the server's sentence in English, its code and the fields of the code's own sentence."""

    text: str
    code: str = ""
    of: dict[str, str] = {}

    @classmethod
    def on(cls, receipt: Receipt) -> Reason:
        """The reason that stands on a receipt."""
        return cls(receipt.reason, receipt.code, receipt.of)

    @property
    def told(self) -> str:
        """In the caller's language; in the server's own words where it is newer and this phonetui lacks the code."""
        try:
            return tr(REJECTIONS[self.code]).format_map(self.of)
        except KeyError:
            return self.text


#: Made here, since msgspec crashes where two threads are the first to read a shape.
decode_reason = msgspec.json.Decoder(Reason).decode
