"""The page behind a join link. The invitation stays in the link's fragment, which no browser sends."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from pathlib import Path

PAGE = Path(__file__).with_name("join.html").read_text("utf-8")


def _hash_of(tag: str) -> str:
    inside = re.findall(f"<{tag}>(.*?)</{tag}>", PAGE, re.DOTALL)[0]
    return f"'sha256-{b64encode(hashlib.sha256(inside.encode()).digest()).decode()}'"


#: Nothing but the page's own style and script may be loaded or run.
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src {_hash_of('style')}; script-src {_hash_of('script')}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
