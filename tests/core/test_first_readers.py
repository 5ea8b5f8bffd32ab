"""A server that has just started is asked by many at once: the first to read a record are several threads."""

from __future__ import annotations

import subprocess
import sys

import pytest

#: Eight threads that switch as often as they can, each the first to read what is kept as JSON.
TOGETHER = """
import sys, threading
import msgspec
from phonetui.core.campaign import decode_campaign
from phonetui.core.event import decode, decode_outcome, decode_question
from phonetui.core.voter import decode_polling_place, decode_voter

CAMPAIGN = b'''{"steps": [{"id": "a", "question": {"id": "q", "ask": {}, "answers": [{"id": "a", "label": {}}]}}],
"calling": {"hours": {"mon": {"opens": "09:00:00", "closes": "21:00:00"}}}}'''
VOTER = b'{"voter_id": "a", "phones": [{"number": "+12025550101"}], "polling_place": {"name": "School"}}'
READERS = {
    decode_campaign: CAMPAIGN, decode_voter: VOTER, decode_polling_place: b'{"name": "School"}',
    decode_outcome: b'{"kind": "outcome", "answers": {"q": "a"}}', decode_question: b'{"kind": "question"}',
    decode: b'{"kind": "dial", "at": "2026-10-24T12:00:00Z"}',
}
start = threading.Barrier(8)

def read():
    start.wait()
    for reader, body in READERS.items():
        try:
            reader(body)
        except msgspec.ValidationError:
            pass  # there is more to a record than what is read first

sys.setswitchinterval(1e-6)
threads = [threading.Thread(target=read) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("read")
"""


@pytest.mark.parametrize("time", range(5))
def test_many_threads_may_be_the_first_to_read(time: int) -> None:
    done = subprocess.run([sys.executable, "-c", TOGETHER], capture_output=True, text=True, timeout=120, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "read\n", "")
