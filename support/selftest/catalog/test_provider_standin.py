"""The provider's stand-in behaves like the original, and has malformed answers of its own."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import requests

from support.core.errors import BrokenHarnessError
from support.selftest.standins.child_process import running
from support.standins.script import AnyRule, InvalidJson, Rule, Status
from support.systems.catalog.data.bundles import bundle, bundles
from support.systems.catalog.observers.provider_record import ProviderRecord, group_list_requests, per_group
from support.systems.catalog.standins.provider.control import ProviderControl
from support.systems.catalog.standins.provider.malformed import (
    MissingFields,
    NotTheEnvelope,
    SomeBundlesCorrupt,
    WrongTypes,
)

KEY = {"X-API-Key": "esim-go-key"}
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

    def script(self, *rules: AnyRule) -> None:
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


# Its errors and malformed answers


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 502, 503])
def test_error_statuses(provider: Provider, status: int) -> None:
    provider.script(Rule(answer=Status(status)))
    answer = provider.get()
    assert answer.status_code == status
    assert list(answer.json()) == ["message"]
    assert "Retry-After" not in answer.headers


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


# Groups and keys


def test_first_and_after_count_requests_of_their_group_only(provider: Provider) -> None:
    provider.script(Rule(key=FIXED, after=1, first=2, answer=Status(500)))
    assert provider.statuses(2, group=REGIONAL) == [200, 200]
    assert provider.statuses(5, group=FIXED) == [200, 500, 500, 200, 200]
    assert provider.statuses(1, path="/organisation/groups") == [200]


def test_the_key_matters_only_where_data_would_be_given(provider: Provider) -> None:
    provider.script(Rule(first=1, answer=Status(503)), Rule(answer=WrongTypes()))
    assert provider.statuses(2, headers={}) == [503, 401]


def test_the_record_tells_the_group(provider: Provider) -> None:
    provider.get("/organisation/groups")
    provider.get(group=FIXED, page=2, perPage=1)
    provider.get(f"/catalogue/bundle/{ASIA['name']}", group=FIXED)
    groups, paged, detail = provider.record.requests()
    assert (groups.path, groups.key) == ("/v2.4/organisation/groups", None)
    assert (paged.path, paged.key, paged.query["page"]) == ("/v2.4/catalogue", FIXED, "2")
    assert detail.key is None
    assert per_group([groups, paged, detail]) == {FIXED: 1}
    assert group_list_requests([groups, paged, detail]) == [groups]


# The control API


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/catalogue", '{"groups": {"A": [{"price": 1}]}}'),
        ("PUT", "/catalogue", '{"groups": {"A": ["x"]}}'),
        ("POST", "/catalogue/generate", '{"groups": {"A": 200001}}'),
    ],
)
def test_unfit_data_is_refused(provider: Provider, method: str, path: str, body: str) -> None:
    answer = requests.request(method, f"{provider.url}/_control{path}", data=body, timeout=3)
    assert answer.status_code == 400
    assert answer.json()["message"]
    assert provider.get().json()["rows"] == 3


def test_health(provider: Provider) -> None:
    health = requests.get(f"{provider.url}/_control/health", timeout=3).json()
    assert health == {"status": "ok", "seed": 7, "bundles": 3}


def test_too_much_data_is_the_harness_s_trouble(provider: Provider) -> None:
    with pytest.raises(BrokenHarnessError, match="at most 200000"):
        provider.control.generate({FIXED: 200_001})
    with pytest.raises(BrokenHarnessError, match="refused GET"):
        ProviderRecord(f"{provider.url}/elsewhere").requests()
