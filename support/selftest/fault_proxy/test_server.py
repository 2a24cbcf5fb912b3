"""The fault proxy as a whole: its API, its counters, its start and end, and its behaviour under load."""

import contextlib
import hashlib
import json
import signal
import socket
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
import requests

from support.core.errors import BrokenHarnessError
from support.core.eventually import patiently
from support.fault_proxy.client import Flow, Proxy, Toxic, Toxiproxy
from support.probes.marking import PROBES_COME_FROM
from support.selftest.fault_proxy.faulty_lines import Line, exactly, running, seconds

SOON = timedelta(seconds=5)


@pytest.fixture(scope="module")
def server():
    with running() as server:
        yield server


@pytest.fixture
def line(server, request):
    line = Line(server.api, request.node.name)
    yield line
    line.close()


def test_the_version_tells_the_seed_too(server):
    assert server.api.version() == {"version": "2.12.0", "server": "holdfast", "seed": 1}


def test_counters_are_exact_by_direction(line):
    for _ in range(3):
        client, server = line.pair()
        client.sendall(bytes(1000))
        exactly(server, 1000)
        server.sendall(bytes(70))
        exactly(client, 70)
    client.close()
    assert server.recv(1) == b""

    def settled():
        counters = line.now().counters
        assert (counters.connections, counters.open, counters.failed) == (3, 2, 0)
        assert (counters.upstream, counters.downstream) == (Flow(3000, 3000), Flow(210, 210))

    patiently(settled, within=SOON)


def test_counters_continue_when_a_proxy_is_created_again(line):
    line.pair()
    line.api.delete(line.name)
    line.api.create(line.name, line.state.listen, line.state.upstream)
    line.pair()
    assert line.now().counters.connections == 2


def test_probes_are_counted_apart(line):
    line.pair()
    client, server = line.pair(source=PROBES_COME_FROM)
    client.sendall(b"well?")
    exactly(server, 5)
    state = line.now()
    assert (state.counters.connections, state.counters.upstream.received) == (1, 0)
    assert (state.probes.connections, state.probes.upstream.received) == (1, 5)


def test_connections_are_identified_by_the_clients_port(line):
    client, server = line.pair()
    server.sendall(b"hello")
    exactly(client, 5)
    port = client.getsockname()[1]
    client.close()

    def recorded():
        (only,) = line.api.connections(line.name)
        assert (only.number, only.client_port, only.probe, only.downstream) == (1, port, False, Flow(5, 5))
        assert only.closed is not None
        assert only.closed >= only.opened

    patiently(recorded, within=SOON)


def test_a_disabled_proxy_refuses_and_closes_connections_and_returns_on_its_port(line):
    client, server = line.pair()
    line.api.disable(line.name)
    assert client.recv(1) == b""
    assert server.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        line.connect()
    assert line.api.enable(line.name).listen == line.state.listen
    line.pair()


def test_reset_enables_and_removes_every_toxic(line):
    line.api.add(line.name, Toxic("latency", {"latency": 60_000}))
    line.api.add(line.name, Toxic("blackhole", stream="upstream"))
    line.api.disable(line.name)
    line.api.reset()
    assert line.now().enabled
    assert line.now().toxics == ()
    client, server = line.pair()
    server.sendall(b"x")
    assert seconds(lambda: exactly(client, 1)) < 1


def test_a_client_is_closed_when_the_upstream_refuses(line):
    line.upstream.close()
    assert line.connect().recv(1) == b""
    counters = line.now().counters
    assert (counters.connections, counters.open, counters.failed) == (1, 0, 1)


@pytest.mark.parametrize("stream", ["upstream", "downstream"])
def test_a_reset_reaches_the_other_end_as_a_reset(line, stream):
    sender, receiver = line.pair(stream)
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    sender.close()
    with pytest.raises(ConnectionResetError):
        receiver.recv(1)


def test_the_upstream_may_speak_first(line):
    client = line.connect()
    server = line.accept()
    server.sendall(b"banner")
    assert exactly(client, 6) == b"banner"


def test_memory_is_bounded_when_the_receiver_does_not_read(line):
    client, _ = line.pair()
    line.api.add(line.name, Toxic("latency", {"latency": 60_000}, "upstream"))
    client.settimeout(0.2)
    with pytest.raises(TimeoutError):
        client.sendall(bytes(64 << 20))
    assert line.now().counters.upstream.received < 5 << 20


@contextlib.contextmanager
def pumping(line):
    """Send bytes downstream at full speed during the block; at the end the checksums of both sides must be equal."""
    client, server = line.pair()
    stop = threading.Event()
    sent, got = hashlib.sha256(), hashlib.sha256()

    def pump():
        chunk = bytes(range(256)) * 400
        while not stop.is_set():
            server.sendall(chunk)
            sent.update(chunk)
        server.close()

    def drain():
        while part := client.recv(1 << 18):
            got.update(part)

    threads = [threading.Thread(target=work) for work in (pump, drain)]
    for thread in threads:
        thread.start()
    yield
    stop.set()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
    assert sent.digest() == got.digest()


@pytest.mark.parametrize(
    "toxic",
    [
        Toxic("latency", {"latency": 40, "jitter": 40}),
        Toxic("bandwidth", {"rate": 500}),
        Toxic("slicer", {"average_size": 50, "size_variation": 20, "delay": 100}),
        Toxic("blackhole", stream="upstream"),
        Toxic("reset_peer", {"timeout": 60_000}),
    ],
    ids=lambda toxic: toxic.type,
)
def test_toxics_come_and_go_under_load_and_no_byte_is_lost(line, toxic):
    with pumping(line):
        for _ in range(15):
            name = line.api.add(line.name, toxic).name
            line.api.remove(line.name, name)


def test_deleting_is_quick_although_the_receiver_does_not_read(server):
    line = Line(server.api, "wedged")
    client, _ = line.pair()
    client.settimeout(0.1)
    with pytest.raises(TimeoutError):
        client.sendall(bytes(64 << 20))
    line.close()
    with pytest.raises(BrokenHarnessError, match="proxy not found: 'wedged'"):
        server.api.proxy("wedged")


def test_populate_leaves_a_proxy_with_the_same_addresses_unchanged(line):
    client, upstream = line.pair()
    line.api.add(line.name, Toxic("latency", {"latency": 1}))
    assert line.api.populate([line.state]) == [line.now()]
    client.sendall(b"x")
    assert exactly(upstream, 1) == b"x"
    (anew,) = line.api.populate([Proxy(line.name, line.state.listen, "127.0.0.1:9", enabled=False)])
    assert (anew.upstream, anew.enabled, anew.toxics) == ("127.0.0.1:9", False, ())
    assert client.recv(1) == b""


def test_a_toxic_is_updated_in_part(server, line):
    line.api.add(line.name, Toxic("latency", {"latency": 60_000, "jitter": 5}))
    client, upstream = line.pair()
    url = f"http://127.0.0.1:{server.port}/proxies/{line.name}/toxics/latency_downstream"
    changed = requests.patch(url, json={"attributes": {"latency": 0}}, timeout=3).json()
    assert changed["attributes"] == {"latency": 0, "jitter": 5}
    upstream.sendall(b"x")
    assert seconds(lambda: exactly(client, 1)) < 1


def test_a_reserved_port_can_be_listened_on(server):
    with socket.socket() as reserve:
        reserve.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserve.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{reserve.getsockname()[1]}"
        assert server.api.create("reserved", listen, "127.0.0.1:9").listen == listen
        server.api.delete("reserved")


LATENCY = {"type": "latency"}


@pytest.mark.parametrize(
    ("path", "body", "status", "message"),
    [
        ("", "nonsense", 400, "bad request body: not JSON"),
        ("", [], 400, "a proxy must be an object, {...}; received: []"),
        ("", {"upstream": "a:1"}, 400, "missing required field: name"),
        ("", {"name": "x"}, 400, "missing required field: upstream"),
        ("", {"name": 1, "upstream": "a:1"}, 400, "'name' must be text; received: 1"),
        (
            "",
            {"name": "x", "upstream": "a:1", "enabled": "no"},
            400,
            "'enabled' must be true or false; received: \"no\"",
        ),
        ("", {"name": "x", "upstream": "here"}, 400, "upstream 'here': expected host:port"),
        ("", {"name": "x", "listen": "abc", "upstream": "a:1"}, 500, "'abc': missing port in address; expected"),
        ("", {"name": "x", "listen": "127.0.0.1:99999", "upstream": "a:1"}, 500, "'127.0.0.1:99999': invalid port"),
        ("", {"name": "x", "listen": "127.0.0.1:{api}", "upstream": "a:1"}, 500, "Address already in use"),
        ("", {"name": "{line}", "upstream": "a:1"}, 409, "proxy already exists: '{line}'"),
        ("/missing", {}, 404, "proxy not found: 'missing'; existing: '{line}'"),
        ("/{line}/toxics/none", {}, 404, "toxic not found: 'none'; existing: none yet"),
        ("/{line}/toxics", {}, 400, "invalid toxic type: null; allowed: 'latency', 'bandwidth'"),
        ("/{line}/toxics", {"type": "fog"}, 400, 'invalid toxic type: "fog"'),
        ("/{line}/toxics", LATENCY | {"stream": "both"}, 400, 'either upstream or downstream; received: "both"'),
        ("/{line}/toxics", LATENCY | {"latency": 5}, 400, "unknown field of a toxic: 'latency'; allowed: 'name',"),
        ("/{line}/toxics", LATENCY | {"toxicity": 2}, 400, "'toxicity' must be a number from 0 to 1; received: 2"),
        ("/{line}/toxics", LATENCY | {"attributes": {"delay": 5}}, 400, "unknown attribute of a latency toxic"),
        (
            "/{line}/toxics",
            LATENCY | {"attributes": {"latency": "5s"}},
            400,
            "'latency' of a latency toxic must be a whole number of milliseconds, 0 or more; received: \"5s\"",
        ),
        ("/{line}/toxics", {"type": "slicer"}, 400, "'average_size' of a slicer toxic must be a whole number"),
    ],
)
def test_an_error_says_what_is_wrong_with_the_request(server, path, body, status, message):
    line = Line(server.api, "sole")

    def filled(text):
        return text.replace("{line}", line.name).replace("{api}", str(server.port))

    if isinstance(body, dict):
        body = {key: filled(value) if isinstance(value, str) else value for key, value in body.items()}
    sending = {"data": body} if isinstance(body, str) else {"json": body}
    answer = requests.post(f"http://127.0.0.1:{server.port}/proxies{filled(path)}", timeout=3, **sending)
    line.close()
    assert answer.status_code == status
    assert answer.json()["status"] == status
    assert filled(message) in answer.json()["error"]


def test_the_same_toxic_twice_is_refused(line):
    line.api.add(line.name, Toxic("latency"))
    with pytest.raises(BrokenHarnessError, match="409: toxic already exists: 'latency_downstream'"):
        line.api.add(line.name, Toxic("latency"))


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_and_at_once_with_connections_open(end):
    with running() as server:
        line = Line(server.api, "line")
        client, _ = line.pair()
        server.api.add("line", Toxic("latency", {"latency": 60_000}, "upstream"))
        client.sendall(b"never to arrive")
        server.process.send_signal(end)
        assert server.process.wait(1) == 0
        with contextlib.suppress(ConnectionResetError):  # unread bytes turn the end of the connection into a reset
            assert client.recv(1) == b""


def test_a_killed_proxy_can_be_started_again_on_its_port():
    with running() as first:
        line = Line(first.api, "line")
        client, _ = line.pair()
        first.process.kill()
        first.process.wait(1)
        assert client.recv(1) == b""
        with running(port=first.port) as second:
            second.api.create("line", line.state.listen, line.state.upstream)
            line.pair()


def test_it_may_start_with_proxies_from_a_file(tmp_path):
    wanted = [{"name": "line", "listen": "127.0.0.1:0", "upstream": "127.0.0.1:9"}]
    (tmp_path / "links.json").write_text(json.dumps(wanted))
    with running(config=tmp_path / "links.json") as server:
        assert server.api.proxy("line").upstream == "127.0.0.1:9"


@pytest.mark.parametrize("content", [None, "nonsense", '[{"name": "line"}]'])
def test_an_invalid_proxy_file_is_reported_in_one_sentence(tmp_path, content):
    file = tmp_path / "links.json"
    if content is not None:
        file.write_text(content)
    command = [sys.executable, "-m", "support.fault_proxy.server", "--port", "0", "--config", str(file)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    assert ended.returncode == 64
    assert f"cannot use --config {file}" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_taken_port_is_reported_in_one_sentence(server):
    command = [sys.executable, "-m", "support.fault_proxy.server", "--port", str(server.port)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    assert ended.returncode == 64
    assert "choose another --port" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_missing_server_is_reported_in_one_sentence():
    with pytest.raises(BrokenHarnessError, match=r"cannot be reached: GET .*/version; is it running"):
        Toxiproxy("http://127.0.0.1:9").version()
