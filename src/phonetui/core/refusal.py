"""The one exception that reaches people."""

from __future__ import annotations


class Refused(Exception):
    """A command or a request that cannot be done; its text is one sentence: what is wrong, with what, and the mend.

    Front ends print it as it stands; commands end with exit code 1.
    """
