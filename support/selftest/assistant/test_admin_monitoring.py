"""The routes of monitoring, over a service that is complete but for its dependencies."""

import asyncio

import httpx
import pytest

from support.systems.assistant.app.admin_monitoring import read_names, read_query
from support.systems.assistant.app.history_store import Query
from support.systems.assistant.app.responses import ApiError
from support.systems.assistant.app.runtime import Runtime
from support.systems.assistant.app.settings import read_settings

KNOWN = ["validation", "retry_overhead"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"since": "yesterday"}, "since"),
        ({"until": "-1"}, "until"),
        ({"until": "1e13"}, "until"),
        ({"step_s": "nan"}, "step_s"),
        ({"step_s": "inf"}, "step_s"),
        ({"step": "10"}, "step"),
    ],
)
def test_a_wrong_query_of_the_history_is_told_by_its_field(given, field):
    with pytest.raises(ApiError) as refused:
        read_query(given)
    (mistake,) = refused.value.details["errors"]
    assert (refused.value.status, mistake["field"], mistake["value"]) == (422, field, given[field])


def test_a_query_of_the_history_has_defaults():
    assert read_query({}) == Query()
    assert read_query({"operation": "qa", "since": "1.5", "until": "2", "step_s": "3"}) == Query("qa", 1.5, 2, 3)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[]", 400),
        (b"{", 400),
        (b"\xff", 400),
        (b"[" * 50_000, 400),
        (b'{"only": "validation"}', 422),
        (b'{"only": ["nonsense"]}', 422),
        (b'{"only": [["validation"]]}', 422),
        (b'{"all": true}', 422),
    ],
)
def test_a_wrong_choice_of_benchmarks_is_refused(body, status):
    with pytest.raises(ApiError) as refused:
        read_names(body, KNOWN)
    assert refused.value.status == status


def test_benchmarks_are_chosen_by_name_or_all_of_them_by_none():
    assert read_names(b"", KNOWN) == read_names(b"{}", KNOWN) == []
    assert read_names(b'{"only": ["validation", "validation"]}', KNOWN) == ["validation"]


def test_a_service_tells_its_metrics_alerts_history_and_benchmarks(tmp_path):
    environment = {
        "ASSISTANT_DATA_DIR": str(tmp_path),
        "ASSISTANT_API_KEY": "people-key",
        "ASSISTANT_ADMIN_KEY": "ana-key",
        "ASSISTANT_REDIS_URL": "redis://127.0.0.1:9/0",
    }

    async def story():
        runtime = Runtime(read_settings(environment))
        runtime.start()
        transport = httpx.ASGITransport(runtime.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://assistant") as client:
            assert 'assistant_breaker_state{operation="qa"} 0.0' in (await client.get("/metrics")).text
            assert (await client.get("/v1/admin/alerts")).status_code == 401
            client.headers["X-API-Key"] = "ana-key"
            assert (await client.get("/v1/admin/alerts")).json() == {"active": [], "recent": []}
            assert (await client.get("/v1/admin/history")).json() == {"rows": []}
            assert (await client.get("/v1/admin/benchmarks")).json() == {"results": []}
            one, other = await asyncio.gather(*(client.post("/v1/admin/benchmarks") for _ in range(2)))
            assert {one.status_code, other.status_code} == {200, 409}
            assert (await client.get("/v1/admin/benchmarks")).json() == (one if one.is_success else other).json()
        await runtime.close()
        return (one if one.is_success else other).json()["results"]

    results = asyncio.run(story())
    named = {
        "configuration_load",
        "retry_overhead",
        "breaker_overhead",
        "metrics_overhead",
        "request_overhead",
        "validation",
    }
    assert named <= {result["name"] for result in results}
    assert all(result["median"] > 0 for result in results)
    assert all((result["unit"], result["regression"]) == ("s", False) for result in results)
