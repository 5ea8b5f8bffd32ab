"""A real browser without a screen, with a profile of its own and no way out to the network."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
#: Puts the page into frames of these widths and writes down what is to be seen there.
LOOK = """<!DOCTYPE html><meta charset="utf-8"><pre id="seen"></pre><script>
const seen = {}, widths = WIDTHS;
for (const width of widths) {
  const frame = document.createElement("iframe");
  frame.width = width; frame.height = 900; frame.src = "PAGE";
  frame.onload = () => {
    const page = frame.contentDocument, root = page.documentElement;
    const cells = row => [...row.cells].map(cell => cell.textContent);
    seen[width] = {
      wide: root.scrollWidth,
      text: page.body.innerText,
      tables: [...page.querySelectorAll("table")].map(table => [...table.rows].map(cells)),
      captions: [...page.querySelectorAll("caption")].map(caption => caption.textContent),
      smallest: Math.min(...[...page.querySelectorAll("text")].map(text => {
        const drawn = text.ownerSVGElement;
        const scale = drawn.getBoundingClientRect().width / drawn.width.baseVal.value;
        return parseFloat(frame.contentWindow.getComputedStyle(text).fontSize) * Math.min(scale, 1);
      })),
      elements: [...new Set([...page.querySelectorAll("*")].map(one => one.localName))].sort(),
      pictures: [...page.querySelectorAll("svg")].map(one => one.getAttribute("role")),
      ink: frame.contentWindow.getComputedStyle(page.body).color,
      styled: frame.contentWindow.getComputedStyle(page.querySelector("main")).maxWidth,
    };
    if (Object.keys(seen).length === widths.length)
      document.getElementById("seen").textContent = JSON.stringify(seen);
  };
  document.body.append(frame);
}
</script>"""


def chromium() -> str:
    """The browser on the PATH."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise AssertionError("There is no Chromium to look at the page with; install the Debian package chromium.")
    return found


def run(folder: Path, *options: str, proxy: int = 9) -> str:
    """What the browser prints; nothing leaves but to the proxy at that port, at which nobody listens."""
    words = [
        chromium(),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--no-first-run",
        "--disable-background-networking",
        f"--user-data-dir={folder / 'profile'}",
        f"--proxy-server=http://127.0.0.1:{proxy}",
        "--allow-file-access-from-files",
        "--virtual-time-budget=5000",
        *options,
    ]
    return subprocess.run(words, capture_output=True, text=True, timeout=120, check=True).stdout


def look(page: Path, *widths: int) -> dict[str, Any]:
    """What is to be seen of the page at each of these widths."""
    watching = page.with_name("look.html")
    watching.write_text(LOOK.replace("WIDTHS", json.dumps(widths)).replace("PAGE", page.name), "utf-8")
    dumped = run(page.parent, "--dump-dom", watching.as_uri())
    seen = dumped.partition('<pre id="seen">')[2].partition("</pre>")[0]
    told: dict[str, Any] = json.loads(seen.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    return told


def screenshot(page: Path, width: int) -> bytes:
    """A picture of the page, as PNG."""
    picture = page.with_name(f"{width}.png")
    run(page.parent, f"--window-size={width},1000", f"--screenshot={picture}", page.as_uri())
    return picture.read_bytes()


@contextmanager
def listening() -> Iterator[tuple[int, list[str]]]:
    """The port of a proxy that answers nobody, and the first lines of what was asked of it."""
    asked: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    caller, _ = server.accept()
                except OSError:
                    return
                with caller:
                    caller.settimeout(60)
                    asked.append(caller.recv(2000).decode("latin-1").partition("\r\n")[0])

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield server.getsockname()[1], asked
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)
