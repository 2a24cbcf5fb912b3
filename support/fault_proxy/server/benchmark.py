"""What the proxy costs: throughput and latency through it against a direct connection.

`python -m support.fault_proxy.server.benchmark [--api URL]` prints medians over several rounds; with --api it measures that
server, as Toxiproxy, in place of ours. Client and upstream are processes of their own; all share this machine's cores.
"""

import argparse
import contextlib
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection

from support.fault_proxy.client import Toxic, Toxiproxy

ROUNDS = 5
BULK_MB = 256
ROUND_TRIPS = 3000
QUESTION = bytes(64)
CHUNK = bytes(1 << 18)

Address = tuple[str, int]


def serve(port: Connection) -> None:
    """Echo what begins with a 0; swallow what begins with a 1 and answer with its size once it ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port.send(listening.getsockname()[1])
        while True:
            client, _ = listening.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with client:
                if client.recv(1) == b"\0":
                    while part := client.recv(1 << 16):
                        client.sendall(part)
                else:
                    left = BULK_MB << 20
                    while left and (part := client.recv(1 << 18)):
                        left -= len(part)
                    client.sendall(b"!")


def throughput(address: Address) -> float:
    """MB/s from the first byte sent to the upstream's word that all is there."""
    with socket.create_connection(address) as client:
        client.sendall(b"\1")
        began = time.perf_counter()
        for _ in range((BULK_MB << 20) // len(CHUNK)):
            client.sendall(CHUNK)
        client.recv(1)
        return BULK_MB * 1.048576 / (time.perf_counter() - began)


def round_trips(address: Address) -> list[float]:
    """Microseconds of each question and its answer, sorted."""
    times = []
    with socket.create_connection(address) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.sendall(b"\0")
        for _ in range(ROUND_TRIPS):
            began = time.perf_counter()
            client.sendall(QUESTION)
            client.recv(len(QUESTION))
            times.append((time.perf_counter() - began) * 1e6)
    return sorted(times)


def measure(ways: dict[str, Address]) -> None:
    speeds: dict[str, list[float]] = {way: [] for way in ways}
    medians: dict[str, list[float]] = {way: [] for way in ways}
    tails: dict[str, list[float]] = {way: [] for way in ways}
    for number in range(1, ROUNDS + 1):
        for way, address in ways.items():
            print(f"\rround {number} of {ROUNDS}: {way:24}", end="", file=sys.stderr, flush=True)
            speeds[way].append(throughput(address))
            times = round_trips(address)
            medians[way].append(times[len(times) // 2])
            tails[way].append(times[len(times) * 99 // 100])
    print("\r" + " " * 48 + "\r", end="", file=sys.stderr, flush=True)
    print(
        f"{ROUNDS} rounds of {BULK_MB} MiB and {ROUND_TRIPS} round trips of {len(QUESTION)} bytes; medians of the rounds"
    )
    print(f"{'':24} {'MB/s':>8} {'median µs':>10} {'p99 µs':>8} {'added µs':>9} {'p99':>6}")
    direct, direct_tail = statistics.median(medians["direct"]), statistics.median(tails["direct"])
    for way in ways:
        median, tail = statistics.median(medians[way]), statistics.median(tails[way])
        added = f"{median - direct:9.0f} {tail - direct_tail:6.0f}"
        print(f"{way:24} {statistics.median(speeds[way]):8.0f} {median:10.0f} {tail:8.0f} {added}")


@contextlib.contextmanager
def upstream() -> Iterator[Address]:
    spawn = get_context("spawn")
    ours, theirs = spawn.Pipe()
    server = spawn.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    yield "127.0.0.1", ours.recv()
    server.kill()
    server.join()


@contextlib.contextmanager
def proxy_server() -> Iterator[str]:
    began = time.perf_counter()
    command = [sys.executable, "-m", "support.fault_proxy.server", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().removeprefix("ready on ").strip()
        print(f"the proxy was ready after {(time.perf_counter() - began) * 1000:.0f} ms")
        yield f"http://{address}"
        process.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m support.fault_proxy.server.benchmark", description=__doc__)
    parser.add_argument("--api", help="measure the server at this URL in place of ours")
    given = parser.parse_args().api
    with upstream() as (host, port), contextlib.nullcontext(given) if given else proxy_server() as url:
        api = Toxiproxy(url)
        ways = {"direct": (host, port)}
        for name in ("proxied", "with a latency of 0 ms"):
            listen = api.create(name, "127.0.0.1:0", f"{host}:{port}").listen
            ways[name] = ("127.0.0.1", int(listen.rpartition(":")[2]))
        for stream in ("upstream", "downstream"):
            api.add("with a latency of 0 ms", Toxic("latency", {"latency": 0}, stream))
        measure(ways)
        for name in list(ways)[1:]:
            api.delete(name)
        api.close()


if __name__ == "__main__":
    main()
