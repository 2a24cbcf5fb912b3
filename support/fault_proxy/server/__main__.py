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
from support.fault_proxy.server.api_errors import RefusedError
from support.fault_proxy.server.api_values import Wanted, read_proxies
from support.fault_proxy.server.registry import Registry

WRONG_USAGE = 64


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m support.fault_proxy.server", description="A fault proxy with Toxiproxy's HTTP API."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address of the API (default: %(default)s)")
    parser.add_argument("--port", default=8474, type=int, help="port of the API, 0: a free one (default: %(default)s)")
    parser.add_argument("--seed", type=int, help="repeats all draws (default: a random one, told by GET /version)")
    parser.add_argument("--config", type=Path, help="proxies to begin with, as `POST /populate` takes them")
    options = parser.parse_args()
    try:
        beginning = read_proxies(options.config.read_bytes()) if options.config else []
    except (OSError, RefusedError) as problem:
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
    gc.freeze()  # what was imported stays; collections then take less than a millisecond
    uvloop.run(serve(api, secrets.randbits(32) if options.seed is None else options.seed, beginning))
    return 0


async def serve(api: socket.socket, seed: int, beginning: Iterable[Wanted]) -> None:
    """Make the proxies of the *beginning*, then answer on the listening socket *api* until a signal comes."""
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    registry = Registry(seed)
    for wanted in beginning:
        registry.put(wanted)
    # uvicorn's protocol without its server: that one takes the signals and looks for their effect every 100 ms only.
    config = Config(
        application(registry), lifespan="off", ws="none", log_config=None, access_log=False, timeout_keep_alive=3600
    )
    config.load()
    protocol = functools.partial(HttpToolsProtocol, config=config, server_state=ServerState(), app_state={})
    server = await loop.create_server(protocol, sock=api)
    host, port = api.getsockname()[:2]
    sys.stdout.write(f"ready on {host}:{port}\n")
    sys.stdout.flush()
    await over.wait()
    server.close()
    for proxy in registry.all():
        proxy.delete()


if __name__ == "__main__":
    sys.exit(main())
