"""A fresh start of the service under test between scenarios, as if it had been restarted."""

import json
from datetime import timedelta

from support.core.addresses import url
from support.core.eventually import patiently
from support.core.plain_http import FAILURES, ask
from support.environments.parts import Part

RELOAD = timedelta(seconds=3)


class Renewal:
    """By SIGHUP, which the reference answers in milliseconds; by a restart where that does nothing or cannot be.

    `reloads` tells whether the service is known to keep that part of the contract. A candidate is asked once (None).
    """

    def __init__(self, part: Part, *, reloads: bool | None) -> None:
        self._part = part
        self._reloads = reloads

    def __call__(self) -> None:
        if self._reloads is False or not self._part.alive or self._part.changed:
            self._restart()
            return
        before = self._started_at()
        self._part.reload()

        def check() -> None:
            assert self._part.alive, f"the {self._part.name} has ended after SIGHUP"
            assert self._started_at() not in {"", before}, f"the {self._part.name} has not reloaded after SIGHUP"

        try:
            patiently(check, within=RELOAD, every=0.002)
        except AssertionError:
            if self._reloads:
                raise
            self._reloads = False
            self._restart()
        else:
            self._reloads = True

    def _restart(self) -> None:
        self._part.kill()
        self._part.start()

    def _started_at(self) -> str:
        """When it says that it has started; empty when it says nothing of that."""
        try:
            _, told = ask("GET", f"{url('http', self._part.address)}/health/live", timeout_s=1)
            live = json.loads(told)
        except (*FAILURES, ValueError):
            return ""
        return str(live.get("started_at", "")) if isinstance(live, dict) else ""
