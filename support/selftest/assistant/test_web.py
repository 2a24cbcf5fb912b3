"""The HTTP side: keys, request ids, and errors that say what to mend. Neither Redis nor the AI service can be reached."""

import asyncio
import json
from contextlib import asynccontextmanager

import httpx
import pytest
from structlog.testing import capture_logs

from support.selftest.assistant.parts import settings
from support.systems.assistant.app.runtime import Runtime

ANA, ROOT = {"X-API-Key": "key-of-ana"}, {"X-API-Key": "key-of-root"}
GOOD = {"text": "One thing. Another thing. A third.", "operation": "summarize"}
QUICK = {"default": {"retry": {"attempts": 1}}}


@pytest.fixture
def client(tmp_path):
    @asynccontextmanager
    async def made(configuration=QUICK):
        file = tmp_path / "configuration.json"
        file.write_text(json.dumps(configuration))
        nowhere = {"REDIS_URL": "redis://127.0.0.1:1/0", "AI_URL": "http://127.0.0.1:1/v1"}
        runtime = Runtime(settings(DATA_DIR=str(tmp_path / "data"), CONFIG_FILE=str(file), **nowhere))
        transport = httpx.ASGITransport(runtime.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://assistant") as client:
            yield client
        await runtime.close()

    return made


@pytest.fixture
def ask(client):
    """Send one request; the answer."""

    def ask(path="/v1/process", method="POST", headers=ANA, **body):
        async def scenario():
            async with client() as service:
                return await service.request(method, path, headers=headers, **body)

        return asyncio.run(scenario())

    return ask


def test_without_the_ai_service_people_get_a_fallback_that_says_so(ask):
    answer = ask(json=GOOD, headers={**ANA, "X-Request-ID": "r-1"})

    assert answer.status_code == 200
    body = answer.json()
    assert (body["request_id"], body["source"], body["attempts"]) == ("r-1", "fallback", 1)
    assert body["errors"] == ["connection"]
    assert "One thing." in body["result"]
    assert answer.headers["Answer-Source"] == "fallback"
    assert int(answer.headers["Retry-After"]) >= body["retry_after_seconds"]
    assert answer.headers["X-Request-ID"] == "r-1"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/v1/process", {}),
        ("/v1/process", {"X-API-Key": "wrong"}),
        ("/v1/process", ROOT),
        ("/v1/admin/breakers", {}),
        ("/v1/admin/breakers", ANA),
        ("/v1/unknown", {}),
    ],
)
def test_the_right_key_is_needed(ask, path, headers):
    answer = ask(path, headers=headers, json=GOOD)

    assert answer.status_code == 401
    assert answer.json()["error"] == "unauthorized"
    assert answer.headers["X-Request-ID"] == answer.json()["request_id"]


@pytest.mark.parametrize("identity", ["", "a" * 65, "a b", "a\tb", "ü".encode()])
def test_an_unusable_request_id_is_replaced(ask, identity):
    made = ask(json=GOOD, headers=[*ANA.items(), ("X-Request-ID", identity)]).json()["request_id"]

    assert made
    assert made != identity


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b'"text"', b"\xff", b"[" * 50_000, b'{"text": NaN}'])
def test_what_is_no_json_object_is_malformed(ask, body):
    answer = ask(content=body)

    assert (answer.status_code, answer.json()["error"]) == (400, "malformed_request")


def test_all_mistakes_are_named_at_once(ask):
    answer = ask(json={"text": "", "operation": "sing", "options": [], "colour": "red"})

    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert {error["field"] for error in errors} == {"text", "operation", "options", "colour"}
    assert all(error["message"] and error["remedy"] for error in errors)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": None}, "text"),
        ({"text": 7}, "text"),
        ({"text": "a" * 20_001}, "text"),
        ({"operation": None}, "operation"),
        ({"operation": ["qa"]}, "operation"),
        ({"operation": "qa"}, "options.question"),
        ({"operation": "qa", "options": {"question": ""}}, "options.question"),
        ({"operation": "qa", "options": {"question": "a" * 1001}}, "options.question"),
        ({"options": {"question": "Why?"}}, "options.question"),
        ({"options": None}, "options"),
    ],
)
def test_a_wrong_field_is_named(ask, change, field):
    answer = ask(json={**GOOD, **change})

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_half_a_character_is_refused(ask):
    assert ask(content=b'{"text": "\\ud800", "operation": "summarize"}').status_code == 422


def test_the_longest_text_is_taken(ask):
    assert ask(json={**GOOD, "text": "ü" * 20_000}).status_code == 200


@pytest.mark.parametrize("path", ["/v1/process", "/v1/admin/configuration/validate"])
def test_a_large_body_is_refused(ask, path):
    headers = ROOT if "admin" in path else ANA
    answer = ask(path, headers=headers, content=b" " * 100_001)

    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v1/process", 405), ("GET", "/nowhere", 404)])
def test_other_errors_have_the_same_form(ask, method, path, status):
    answer = ask(path, method)

    assert answer.status_code == status
    assert answer.json().keys() == {"error", "message", "request_id"}


def test_too_many_requests_are_told_when_to_come_back(client):
    async def scenario():
        async with client({**QUICK, "rate_limit": {"per_minute": 2}}) as service:
            answers = [await service.post("/v1/process", headers=ANA, json=GOOD) for _ in range(3)]
            assert [answer.status_code for answer in answers] == [200, 200, 429]
            assert answers[2].json()["error"] == "rate_limited"
            assert 1 <= int(answers[2].headers["Retry-After"]) <= 60

    asyncio.run(scenario())


def test_administrators_open_and_reset_breakers(client):
    async def scenario():
        async with client() as service:
            await service.post("/v1/admin/breakers/qa/open", headers=ROOT)
            breakers = (await service.get("/v1/admin/breakers", headers=ROOT)).json()["breakers"]
            assert (breakers["qa"]["state"], breakers["qa"]["forced"]) == ("open", True)
            assert breakers["summarize"]["state"] == "closed"
            question = {"text": "a", "operation": "qa", "options": {"question": "Why?"}}
            answer = (await service.post("/v1/process", headers=ANA, json=question)).json()
            assert (answer["attempts"], answer["errors"]) == (0, ["breaker_open"])
            health = (await service.get("/health")).json()
            assert (health["status"], health["redis"], health["breakers"]["qa"]["state"]) == (
                "degraded",
                "down",
                "open",
            )
            await service.post("/v1/admin/breakers/qa/reset", headers=ROOT)
            assert (await service.get("/health")).json()["breakers"]["qa"]["state"] == "closed"
            unknown = await service.post("/v1/admin/breakers/song/open", headers=ROOT)
            assert (unknown.status_code, unknown.json()["error"]) == (404, "unknown_operation")

    asyncio.run(scenario())


def test_a_defect_shows_nothing_of_the_inside(monkeypatch, tmp_path):
    async def crash(*_):
        raise RuntimeError("secret")

    async def scenario():
        runtime = Runtime(settings(DATA_DIR=str(tmp_path), REDIS_URL="redis://127.0.0.1:1/0"))
        monkeypatch.setattr(runtime._orchestrator, "answer", crash)
        transport = httpx.ASGITransport(runtime.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://assistant") as service:
            with capture_logs() as lines:
                answer = await service.post("/v1/process", headers={**ANA, "X-Request-ID": "r-1"}, json=GOOD)
        await runtime.close()
        assert [line["request_id"] for line in lines if line["event"] == "request.crashed"] == ["r-1"]
        assert (answer.status_code, answer.headers["X-Request-ID"]) == (500, "r-1")
        assert answer.json().keys() == {"error", "message", "request_id"}
        assert "secret" not in answer.text

    asyncio.run(scenario())
