"""The provider stand-in behaves like the original, misbehaves as scripted, and records what it was asked."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest
import requests

from support.core.errors import BrokenHarnessError
from support.core.eventually import eventually
from support.selftest.standins import running
from support.systems.catalog.data.bundles import bundle, bundles
from support.systems.catalog.observers.provider_record import (
    ProviderRecord,
    ProviderRequest,
    arrived_after,
    gaps,
    per_group,
)
from support.systems.catalog.standins.provider.control import ProviderControl
from support.systems.catalog.standins.provider.record import LIMIT, Record
from support.systems.catalog.standins.provider.script import (
    Drop,
    ErrorStatus,
    InvalidJson,
    MissingFields,
    NotTheEnvelope,
    Ok,
    Rule,
    Silent,
    SomeBundlesCorrupt,
    Status,
    TruncatedBody,
    WrongTypes,
)

KEY = {"X-API-Key": "esim-go-key"}
PROBE = KEY | {"X-Holdfast-Probe": "1"}
FIXED, REGIONAL = "Standard Fixed", "Regional Bundles"
EUROPE, JAPAN = bundle(price=Decimal("18.00")), bundle("Japan 3 GB", price=Decimal("9.50"))
ASIA = bundle("Asia 10 GB", group=REGIONAL)


class Provider:
    """The stand-in as the tests use it: from the customer's side, the script's and the record's."""

    def __init__(self, url: str) -> None:
        self.url, self.control, self.record = url, ProviderControl(url), ProviderRecord(url)

    def get(
        self, path: str = "/catalogue", *, headers: dict[str, str] = KEY, timeout: float = 3, **query: Any
    ) -> requests.Response:
        return requests.get(f"{self.url}/v2.4{path}", params=query, headers=headers, timeout=timeout)

    def statuses(self, count: int, path: str = "/catalogue", **query: Any) -> list[int]:
        return [self.get(path, **query).status_code for _ in range(count)]

    def script(self, *rules: Rule) -> None:
        self.control.script(rules)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running("support.systems.catalog.standins.provider", "--seed", "7") as address:
        yield address


@pytest.fixture
def provider(url: str) -> Provider:
    provider = Provider(url)
    provider.control.reset()
    provider.control.catalogue({FIXED: [EUROPE, JAPAN], REGIONAL: [ASIA]})
    return provider


def end(request: ProviderRequest) -> float:
    assert request.finished_at is not None
    return request.finished_at


# The original's behaviour


def test_it_may_begin_with_something_to_offer() -> None:
    with running("support.systems.catalog.standins.provider", "--bundles", "200") as address:
        assert requests.get(f"{address}/_control/health", timeout=3).json()["bundles"] == 200


def test_groups_pages_and_details(provider: Provider) -> None:
    assert provider.get("/organisation/groups").json() == [{"name": FIXED}, {"name": REGIONAL}]
    page = provider.get(group=FIXED)
    assert page.headers["content-type"] == "application/json"
    assert page.json() == {"bundles": [EUROPE, JAPAN], "pageCount": 1, "rows": 2, "pageSize": 50}
    assert provider.get().json()["bundles"] == [EUROPE, JAPAN, ASIA]
    assert provider.get(f"/catalogue/bundle/{ASIA['name']}").json() == ASIA


def test_paging(provider: Provider) -> None:
    provider.control.generate({FIXED: 1001}, price=Decimal("21.50"))
    pages = [provider.get(group=FIXED, page=number, perPage=500).json() for number in (1, 2, 3, 4)]
    assert [len(page["bundles"]) for page in pages] == [500, 500, 1, 0]
    assert {(page["pageCount"], page["rows"], page["pageSize"]) for page in pages} == {(3, 1001, 500)}
    seen = [found for page in pages for found in page["bundles"]]
    assert seen == list(bundles(1001, FIXED, 7, price=Decimal("21.50")))
    assert len({found["name"] for found in seen}) == 1001


def test_an_unknown_group_is_empty(provider: Provider) -> None:
    assert provider.get(group="Moon").json() == {"bundles": [], "pageCount": 0, "rows": 0, "pageSize": 50}


@pytest.mark.parametrize(
    ("path", "query", "headers", "status"),
    [
        ("/catalogue", {}, {}, 401),
        ("/organisation/groups", {}, {"X-API-Key": "wrong"}, 401),
        ("/catalogue/bundle/esim_nowhere", {}, KEY, 404),
        ("/orders", {}, KEY, 404),
        ("/catalogue", {"page": "0"}, KEY, 400),
        ("/catalogue", {"perPage": "many"}, KEY, 400),
    ],
)
def test_refusals_are_json_with_a_message(
    provider: Provider, path: str, query: dict[str, Any], headers: dict[str, str], status: int
) -> None:
    answer = provider.get(path, headers=headers, **query)
    assert answer.status_code == status
    assert list(answer.json()) == ["message"]
    assert provider.record.requests()[-1].status == status


def test_a_bundle_in_two_groups_is_listed_once(provider: Provider) -> None:
    provider.control.catalogue({FIXED: [EUROPE], REGIONAL: [EUROPE]})
    assert provider.get().json()["rows"] == 1
    assert provider.get(group=REGIONAL).json()["rows"] == 1


# Every answer on the wire


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 502, 503])
def test_error_statuses(provider: Provider, status: ErrorStatus) -> None:
    provider.script(Rule(answer=Status(status)))
    answer = provider.get()
    assert answer.status_code == status
    assert list(answer.json()) == ["message"]
    assert "Retry-After" not in answer.headers


def test_retry_after_in_seconds(provider: Provider) -> None:
    provider.script(Rule(answer=Status(429, retry_after=2)))
    assert provider.get().headers["Retry-After"] == "2"
    [request] = provider.record.requests()
    assert request.not_before == pytest.approx(end(request) + 2, abs=0.5)


def test_retry_after_as_a_date_is_never_earlier_than_asked(provider: Provider) -> None:
    provider.script(Rule(answer=Status(429, retry_at=1.5)))
    before = time.time()
    date = parsedate_to_datetime(provider.get().headers["Retry-After"]).timestamp()
    assert date >= before + 1.5
    assert provider.record.requests()[0].not_before == date


def test_latency_delays_the_good_answer(provider: Provider) -> None:
    provider.script(Rule(answer=Ok(), latency_s=0.15))
    before = time.monotonic()
    assert provider.get(group=FIXED).json()["bundles"] == [EUROPE, JAPAN]
    assert time.monotonic() - before >= 0.15
    [request] = provider.record.requests()
    assert end(request) - request.at >= 0.14


@pytest.mark.parametrize("path", ["/catalogue", "/organisation/groups", f"/catalogue/bundle/{ASIA['name']}"])
def test_invalid_json(provider: Provider, path: str) -> None:
    provider.script(Rule(answer=InvalidJson()))
    answer = provider.get(path)
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_wrong_types(provider: Provider) -> None:
    provider.script(Rule(answer=WrongTypes()))
    assert [(found["price"], found["dataAmount"]) for found in provider.get(group=FIXED).json()["bundles"]] == [
        ("free", [5000]),
        ("free", [3000]),
    ]
    assert provider.get("/organisation/groups").json()[0] == {"name": [FIXED]}


def test_missing_fields(provider: Provider) -> None:
    provider.script(Rule(answer=MissingFields()))
    page = provider.get(group=FIXED).json()
    assert page["rows"] == 2
    assert not any("name" in found or "price" in found for found in page["bundles"])
    assert provider.get("/organisation/groups").json() == [{}, {}]


def test_not_the_envelope(provider: Provider) -> None:
    provider.script(Rule(answer=NotTheEnvelope()))
    assert provider.get(group=REGIONAL).json() == [ASIA]
    assert provider.get("/organisation/groups").json() == {}


def test_some_bundles_corrupt(provider: Provider) -> None:
    provider.control.generate({FIXED: 10})
    good = provider.get(group=FIXED).json()["bundles"]
    provider.script(Rule(answer=SomeBundlesCorrupt(4)))
    found = provider.get(group=FIXED).json()["bundles"]
    assert [number for number in range(10) if found[number] != good[number]] == [0, 4, 8]
    assert found[0]["price"] == "free"
    assert "name" not in found[4]


def test_a_truncated_body_is_seen_as_such(provider: Provider) -> None:
    provider.script(Rule(answer=TruncatedBody()))
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        provider.get()
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        httpx.get(f"{provider.url}/v2.4/catalogue", headers=KEY)
    assert [request.status for request in provider.record.requests()] == [200, 200]


def test_a_dropped_connection_is_seen_as_such(provider: Provider) -> None:
    provider.script(Rule(answer=Drop()))
    with pytest.raises(requests.exceptions.ConnectionError, match="without response"):
        provider.get()
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        httpx.get(f"{provider.url}/v2.4/catalogue", headers=KEY)
    for request in provider.record.requests():
        assert (request.status, request.rule) == (None, 0)
        assert request.finished_at is not None


def test_silence_is_on_record_at_once_and_ends_when_the_client_leaves(provider: Provider) -> None:
    provider.script(Rule(answer=Silent()))
    before = time.time()
    with pytest.raises(requests.exceptions.ReadTimeout):
        provider.get(timeout=0.2)

    def left() -> ProviderRequest:
        [request] = provider.record.requests()
        assert request.finished_at is not None
        return request

    request = eventually(left, within=timedelta(seconds=3))
    assert request.status is None
    assert end(request) >= before + 0.2


@pytest.mark.parametrize("rule", [Rule(answer=Silent()), Rule(answer=Ok(), latency_s=60)])
def test_a_reset_ends_waits_and_clears_everything(provider: Provider, rule: Rule) -> None:
    provider.script(rule)

    def waiting() -> None:
        assert provider.record.requests()
        assert provider.record.requests()[0].finished_at is None

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(provider.get, timeout=30)
        eventually(waiting, within=timedelta(seconds=3))
        provider.control.reset()
        assert isinstance(answer.exception(timeout=3), requests.exceptions.ConnectionError)
    assert provider.record.requests() == []
    assert provider.get().json()["rows"] == 0


def test_the_end_of_the_process_does_not_wait_for_silence() -> None:
    with socket.socket() as customer, running("support.systems.catalog.standins.provider") as url:
        provider = Provider(url)
        provider.script(Rule(answer=Silent()))
        customer.connect(("127.0.0.1", int(url.rpartition(":")[2])))
        customer.sendall(b"GET /v2.4/catalogue HTTP/1.1\r\nHost: provider\r\n\r\n")

        def arrived() -> None:
            assert provider.record.requests()

        eventually(arrived, within=timedelta(seconds=3))


# Who is answered


def test_first_and_after_count_requests_of_their_group_only(provider: Provider) -> None:
    provider.script(Rule(group=FIXED, after=1, first=2, answer=Status(500)))
    assert provider.statuses(2, group=REGIONAL) == [200, 200]
    assert provider.statuses(5, group=FIXED) == [200, 500, 500, 200, 200]
    assert provider.statuses(1, path="/organisation/groups") == [200]


def test_spent_rules_hand_over_to_the_next(provider: Provider) -> None:
    provider.script(
        Rule(group=FIXED, first=1, answer=Status(503)),
        Rule(first=2, answer=Status(429)),
        Rule(group=REGIONAL, answer=Status(500)),
    )
    assert provider.statuses(4, group=FIXED) == [503, 429, 429, 200]
    assert provider.statuses(2, group=REGIONAL) == [500, 500]
    assert provider.statuses(1, path="/organisation/groups") == [200]
    assert [request.rule for request in provider.record.requests()] == [0, 1, 1, None, 2, 2, None]


def test_a_rate_is_drawn_from_the_seed(provider: Provider) -> None:
    def play() -> list[int]:
        provider.script(Rule(rate=0.3, answer=Status(500)))
        return provider.statuses(100)

    once = play()
    assert 15 <= once.count(500) <= 45
    assert play() == once
    with (
        running("support.systems.catalog.standins.provider", "--seed", "7") as same,
        running("support.systems.catalog.standins.provider") as other,
    ):
        provider.url, provider.control = same, ProviderControl(same)
        assert play() == once
        provider.url, provider.control = other, ProviderControl(other)
        assert play() != once


def test_probes_see_what_comes_next_and_use_nothing_up(provider: Provider) -> None:
    provider.script(Rule(first=1, answer=Status(503)), Rule(rate=0.5, answer=Status(429)))
    upcoming = []
    for _ in range(12):
        upcoming.append(provider.statuses(3, headers=PROBE))
        assert provider.get().status_code == upcoming[-1][0]
    assert all(len(set(seen)) == 1 for seen in upcoming)
    assert {seen[0] for seen in upcoming} == {503, 429, 200}
    assert len(provider.record.requests()) == 12
    assert len(provider.record.requests(include_probes=True)) == 48


def test_the_key_matters_only_where_data_would_be_given(provider: Provider) -> None:
    provider.script(Rule(first=1, answer=Status(503)), Rule(answer=WrongTypes()))
    assert provider.statuses(2, headers={}) == [503, 401]
    assert [request.key_ok for request in provider.record.requests()] == [False, False]


def test_counts_hold_under_concurrency(provider: Provider) -> None:
    provider.script(Rule(first=20, answer=Status(500), latency_s=0.02))
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: provider.get().status_code, range(60)))
    assert (seen.count(500), seen.count(200)) == (20, 40)


# The record


def test_the_record_says_what_was_asked_and_when(provider: Provider) -> None:
    before, before_mono = time.time(), time.monotonic()
    provider.get("/organisation/groups")
    between = time.monotonic()
    provider.get(group=FIXED, page=2, perPage=1)
    provider.get(group=FIXED)
    groups, paged, plain = provider.record.requests()
    assert (groups.method, groups.path, groups.group, groups.page) == ("GET", "/v2.4/organisation/groups", None, None)
    assert (paged.path, paged.group, paged.page, paged.status) == ("/v2.4/catalogue", FIXED, 2, 200)
    assert (plain.page, plain.rule, plain.key_ok, plain.probe) == (None, None, True, False)
    assert before <= groups.at <= end(groups) <= paged.at <= time.time()
    assert before_mono <= groups.mono <= between <= paged.mono <= plain.mono
    assert groups.id < paged.id < plain.id
    assert all(request.client_port for request in (groups, paged, plain))
    assert gaps([groups, paged, plain]) == [paged.mono - groups.mono, plain.mono - paged.mono]
    assert per_group([groups, paged, plain]) == {FIXED: 2}
    assert arrived_after([groups, paged, plain], between) == [paged, plain]


def test_the_record_can_be_read_from_an_id_on_and_cleared(provider: Provider) -> None:
    provider.statuses(3)
    first, *rest = provider.record.requests()
    later = requests.get(f"{provider.url}/_control/requests", params={"since": first.id}, timeout=3).json()
    assert [request["id"] for request in later] == [request.id for request in rest]
    provider.record.clear()
    assert provider.record.requests() == []
    provider.get()
    assert provider.record.requests()[0].id > rest[-1].id


def test_the_record_forgets_the_oldest() -> None:
    record = Record()
    blank = dict.fromkeys(("at", "mono", "method", "path", "group", "page", "key_ok", "rule", "probe", "client_port"))
    for _ in range(LIMIT + 2):
        record.arrived(**blank)
    record.finished(1, status=200)
    kept = list(record.since(0))
    assert (len(kept), kept[0].id) == (LIMIT, 3)


# The control API


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("[", "truncated"),
        ({"answer": {"kind": "ok"}}, "Expected `array`"),
        ([{"group": FIXED}], "missing required field `answer`"),
        ([{"answer": {"kind": "explode"}}], "Invalid value 'explode'"),
        ([{"answer": {"kind": "status", "status": 418}}], "Invalid enum value 418"),
        ([{"answer": {"kind": "status", "status": 429, "retry_after": 1, "retry_at": 1}}], "not both"),
        ([{"answer": {"kind": "ok"}, "fisrt": 1}], "unknown field `fisrt`"),
        ([{"answer": {"kind": "ok"}, "rate": 1.5}], "<= 1"),
        ([{"answer": {"kind": "ok"}, "after": -1}], ">= 0"),
        ([{"answer": {"kind": "some_bundles_corrupt", "one_in": 0}}], ">= 1"),
    ],
)
def test_malformed_scripts_are_refused_and_leave_the_old_one(provider: Provider, script: object, sentence: str) -> None:
    provider.script(Rule(answer=Status(500)))
    body = script if isinstance(script, str) else json.dumps(script)
    answer = requests.put(f"{provider.url}/_control/script", data=body, timeout=3)
    assert answer.status_code == 400
    assert sentence in answer.json()["message"]
    assert "write it like this" in answer.json()["message"]
    assert provider.get().status_code == 500


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "/catalogue", '{"groups": {"A": [{"price": 1}]}}', 400),
        ("PUT", "/catalogue", '{"groups": {"A": ["x"]}}', 400),
        ("POST", "/catalogue/generate", '{"groups": {"A": 200001}}', 400),
        ("GET", "/requests?since=x", None, 400),
        ("GET", "/nowhere", None, 404),
        ("GET", "/script", None, 405),
    ],
)
def test_other_bad_requests_are_refused(
    provider: Provider, method: str, path: str, body: str | None, status: int
) -> None:
    answer = requests.request(method, f"{provider.url}/_control{path}", data=body, timeout=3)
    assert answer.status_code == status
    assert answer.json()["message"]
    assert provider.get().json()["rows"] == 3


def test_health(provider: Provider) -> None:
    health = requests.get(f"{provider.url}/_control/health", timeout=3).json()
    assert health == {"status": "ok", "seed": 7, "bundles": 3}


def test_trouble_with_the_stand_in_is_the_harness_s(provider: Provider) -> None:
    with pytest.raises(BrokenHarnessError, match="at most 200000"):
        provider.control.generate({FIXED: 200_001})
    with pytest.raises(BrokenHarnessError, match="refused GET"):
        ProviderRecord(f"{provider.url}/elsewhere").requests()


def test_a_taken_port_is_one_sentence(url: str) -> None:
    command = [sys.executable, "-m", "support.systems.catalog.standins.provider", "--port", url.rpartition(":")[2]]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("cannot listen on")
    assert ended.stderr.count("\n") == 1
