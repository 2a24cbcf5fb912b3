"""`python -m support.fault_proxy.server`: serve the API until SIGTERM or SIGINT."""

import argparse
import asyncio
import functools
import gc
import resource
import secrets
import signal
import socket
import sys
from collections.abc import Iterable
from pathlib import Path

import uvloop
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from support.fault_proxy.server.api import application
from support.fault_proxy.server.api_errors import ApiError
from support.fault_proxy.server.api_values import ProxyConfig, read_proxies
from support.fault_proxy.server.registry import Registry

WRONG_USAGE = 64


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m support.fault_proxy.server", description="A fault proxy with Toxiproxy's HTTP API."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address of the API (default: %(default)s)")
    parser.add_argument("--port", default=8474, type=int, help="port of the API, 0: a free one (default: %(default)s)")
    parser.add_argument(
        "--seed", type=int, help="makes all random draws reproducible (default: a random seed; see GET /version)"
    )
    parser.add_argument("--config", type=Path, help="file with the initial proxies, in the format of `POST /populate`")
    options = parser.parse_args()
    try:
        initial = read_proxies(options.config.read_bytes()) if options.config else []
    except (OSError, ApiError) as problem:
        sys.stderr.write(f"the fault proxy cannot use --config {options.config} ({problem})\n")
        return WRONG_USAGE
    try:
        api = socket.create_server((options.host, options.port), backlog=128)
    except (OSError, OverflowError) as problem:
        place = f"{options.host}:{options.port}"
        sys.stderr.write(f"the fault proxy cannot listen on {place} ({problem}); choose another --port\n")
        return WRONG_USAGE
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    gc.freeze()  # imported modules are never collected; a collection then takes less than a millisecond
    uvloop.run(serve(api, secrets.randbits(32) if options.seed is None else options.seed, initial))
    return 0


async def serve(api: socket.socket, seed: int, initial: Iterable[ProxyConfig]) -> None:
    """Create the *initial* proxies, then serve the listening socket *api* until a signal arrives."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    registry = Registry(seed)
    for wanted in initial:
        registry.put(wanted)
    # uvicorn's protocol without its server, which handles signals itself and only checks for them every 100 ms
    config = Config(
        application(registry), lifespan="off", ws="none", log_config=None, access_log=False, timeout_keep_alive=3600
    )
    config.load()
    protocol = functools.partial(HttpToolsProtocol, config=config, server_state=ServerState(), app_state={})
    server = await loop.create_server(protocol, sock=api)
    host, port = api.getsockname()[:2]
    sys.stdout.write(f"ready on {host}:{port}\n")
    sys.stdout.flush()
    await stopped.wait()
    server.close()
    for proxy in registry.all():
        proxy.delete()


if __name__ == "__main__":
    sys.exit(main())
