"""What the client adds to Toxiproxy's own server: the sidecar that counts and drops packets, and recovery from a hang."""

import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import threading
from contextlib import suppress

import pytest

from support.core.addresses import LOOPBACK, joined, url
from support.core.checkout import CHECKOUT
from support.environments.images import toxiproxy
from support.environments.ports import ReservedPort
from support.environments.processes import ChildProcess
from support.environments.run_directory import RunDirectory
from support.fault_proxy.client import Proxy, Toxic
from support.fault_proxy.toxiproxy_client import ToxiproxyWithSidecar
from support.probes.pings import http_get

RESET_ON_CLOSE = struct.pack("ii", 1, 0)
SLOW = Toxic("latency", {"latency": 500, "jitter": 0}, name="slowness")
NARROW = Toxic("bandwidth", {"rate": 1000}, name="narrow")

IN_A_NAMESPACE = """
import json, socket, subprocess
from support.fault_proxy.sidecar import links, nftables
from support.probes.marking import PROBES_BEAR

subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
servers = [socket.create_server(("127.0.0.1", port)) for port in (7001, 7002)]
links.install_rules([7001, 7002])

def call(port, bears):
    with socket.socket() as caller:
        caller.settimeout(0.3)
        caller.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, bears)
        try:
            caller.connect(("127.0.0.1", port))
            caller.sendall(b"hello")
        except TimeoutError:
            return "no answer"
        return "connected"

results = [call(7001, 0), call(7001, PROBES_BEAR)]
nftables.apply(f"add element {nftables.TABLE} shut {{ 7002 }}")
results += [call(7002, 0), call(7001, 0)]
nftables.apply(f"flush set {nftables.TABLE} shut")
results += [call(7002, 0)]
print(json.dumps([results, links.usage()]))
"""


@pytest.mark.skipif(
    os.geteuid() != 0 or not all(map(shutil.which, ("unshare", "ip", "nft"))),
    reason="a network namespace needs root, unshare, ip and nft",
)
def test_the_sidecar_counts_callers_but_not_probes_and_can_drop_every_packet():
    command = ["unshare", "--net", sys.executable, "-c", IN_A_NAMESPACE]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False, timeout=30)

    assert done.returncode == 0, done.stderr
    results, usage = json.loads(done.stdout)
    assert results == ["connected", "connected", "no answer", "connected", "connected"]
    assert {port: counted["connections"] for port, counted in usage.items()} == {"7001": 2, "7002": 1}
    assert usage["7001"]["sent"] == 2 * usage["7002"]["sent"] > 0


@pytest.fixture
def talker():
    """A server that sends for two seconds after it has received a request."""

    def answer(client):
        with client, suppress(OSError):
            client.recv(100)
            for _ in range(200):
                client.sendall(b"x" * 1000)
                threading.Event().wait(0.01)

    def serve():
        with suppress(OSError):
            while True:
                threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()

    with socket.create_server((LOOPBACK, 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()


@pytest.fixture
def link(talker, tmp_path, monkeypatch):
    if why_not := toxiproxy.lacking():
        pytest.skip(why_not)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    run = RunDirectory()
    with ReservedPort() as control, ReservedPort() as entry:
        command = [str(toxiproxy.programs() / "toxiproxy"), "-host", LOOPBACK, "-port", str(control.number)]
        server = ChildProcess(
            "toxiproxy", command, port=control.number, ping=http_get("/version"), run=run, logs=tmp_path
        )
        server.start()
        client = ToxiproxyWithSidecar(url("http", server.address), "http://unused", {})
        client.populate([Proxy("link", joined((LOOPBACK, entry.number)), joined(talker), enabled=True)])
        yield client, (LOOPBACK, entry.number)
        server.kill()
    run.remove()


def disconnect_during_an_answer(entry):
    with socket.create_connection(entry) as caller:
        caller.sendall(b"go on")
        threading.Event().wait(0.3)
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)


def test_a_proxy_that_hangs_is_created_again_with_its_other_toxics(link):
    client, entry = link
    client.add("link", SLOW)
    client.add("link", NARROW)
    disconnect_during_an_answer(entry)

    client.remove("link", SLOW.name)

    assert [toxic.name for toxic in client.proxy("link").toxics] == [NARROW.name]
    with socket.create_connection(entry, 1) as caller:
        caller.sendall(b"go on")
        assert caller.recv(10)
