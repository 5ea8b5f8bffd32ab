"""What is typed in answer to a question."""

from __future__ import annotations

import sys
from io import BytesIO, TextIOWrapper

import pytest

from phonetui.commands import asking
from phonetui.core.refusal import Refused


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_a_secret_that_is_no_text_is_refused(monkeypatch: pytest.MonkeyPatch, errors: str) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(b"https://h/x\xe9\n"), "utf-8", errors))
    with pytest.raises(Refused) as refused:
        asking.secret("The key:")
    assert str(refused.value) == "What was typed is not text in UTF-8, so nothing was done."
