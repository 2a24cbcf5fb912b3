"""The metrics are the events, exactly; only operations of the configuration become labels."""

import asyncio
import random
from collections import Counter
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from support.selftest.assistant.monitored import effective, ended, work
from support.systems.assistant.app.events import (
    AttemptEnded,
    BreakerMoved,
    ConfigurationChanged,
    NotPermitted,
    Observers,
)
from support.systems.assistant.app.metrics import MOST_OPERATIONS, Metrics
from support.systems.assistant.app.model import BreakerState, Kind, Source

OPERATIONS = ("qa", "sentiment", "summarize")
NO_CALL = (Kind.BREAKER_OPEN, Kind.BULKHEAD_FULL)


def samples(metrics, states=None):
    """Every series that is not 0, by its name and the values of its labels."""
    page = metrics.exposition(states or {}).decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
        if sample.value and not sample.name.endswith(("_bucket", "_sum"))
    }


def test_every_series_exists_from_the_start():
    page = Metrics(OPERATIONS).exposition({}).decode()

    for operation in OPERATIONS:
        for outcome in ("live", "cached", "fallback", "rejected"):
            assert f'assistant_requests_total{{operation="{operation}",outcome="{outcome}"}} 0.0' in page
        for outcome in ("success", *(kind for kind in Kind if kind not in NO_CALL)):
            assert f'assistant_attempts_total{{operation="{operation}",outcome="{outcome}"}} 0.0' in page
        for name in ("retries_total", "not_permitted_total", "breaker_state"):
            assert f'assistant_{name}{{operation="{operation}"}} 0.0' in page
        for name in ("request_seconds", "attempt_seconds"):
            assert f'assistant_{name}_count{{operation="{operation}"}} 0.0' in page
        moved = f'from_state="closed",operation="{operation}",to_state="open"'
        assert f"assistant_breaker_transitions_total{{{moved}}} 0.0" in page
    assert 'assistant_alerts_total{kind="breaker_open",state="raised"} 0.0' in page


def test_the_figures_are_the_events_with_50_tasks_at_once():
    metrics, observers, expected = Metrics(OPERATIONS), Observers(), Counter()
    observers.add(metrics)

    async def requests(seed):
        chance = random.Random(seed)
        for _ in range(40):
            operation = chance.choice(OPERATIONS)
            for attempt in range(1, chance.randint(1, 4)):
                error = chance.choice((None, *(kind for kind in Kind if kind not in NO_CALL)))
                observers(AttemptEnded(work(operation), attempt, 0.01, error))
                expected["assistant_attempts_total", operation, error or "success"] += 1
                expected["assistant_attempt_seconds_count", operation] += 1
                if attempt > 1:
                    expected["assistant_retries_total", operation] += 1
                await asyncio.sleep(0)
            if chance.random() < 0.3:
                observers(NotPermitted(work(operation), chance.choice(NO_CALL)))
                expected["assistant_not_permitted_total", operation] += 1
            source = chance.choice((*Source, None))
            observers(ended(source, operation=operation))
            expected["assistant_requests_total", operation, source or "rejected"] += 1
            expected["assistant_request_seconds_count", operation] += 1

    async def all_at_once():
        async with asyncio.TaskGroup() as tasks:
            for seed in range(50):
                tasks.create_task(requests(seed))
            for _ in range(20):  # a page that is made meanwhile, in a thread, disturbs nothing
                await asyncio.to_thread(metrics.exposition, {})

    asyncio.run(all_at_once())
    assert samples(metrics) == expected


def test_the_state_of_a_breaker_is_that_of_the_moment_of_the_page():
    metrics = Metrics(OPERATIONS)
    metrics(BreakerMoved("qa", BreakerState.CLOSED, BreakerState.OPEN, "server_error"))

    found = samples(metrics, {"qa": BreakerState.HALF_OPEN, "sentiment": BreakerState.OPEN})

    assert found == {
        ("assistant_breaker_transitions_total", "closed", "qa", "open"): 1,
        ("assistant_breaker_state", "qa"): 1,
        ("assistant_breaker_state", "sentiment"): 2,
    }


@pytest.mark.parametrize(
    "event", [ended(Source.LIVE, operation="nonsense"), NotPermitted(work("x"), Kind.BREAKER_OPEN)]
)
def test_an_operation_that_no_configuration_has_becomes_no_label(event):
    metrics = Metrics(OPERATIONS)
    before = metrics.exposition({})

    metrics(event)

    assert metrics.exposition({}) == before


def test_an_operation_that_is_registered_later_is_counted_and_stays_when_it_is_removed():
    metrics = Metrics(OPERATIONS)
    metrics(ConfigurationChanged(effective(*OPERATIONS, "translate")))
    assert 'assistant_retries_total{operation="translate"} 0.0' in metrics.exposition({}).decode()
    metrics(ConfigurationChanged(replace(effective(*OPERATIONS), version=2)))

    metrics(ended(Source.LIVE, operation="translate"))  # it began before

    assert samples(metrics)["assistant_requests_total", "translate", "live"] == 1


def test_removed_operations_are_forgotten_when_they_become_many():
    metrics = Metrics(OPERATIONS)
    for number in range(MOST_OPERATIONS):
        metrics(ConfigurationChanged(effective(*OPERATIONS, f"op_{number}")))

    page = metrics.exposition({}).decode()

    assert page.count("assistant_retries_total{") <= MOST_OPERATIONS
    assert 'operation="op_0"' not in page
    assert f'operation="op_{MOST_OPERATIONS - 1}"' in page
