"""A program in baresip's place: replays a transcript over its control connection, as a child of the engine.

A transcript's lines: `> dial sip:…` waits for that command, `< {…}` says something, `$token` being the command's,
`= …` prints, `. 0.1` waits so many seconds, and `! close`, `! die`, `! nonsense` end the connection, the program, or
the sense of it. After the last line every command is done as told.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

TRANSCRIPTS = Path(__file__).parent / "transcripts"
MODULES = ("account", "alsa", "auloop", "ctrl_tcp", "g711", "menu", "srtp")

_PROGRAM = f"""#!{sys.executable} -SIBu
import json, os, re, signal, socket, sys, time
from pathlib import Path

prefix = Path(sys.argv[0]).parent.parent
folder = Path(sys.argv[sys.argv.index("-f") + 1])
listen = re.search(r"ctrl_tcp_listen (.*):(.*)", (folder / "config").read_text())
said = open(prefix / "said", "a")
(prefix / "started").write_text(str(os.getpid()))
(prefix / "folder").write_text(str(folder))
(prefix / "mode").write_text(" ".join(oct(each.stat().st_mode & 0o777) for each in (folder, folder / "accounts")))
(prefix / "accounts").write_text((folder / "accounts").read_text())
server = socket.create_server((listen[1], int(listen[2])))
connection, _ = server.accept()
connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
arrived = b""

def command():
    global arrived
    while b":" not in arrived or len(arrived) < int(arrived.split(b":")[0]) + arrived.index(b":") + 2:
        piece = connection.recv(4096)
        if not piece:
            time.sleep(60)
        arrived += piece
    length, _, rest = arrived.partition(b":")
    asked, arrived = json.loads(rest[: int(length)]), rest[int(length) + 1 :]
    line = " ".join(filter(None, (asked["command"], asked.get("params"))))
    print(line, file=said, flush=True)
    return asked["token"], line

def say(text):
    framed = b"%d:%s," % (len(text.encode()), text.encode())
    size = json.loads((prefix / "pieces").read_text()) or len(framed)
    for begin in range(0, len(framed), size):
        connection.sendall(framed[begin : begin + size])
        if begin < 40:
            time.sleep(0.0005)

token = ""
for line in (prefix / "transcript").read_text().splitlines():
    kind, text = line[0], line[2:]
    if kind == ">":
        token, asked = command()
        if asked != text:
            say(json.dumps(dict(response=True, ok=False, data="expected " + text, token=token)))
    elif kind == "<":
        say(text.replace("$token", token))
    elif kind == "=":
        print(text)
    elif kind == ".":
        time.sleep(float(text))
    elif text == "close":
        connection.close()
        time.sleep(60)
    elif text == "nonsense":
        connection.sendall(b"HTTP/1.1 400 Bad Request")
    elif text == "die":
        os.kill(os.getpid(), signal.SIGSEGV)
while True:
    token, asked = command()
    say(json.dumps(dict(response=True, ok=True, data="", token=token)))
    if asked == "quit":
        sys.exit()
"""


def transcript(generation: str, name: str) -> list[str]:
    """The lines of one, its comment left out."""
    lines = (TRANSCRIPTS / generation / f"{name}.txt").read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


class FakeBaresip:
    """An installation of it in a folder."""

    def __init__(self, folder: Path, modules: tuple[str, ...] = MODULES) -> None:
        self._prefix = folder / "usr"
        shutil.rmtree(self._prefix, ignore_errors=True)
        program = self._prefix / "bin" / "baresip"
        program.parent.mkdir(parents=True)
        program.write_text(_PROGRAM)
        program.chmod(0o755)
        installed = self._prefix / "lib" / "baresip" / "modules"
        installed.mkdir(parents=True)
        for name in modules:
            (installed / f"{name}.so").touch()
        self.program = str(program)

    def plays(self, *lines: str, pieces: int = 0) -> None:
        """What it says from its start on, in pieces of so many bytes."""
        (self._prefix / "transcript").write_text("".join(f"{line}\n" for line in lines), "utf-8")
        (self._prefix / "pieces").write_text(json.dumps(pieces))

    @property
    def was_asked(self) -> list[str]:
        """Every command, in order."""
        return (self._prefix / "said").read_text("utf-8").splitlines()

    def left(self, name: str) -> str:
        """What it noted of itself: `started` its process, `folder`, `mode`s, `accounts`."""
        return (self._prefix / name).read_text("utf-8")
