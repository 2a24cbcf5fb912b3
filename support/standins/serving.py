"""Runs a stand-in as a process: it listens on one address, prints one line when ready, and stops gracefully."""

import argparse
import socket
import sys

import uvicorn

from support.standins.standin import StandIn
from support.standins.wire import WireProtocol

# longer than any client keeps an idle connection, so that the server never closes one that is about to be used
KEEP_ALIVE_S = 75


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, standin: StandIn) -> None:
        super().__init__(config)
        self._standin = standin

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or ():
            host, port = listener.getsockname()[:2]
            sys.stdout.write(f"ready on {host}:{port}\n")
        sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._standin.release()
        await super().shutdown(sockets)


def arguments(purpose: str | None) -> argparse.ArgumentParser:
    """Return a command line with --host, --port (0: any free port) and --seed."""
    parser = argparse.ArgumentParser(description=purpose, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, required=True, help="port to listen on; 0: any free port")
    parser.add_argument("--seed", type=int, default=1, help="seed of every random choice")
    return parser


def serve(standin: StandIn, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; print "ready on host:port" once it answers. Exits with 1 if it cannot listen."""
    try:
        listener = socket.create_server((host, port), backlog=512)
    except (OSError, OverflowError) as error:
        sys.exit(f"cannot listen on {host}:{port} ({error}); choose another --port, or 0 for any free port")
    config = uvicorn.Config(
        standin,
        http=WireProtocol,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=1,
    )
    _Server(config, standin).run([listener])
