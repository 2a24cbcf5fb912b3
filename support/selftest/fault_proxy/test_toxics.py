"""Each toxic, measured from outside in both directions, with our server and with Toxiproxy's own."""

import contextlib
import socket

import pytest

from support.core.errors import BrokenHarnessError
from support.fault_proxy.client import Toxic
from support.probes.marking import PROBES_COME_FROM
from support.selftest.fault_proxy.faulty_lines import (
    TIMEOUT_S,
    Line,
    Server,
    exactly,
    expect_difference,
    running,
    seconds,
    silent,
    toxiproxy_running,
)

both_ways = pytest.mark.parametrize("stream", ["upstream", "downstream"])


@pytest.fixture(scope="module", params=[running, toxiproxy_running], ids=["ours", "toxiproxy"])
def server(request):
    with request.param() as server:
        yield server


@pytest.fixture
def line(server, request):
    expect_difference(server, request)
    line = Line(server.api, request.node.name)
    yield line
    line.close()


@both_ways
def test_latency_delays_its_direction_only(line, stream):
    sender, receiver = line.pair(stream)
    line.api.add(line.name, Toxic("latency", {"latency": 300}, stream))  # the connection was open before
    sender.sendall(b"slow")
    assert seconds(lambda: exactly(receiver, 4)) >= 0.29
    receiver.sendall(b"fast")
    assert seconds(lambda: exactly(sender, 4)) < 0.25
    line.api.remove(line.name, f"latency_{stream}")
    sender.sendall(b"well")
    assert seconds(lambda: exactly(receiver, 4)) < 0.25


@both_ways
def test_what_latency_holds_is_delivered_in_order_when_it_is_removed(line, stream):
    line.api.add(line.name, Toxic("latency", {"latency": 60_000, "jitter": 10_000}, stream))
    sender, receiver = line.pair(stream)
    for part in (b"one ", b"two ", b"three"):
        sender.sendall(part)
        assert silent(receiver, 0.05)
    line.api.reset()
    assert exactly(receiver, 13) == b"one two three"


def test_jitter_stays_within_its_bounds(line):
    line.api.add(line.name, Toxic("latency", {"latency": 60, "jitter": 40}))
    client, server = line.pair()
    waits = []
    for _ in range(8):
        server.sendall(b"x")
        waits.append(seconds(lambda: exactly(client, 1)))
    assert min(waits) >= 0.019
    assert max(waits) - min(waits) > 0.005


@both_ways
def test_bandwidth_lets_through_its_rate_and_no_more(line, stream):
    line.api.add(line.name, Toxic("bandwidth", {"rate": 200}, stream))
    sender, receiver = line.pair(stream)
    sender.sendall(bytes(60_000))
    assert 0.3 <= seconds(lambda: exactly(receiver, 60_000)) < 2


@both_ways
def test_at_rate_zero_nothing_passes_until_it_is_removed(line, stream):
    line.api.add(line.name, Toxic("bandwidth", {"rate": 0}, stream))
    sender, receiver = line.pair(stream)
    sender.sendall(b"later")
    assert silent(receiver)
    line.api.remove(line.name, f"bandwidth_{stream}")
    assert exactly(receiver, 5) == b"later"


@both_ways
def test_slow_close_delays_only_the_end(line, stream):
    line.api.add(line.name, Toxic("slow_close", {"delay": 300}, stream))
    sender, receiver = line.pair(stream)
    sender.sendall(b"bye")
    assert seconds(lambda: exactly(receiver, 3)) < 0.25
    sender.close()
    assert seconds(lambda: receiver.recv(1)) >= 0.3


@both_ways
def test_timeout_drops_bytes_and_closes_the_silent_connection(line, stream):
    sender, receiver = line.pair(stream)
    line.api.add(line.name, Toxic("timeout", {"timeout": 300}, stream))
    sender.sendall(b"lost")
    assert seconds(lambda: exactly(receiver, 4)) >= 0.29
    assert sender.recv(1) == b""


@both_ways
def test_timeout_zero_drops_bytes_forever_and_removing_it_closes(line, stream):
    line.api.add(line.name, Toxic("timeout", {"timeout": 0}, stream))
    sender, receiver = line.pair(stream)
    sender.sendall(b"lost")
    assert silent(receiver)
    line.api.remove(line.name, f"timeout_{stream}")
    assert receiver.recv(1) == b""


@pytest.mark.differs("Toxiproxy shows no counters")
@both_ways
def test_dropped_bytes_count_as_received_only(line, stream):
    sender, receiver = line.pair(stream)
    line.api.add(line.name, Toxic("timeout", {"timeout": 0}, stream))
    sender.sendall(b"lost")
    assert silent(receiver)
    flow = getattr(line.now().counters, stream)
    assert (flow.received, flow.sent) == (4, 0)


@both_ways
def test_reset_peer_sends_rst_on_a_new_connection(line, stream):
    line.api.add(line.name, Toxic("reset_peer", {"timeout": 100}, stream))
    sender, receiver = line.pair(stream)
    sender.sendall(b"x")
    with pytest.raises(ConnectionResetError):
        receiver.recv(1)


@pytest.mark.differs("Toxiproxy closes connections that were open before without a reset")
@both_ways
def test_reset_peer_sends_rst_to_both_ends(line, stream):
    sender, receiver = line.pair(stream)
    line.api.add(line.name, Toxic("reset_peer", {"timeout": 100}, stream))
    assert silent(receiver, 0.2)  # it waits for the first bytes
    sender.sendall(b"x")
    with pytest.raises(ConnectionResetError):
        receiver.recv(1)
    with pytest.raises(ConnectionResetError):
        sender.recv(1)


@pytest.mark.differs("Toxiproxy does not answer its API until the timeout is over")
def test_a_reset_peer_removed_before_its_timeout_delivers_what_it_held(line):
    line.api.add(line.name, Toxic("reset_peer", {"timeout": 60_000}))
    client, server = line.pair()
    server.sendall(b"kept")
    assert silent(client)
    line.api.remove(line.name, "reset_peer_downstream")
    assert exactly(client, 4) == b"kept"


@pytest.mark.differs("Toxiproxy halves pieces and has no minimum size")
@both_ways
def test_slicer_cuts_into_pieces_with_pauses(line, stream):
    line.api.add(line.name, Toxic("slicer", {"average_size": 100, "size_variation": 20, "delay": 5000}, stream))
    sender, receiver = line.pair(stream)
    content = bytes(range(250)) * 8
    sender.sendall(content)
    pieces = [receiver.recv(4096)]
    while sum(map(len, pieces)) < len(content):
        pieces.append(receiver.recv(4096))
    assert b"".join(pieces) == content
    assert len(pieces) > 8  # some may be joined by a receiver that is late
    assert min(map(len, pieces[:-1])) >= 80


@both_ways
def test_limit_data_passes_its_number_of_bytes_and_closes(line, stream):
    line.api.add(line.name, Toxic("limit_data", {"bytes": 1000}, stream))
    sender, receiver = line.pair(stream)
    sender.sendall(bytes(600))
    assert len(exactly(receiver, 600)) == 600
    sender.sendall(bytes(600))
    assert len(exactly(receiver, 600)) == 400
    with contextlib.suppress(ConnectionResetError):  # the end comes as a reset when bytes were left unread
        assert sender.recv(1) == b""


def test_toxics_are_applied_one_after_the_other(line):
    line.api.add(line.name, Toxic("latency", {"latency": 100}, name="first"))
    line.api.add(line.name, Toxic("latency", {"latency": 100}, name="second"))
    line.api.add(line.name, Toxic("limit_data", {"bytes": 3}))
    client, server = line.pair()
    server.sendall(b"abcdef")
    assert seconds(lambda: exactly(client, 3)) >= 0.199
    assert client.recv(1) == b""


@pytest.mark.differs("Toxiproxy closes all connections when a timeout is removed")
def test_toxicity_zero_affects_no_connection_not_even_on_removal(line):
    line.api.add(line.name, Toxic("timeout", {"timeout": 0}, toxicity=0))
    client, server = line.pair()
    server.sendall(b"as ever")
    assert exactly(client, 7) == b"as ever"
    line.api.remove(line.name, "timeout_downstream")
    assert silent(client)


def draws(seed: int, probes: int) -> tuple[list[tuple[str, ...]], list[int]]:
    """Which of 24 connections drew a toxic of toxicity 0.5, and the sizes into which a slicer cut for the 25th."""
    with running(seed=seed) as server:
        line = Line(server.api, "line")
        server.api.add("line", Toxic("timeout", {"timeout": 60_000}, "upstream", 0.5))
        for _ in range(24):
            for _ in range(probes):
                line.pair(source=PROBES_COME_FROM)
            client, far = line.pair()
            far.sendall(b".")  # a byte that arrives shows that the connection is fully open
            assert exactly(client, 1) == b"."
        drawn = [each.toxics for each in server.api.connections("line") if not each.probe]
        server.api.add("line", Toxic("slicer", {"average_size": 100, "size_variation": 90, "delay": 20_000}))
        sender, receiver = line.pair("downstream")
        sender.sendall(bytes(1200))
        return drawn, [len(receiver.recv(4096)) for _ in range(6)]


def test_the_seed_repeats_the_draws_independently_of_probes():
    drawn, sizes = draws(seed=7, probes=0)
    assert (drawn, sizes) == draws(seed=7, probes=2)
    assert (drawn, sizes) != draws(seed=8, probes=0)
    assert set(drawn) == {(), ("timeout_upstream",)}


def test_a_reset_with_a_seed_makes_draws_independent_of_earlier_connections():
    def drawn(server: Server, line: Line) -> list[tuple[str, ...]]:
        server.api.reset(seed=7)
        server.api.add("line", Toxic("timeout", {"timeout": 60_000}, "upstream", 0.5))
        for _ in range(12):
            client, far = line.pair()
            far.sendall(b".")
            assert exactly(client, 1) == b"."
        return [each.toxics for each in server.api.connections("line")][-12:]

    with running(seed=1) as server:
        line = Line(server.api, "line")
        line.pair()
        first = drawn(server, line)
        assert drawn(server, line) == first
        assert set(first) == {(), ("timeout_upstream",)}


@pytest.mark.differs("Toxiproxy has no blackhole")
def test_blackhole_makes_connects_hang_and_open_connections_silent(line):
    client, server = line.pair()
    line.api.add(line.name, Toxic("blackhole", stream="upstream"))
    with pytest.raises(TimeoutError):
        line.connect(timeout=0.3)
    hanging = socket.socket()
    hanging.settimeout(0)
    hanging.connect_ex(line.address)
    client.sendall(b"question")
    server.sendall(b"answer")
    assert silent(client)
    assert silent(server)

    line.api.remove(line.name, "blackhole_upstream")
    assert seconds(lambda: line.connect(timeout=1)) < 0.25
    line.accept()
    assert exactly(server, 8) == b"question"
    assert exactly(client, 6) == b"answer"
    hanging.settimeout(TIMEOUT_S)
    with hanging:
        hanging.sendall(b"through by its own second SYN")
        assert exactly(line.accept(), 7) == b"through"


@pytest.mark.differs("Toxiproxy has no blackhole")
def test_many_clients_connect_at_once_after_a_blackhole(line):
    line.api.add(line.name, Toxic("blackhole", stream="upstream"))
    line.api.reset()
    assert seconds(lambda: [line.connect() for _ in range(100)]) < 0.9  # a dropped SYN would cost a second


@pytest.mark.differs("Toxiproxy has no blackhole")
def test_blackhole_survives_disabling_and_can_be_added_again(line):
    for _ in range(3):
        line.api.add(line.name, Toxic("blackhole", stream="upstream"))
        line.api.disable(line.name)
        with pytest.raises(ConnectionRefusedError):
            line.connect()
        line.api.enable(line.name)
        with pytest.raises(TimeoutError):
            line.connect(timeout=0.1)
        line.api.reset()
        line.pair()
    assert line.now().counters.connections == 3  # the proxy's own fillers do not count


@pytest.mark.differs("Toxiproxy has no blackhole")
def test_blackhole_has_no_partial_toxicity(line):
    with pytest.raises(BrokenHarnessError, match="swallows whole connections"):
        line.api.add(line.name, Toxic("blackhole", stream="upstream", toxicity=0.5))
