"""`python -m support.systems.tasks.programs.qdrant --port P --data DIR`: serve until SIGTERM, then exit with status 0."""

import argparse
import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from support.systems.tasks.programs.qdrant.app import make_app


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are handled here: uvicorn would end the process by the signal, not with status 0."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        yield

    def _stop(self) -> None:
        self.should_exit = True


def main() -> None:
    parser = argparse.ArgumentParser(prog="qdrant", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder that keeps the collections")
    told = parser.parse_args()
    config = uvicorn.Config(
        make_app(told.data),
        host=told.host,
        port=told.port,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=3,
    )
    _Server(config).run()


if __name__ == "__main__":
    main()
