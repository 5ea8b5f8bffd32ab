"""A campaign's server, and two ways to it: one that becomes a bad line, one that is cut off and mended.

Over a real network of two devices where this machine lets us make one; elsewhere over the shaky line, whose stalls
stand for the packets that are lost and sent again.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path
from random import Random
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from phonetui.demo.shaky import RunningLine
from phonetui.demo.shaky_line import ShakyLine
from tests.ports import kept_port
from tests.torture.served import PATIENCE, Bank
from tests.torture.tun_line import Network, Result, TunLine, available

#: The bad line: seconds of a round trip, bytes a second each way, the share of packets that is lost.
ROUND_TRIP, BANDWIDTH, LOSS = 0.6, 50_000 / 8, 0.1
#: Of an exchange's handful of packets at least one is lost so often.
STALLS = 0.35

SERVER, ALSO_SERVER, LAPTOP = "10.77.0.1", "10.77.0.2", "10.77.0.3"


class TwoWays(Protocol):
    """`bad_url` and `cut_url` lead to the same server. Laptops are started by `run`, with this `environment`."""

    bad_url: str
    cut_url: str
    environment: dict[str, str]

    @property
    def faults(self) -> int:
        """How many packets, or requests, have met one."""

    def run(self, work: Callable[[], Result]) -> Result:
        """Do it where the laptops are."""

    def spoil(self) -> None:
        """From now on the line is bad."""

    def cut(self) -> None:
        """From now on `cut_url` cannot be reached."""

    def mend(self) -> None:
        """It can be reached again, over the same bad line."""


@contextmanager
def two_ways(bank: Bank, random: Random) -> Iterator[TwoWays]:
    """The server and the ways to it, gone at the end."""
    with ExitStack() as ending:
        yield _OverDevices(bank, random, ending) if available() else _OverProxies(bank, random, ending)


class _OverDevices:
    def __init__(self, bank: Bank, random: Random, ending: ExitStack) -> None:
        campaign, self._laptops = Network(SERVER, ALSO_SERVER), Network(LAPTOP)
        ending.callback(campaign.close)
        ending.callback(self._laptops.close)
        self._line = TunLine(campaign, self._laptops, random)
        self._line.start()
        ending.callback(self._line.close)
        certificate, key = _certificate(bank.folder)
        port = ending.enter_context(kept_port())
        tls = ("--host", "0.0.0.0", "--tls-certificate", str(certificate), "--tls-key", str(key))
        campaign.run(lambda: _serve(bank, port, tls, ending))
        self.bad_url, self.cut_url = f"https://{SERVER}:{port}", f"https://{ALSO_SERVER}:{port}"
        self.environment = {"SSL_CERT_FILE": str(certificate)}

    @property
    def faults(self) -> int:
        return self._line.lost

    def run(self, work: Callable[[], Result]) -> Result:
        return self._laptops.run(work)

    def spoil(self) -> None:
        self._line.delay, self._line.bandwidth, self._line.loss = ROUND_TRIP / 2, BANDWIDTH, LOSS

    def cut(self) -> None:
        self._laptops.configure("route", "add", "unreachable", ALSO_SERVER)

    def mend(self) -> None:
        self._laptops.configure("route", "delete", "unreachable", ALSO_SERVER)


class _OverProxies:
    def __init__(self, bank: Bank, random: Random, ending: ExitStack) -> None:
        port = ending.enter_context(kept_port())
        _serve(bank, port, (), ending)
        self._lines = [ShakyLine(port, random, rate=0.0, latency=(0.0, 0.0), faults=("stall",)) for _ in range(2)]
        running = [RunningLine(line) for line in self._lines]
        for each in running:
            ending.callback(each.stop)
            each.listen(0)
        self._cut = running[1]
        self.bad_url, self.cut_url = (each.url for each in running)
        self.environment: dict[str, str] = {}

    @property
    def faults(self) -> int:
        return sum(line.met.total() for line in self._lines)

    def run(self, work: Callable[[], Result]) -> Result:
        return work()

    def spoil(self) -> None:
        for line in self._lines:
            line.latency, line.bandwidth, line.rate = (ROUND_TRIP, ROUND_TRIP), BANDWIDTH, STALLS

    def cut(self) -> None:
        self._cut.do()

    def mend(self) -> None:
        self._cut.do()


def _serve(bank: Bank, port: int, options: Sequence[str], ending: ExitStack) -> None:
    """Starts the server, and returns once it takes connections."""
    command = (sys.executable, "-m", "phonetui", "server", "run", "--data", str(bank.folder), "--port", str(port))
    with bank.log.open("ab") as log:
        process = subprocess.Popen((*command, *options), stderr=log)
    ending.callback(process.wait)
    ending.callback(process.kill)
    until = time.monotonic() + PATIENCE
    while not bank.log.read_text("utf-8").startswith("Serving"):
        if process.poll() is not None or time.monotonic() > until:
            raise TimeoutError(f"the server does not start: {bank.log.read_text('utf-8')[-500:]}")
        time.sleep(0.02)


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for the server's addresses, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a campaign")])
    addresses = [x509.IPAddress(IPv4Address(address)) for address in (SERVER, ALSO_SERVER)]
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName(addresses), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "certificate-key.pem"
    files[0].write_bytes(made.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files
