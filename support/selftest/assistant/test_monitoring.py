"""Alerts and history go on whatever happens."""

import asyncio

from support.selftest.assistant.monitored import effective, ended, until
from support.systems.assistant.app.history_store import Query
from support.systems.assistant.app.model import BreakerState, Source
from support.systems.assistant.app.monitoring import Monitoring


def test_an_error_that_nobody_expects_does_not_end_the_history(tmp_path):
    looks = []

    async def states():
        looks.append(1)
        if len(looks) == 1:
            raise RuntimeError("unexpected")
        return {"qa": BreakerState.CLOSED}

    async def story():
        monitoring = Monitoring(tmp_path, "", 0.01, effective("qa"), states, [])
        monitoring(ended(Source.LIVE))
        monitoring.start()
        await until(lambda: len(looks) > 2, "it looks again")
        rows = await monitoring.history.find(Query())
        await monitoring.close()
        return rows

    assert [row.requests for row in asyncio.run(story())] == [1]
