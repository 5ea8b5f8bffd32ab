"""A line between two networks of this machine's own: packets cross it late, slowly, and some not at all.

It needs root and Linux. Each network is a namespace that ends with the last process in it.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import select
import shutil
import struct
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from heapq import heappop, heappush
from pathlib import Path
from random import Random
from threading import Thread
from typing import TypeVar

Result = TypeVar("Result")

TUN = Path("/dev/net/tun")
#: Of Linux's headers.
CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
#: The most bytes of a packet, and the most seconds of packets that wait to be sent; more is dropped, as routers do.
MTU = 1400
QUEUE = 2.0
#: Seconds after which the line looks whether it is closed.
LOOK = 0.2


def available() -> bool:
    """Whether this process may make networks and devices, which root in a container may not."""
    if not (TUN.exists() and shutil.which("ip")):
        return False
    try:
        network = Network()
    except OSError:
        return False
    network.close()
    return True


class Network:
    """A network with one device; what `run` starts is in it."""

    def __init__(self, *addresses: str) -> None:
        self._space, self.device = _on_a_thread(lambda: _new_network(addresses))

    def run(self, work: Callable[[], Result]) -> Result:
        """What `work` returns, done inside."""

        def inside() -> Result:
            _enter(self._space)
            return work()

        return _on_a_thread(inside)

    def configure(self, *words: str) -> None:
        """`ip words`, inside."""
        self.run(lambda: subprocess.run(("ip", *words), check=True))

    def close(self) -> None:
        """Let go of the device and the network."""
        os.close(self.device)
        os.close(self._space)


def _on_a_thread(work: Callable[[], Result]) -> Result:
    """A thread's network is its own; the thread's end leaves this process where it was."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


def _new_network(addresses: tuple[str, ...]) -> tuple[int, int]:
    """Its descriptor, and its device's."""
    _call("unshare", CLONE_NEWNET)
    device = os.open(TUN, os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", b"line", IFF_TUN | IFF_NO_PI))
    for address in addresses:
        subprocess.run(("ip", "address", "add", f"{address}/24", "dev", "line"), check=True)
    subprocess.run(("ip", "link", "set", "line", "mtu", str(MTU), "up"), check=True)
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY), device


def _enter(space: int) -> None:
    _call("setns", space, CLONE_NEWNET)


def _call(name: str, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments):
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")


class TunLine(Thread):
    """Carries packets between two networks, at once until it is spoiled.

    Then a packet takes `delay` seconds, `bandwidth` bytes a second leave each end, and a share, `loss`, is lost;
    `lost` counts those.
    """

    def __init__(self, one: Network, other: Network, random: Random) -> None:
        super().__init__(name="line", daemon=True)
        self._ends = {one.device: other.device, other.device: one.device}
        self._random = random
        self._free = dict.fromkeys(self._ends, 0.0)
        self._under_way: list[tuple[float, int, int, bytes]] = []
        self._carried = 0
        self._closed = False
        self.lost = 0
        self.delay, self.bandwidth, self.loss = 0.0, float("inf"), 0.0

    def close(self) -> None:
        """Carry no more."""
        self._closed = True
        self.join()

    def run(self) -> None:
        """Carry packets until closed."""
        while not self._closed:
            due = self._under_way[0][0] - time.monotonic() if self._under_way else LOOK
            readable, _, _ = select.select(list(self._ends), [], [], min(max(due, 0.0), LOOK))
            for device in readable:
                self._take(device, os.read(device, 65536))
            while self._under_way and self._under_way[0][0] <= time.monotonic():
                _, _, device, packet = heappop(self._under_way)
                os.write(device, packet)

    def _take(self, device: int, packet: bytes) -> None:
        now = time.monotonic()
        leaves = max(now, self._free[device])
        if self._random.random() < self.loss or leaves - now > QUEUE:
            self.lost += 1
            return
        self._free[device] = leaves + len(packet) / self.bandwidth
        self._carried += 1
        heappush(self._under_way, (self._free[device] + self.delay, self._carried, self._ends[device], packet))
