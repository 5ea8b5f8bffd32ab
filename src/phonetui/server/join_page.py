"""The page behind a join link. The invitation stays in the link's fragment, which no browser sends.

Nor is it put into a command to copy: a shell would write it down, and a list of processes shows it to others.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from pathlib import Path

PAGE = Path(__file__).with_name("join.html").read_text("utf-8")

_STYLE = re.findall("<style>(.*?)</style>", PAGE, re.DOTALL)[0]
_HASH = f"'sha256-{b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"

#: Nothing but the page's own style may be loaded, and nothing run.
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src {_HASH}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
