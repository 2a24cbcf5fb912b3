"""Measures the overhead of the proxy: throughput and latency, compared with a direct connection.

`python -m support.fault_proxy.server.benchmark [--api URL]` prints medians over several rounds; with --api it measures that
server (such as Toxiproxy) instead of ours. Client and upstream are separate processes; all share the cores of this machine.
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
PAYLOAD = bytes(64)
CHUNK = bytes(1 << 18)

Address = tuple[str, int]


def serve(port: Connection) -> None:
    """Echo a stream that starts with a 0; consume a stream that starts with a 1 and confirm its end with one byte."""
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
    """MB/s, from the first byte sent until the upstream confirms the last one."""
    with socket.create_connection(address) as client:
        client.sendall(b"\1")
        started = time.perf_counter()
        for _ in range((BULK_MB << 20) // len(CHUNK)):
            client.sendall(CHUNK)
        client.recv(1)
        return BULK_MB * 1.048576 / (time.perf_counter() - started)


def round_trips(address: Address) -> list[float]:
    """Duration of each round trip in microseconds, sorted."""
    times = []
    with socket.create_connection(address) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.sendall(b"\0")
        for _ in range(ROUND_TRIPS):
            started = time.perf_counter()
            client.sendall(PAYLOAD)
            client.recv(len(PAYLOAD))
            times.append((time.perf_counter() - started) * 1e6)
    return sorted(times)


def measure(paths: dict[str, Address]) -> None:
    speeds: dict[str, list[float]] = {path: [] for path in paths}
    medians: dict[str, list[float]] = {path: [] for path in paths}
    tails: dict[str, list[float]] = {path: [] for path in paths}
    for number in range(1, ROUNDS + 1):
        for path, address in paths.items():
            print(f"\rround {number} of {ROUNDS}: {path:24}", end="", file=sys.stderr, flush=True)
            speeds[path].append(throughput(address))
            times = round_trips(address)
            medians[path].append(times[len(times) // 2])
            tails[path].append(times[len(times) * 99 // 100])
    print("\r" + " " * 48 + "\r", end="", file=sys.stderr, flush=True)
    print(
        f"{ROUNDS} rounds of {BULK_MB} MiB and {ROUND_TRIPS} round trips of {len(PAYLOAD)} bytes; medians of the rounds"
    )
    print(f"{'':24} {'MB/s':>8} {'median µs':>10} {'p99 µs':>8} {'added µs':>9} {'p99':>6}")
    direct, direct_tail = statistics.median(medians["direct"]), statistics.median(tails["direct"])
    for path in paths:
        median, tail = statistics.median(medians[path]), statistics.median(tails[path])
        added = f"{median - direct:9.0f} {tail - direct_tail:6.0f}"
        print(f"{path:24} {statistics.median(speeds[path]):8.0f} {median:10.0f} {tail:8.0f} {added}")


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
    started = time.perf_counter()
    command = [sys.executable, "-m", "support.fault_proxy.server", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().removeprefix("ready on ").strip()
        print(f"the proxy was ready after {(time.perf_counter() - started) * 1000:.0f} ms")
        yield f"http://{address}"
        process.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m support.fault_proxy.server.benchmark", description=__doc__)
    parser.add_argument("--api", help="measure the server at this URL instead of ours")
    given = parser.parse_args().api
    with upstream() as (host, port), contextlib.nullcontext(given) if given else proxy_server() as url:
        api = Toxiproxy(url)
        paths = {"direct": (host, port)}
        for name in ("proxied", "with a latency of 0 ms"):
            listen = api.create(name, "127.0.0.1:0", f"{host}:{port}").listen
            paths[name] = ("127.0.0.1", int(listen.rpartition(":")[2]))
        for stream in ("upstream", "downstream"):
            api.add("with a latency of 0 ms", Toxic("latency", {"latency": 0}, stream))
        measure(paths)
        for name in list(paths)[1:]:
            api.delete(name)
        api.close()


if __name__ == "__main__":
    main()
