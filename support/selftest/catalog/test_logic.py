"""The catalog's pure logic: settings, Retry-After, intake, merging, search, backoff, fallback order, health."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from support.systems.catalog.app.cooldown import MAX_S, Cooldown, parse_retry_after
from support.systems.catalog.app.errors import ErrorKind, RefreshError, worst
from support.systems.catalog.app.fetching import Fetched, merge
from support.systems.catalog.app.health import Overall, overall_status
from support.systems.catalog.app.model import Bundle, Catalog, Source
from support.systems.catalog.app.parsing import deduplicate, read_groups, read_page
from support.systems.catalog.app.parts import Part, Status
from support.systems.catalog.app.provider import GroupContent, is_retryable, retrying
from support.systems.catalog.app.settings import Settings, SettingsError, read_settings
from support.systems.catalog.app.snapshot import Query, Snapshot

AT = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
OFFER = {
    "name": "esim_EU_5GB_30D",
    "description": "Europe 5 GB",
    "countries": [{"name": "Germany", "region": "Europe", "iso": "DE"}],
    "dataAmount": 5000,
    "duration": 30,
    "price": 19.0,
}


def page(*offers: object, pages: int = 1) -> bytes:
    return msgspec.json.encode({"bundles": list(offers), "pageCount": pages})


def bundle(
    name: str,
    group: str = "Standard Fixed",
    price: str = "19.00",
    countries: tuple[str, ...] = ("DE",),
    description: str = "Europe 5 GB",
) -> Bundle:
    return Bundle(name, description, group, countries, 5000, 30, price, "EUR")


def catalog(*bundles: Bundle, failed: tuple[str, ...] = ()) -> Catalog:
    return Catalog(Source.PROVIDER, AT, 1, bundles, failed)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("7", 7),
        (" 0 ", 0),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("Sunday, 01-Mar-26 12:00:30 GMT", 30),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("999999999", MAX_S),
    ],
)
def test_retry_after(value: Any, seconds: float | None) -> None:
    assert parse_retry_after(value, AT) == seconds


def test_an_own_cooldown_doubles_and_several_refusals_at_once_count_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    cooldown = Cooldown(first_s=2.0)
    assert (cooldown.begin(None), cooldown.begin(None)) == (2.0, 2.0)
    clock[0] += 2.0
    assert (cooldown.remaining_s(), cooldown.begin(None)) == (0.0, 4.0)
    clock[0] += 4.0
    cooldown.accepted()
    assert cooldown.begin(None) == 2.0
    cooldown.begin(30.0)
    assert cooldown.remaining_s() == 30.0


def test_settings_have_defaults_and_take_what_is_given() -> None:
    settings = read_settings(
        {"CATALOG_PORT": "9000", "CATALOG_SYNC_EVERY_S": "0", "CATALOG_ALERT_URL": "", "PATH": "/bin"}
    )
    assert (settings.port, settings.sync_every_s, settings.attempts, settings.cache_life_days) == (9000, 0.0, 4, 30.0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PORT", "http"),
        ("ATTEMPTS", "0"),
        ("ATTEMPTS", "2.5"),
        ("PATIENCE_S", "0"),
        ("READ_TIMEOUT_S", "nan"),
        ("READ_TIMEOUT_S", "-1"),
        ("FRESH_FOR_S", ""),
        ("CACHE_LIFE_DAYS", "1e9"),
        ("PROVIDER_URL", "provider:8080"),
        ("REDIS_URL", "http://127.0.0.1:6379"),
        ("DATABASE_URL", "postgresql://user@host:port/db"),
        ("DATABASE_URL", ""),
    ],
)
def test_a_bad_setting_is_named(name: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=f"CATALOG_{name} is .*say "):
        read_settings({f"CATALOG_{name}": value})


def test_a_password_in_a_bad_address_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as refusal:
        read_settings({"CATALOG_REDIS_URL": "rediss//:secret@host"})
    assert "secret" not in str(refusal.value)


def test_a_good_page_is_taken_over() -> None:
    good, bad, pages = read_page(page(OFFER, pages=3), "Standard Fixed")
    assert (good, bad, pages) == ([bundle("esim_EU_5GB_30D")], [], 3)


@pytest.mark.parametrize(("price", "text"), [(19, "19.00"), (19.99, "19.99"), (0.125, "0.13"), (1.005, "1.01")])
def test_prices_are_the_decimals_that_the_provider_wrote(price: float, text: str) -> None:
    assert read_page(page(OFFER | {"price": price}), "G")[0][0].price == text


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ({"price": "19.0"}, "price"),
        ({"price": -1}, "price"),
        ({"name": ""}, "name"),
        ({"dataAmount": "much"}, "dataAmount"),
        ({"duration": None}, "duration"),
        ({"countries": "DE"}, "countries"),
        ({"countries": [{"iso": "Germany"}]}, "iso"),
    ],
)
def test_a_corrupt_bundle_is_set_aside_and_its_neighbours_are_kept(damage: dict[str, Any], reason: str) -> None:
    good, bad, _ = read_page(page(OFFER, OFFER | damage, OFFER | {"name": "other"}), "G")
    assert [found.name for found in good] == ["esim_EU_5GB_30D", "other"]
    assert len(bad) == 1
    assert reason in bad[0].reason


def test_a_missing_field_is_told_with_the_name_of_the_bundle() -> None:
    _, bad, _ = read_page(page({"name": "esim_EU_5GB_30D"}, 5), "G")
    assert [(found.name, "missing required field" in found.reason) for found in bad] == [
        ("esim_EU_5GB_30D", True),
        (None, False),
    ]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"bundles": 5, "pageCount": 1}', b'{"bundles": []}', b"\xff\xfe"])
def test_a_malformed_page_is_refused(body: bytes) -> None:
    with pytest.raises(RefreshError) as refusal:
        read_page(body, "G")
    assert refusal.value.kind is ErrorKind.MALFORMED


@pytest.mark.parametrize("body", [b"[]", b"{}", b'[{"name": 5}]', b'["G"]', b"<html>"])
def test_a_malformed_list_of_groups_is_refused(body: bytes) -> None:
    with pytest.raises(RefreshError, match="list of groups"):
        read_groups(body)


def test_the_second_of_two_like_named_bundles_is_set_aside() -> None:
    kept, duplicates = deduplicate([bundle("a", price="1.00"), bundle("a", price="2.00"), bundle("b")])
    assert ([found.price for found in kept], [found.name for found in duplicates]) == (["1.00", "19.00"], ["a"])


def test_a_failed_group_keeps_what_it_had_and_a_group_that_is_gone_goes() -> None:
    previous = (bundle("old", "Asia"), bundle("gone", "Moon"), bundle("a", "Europe", price="1.00"))
    fetched = Fetched(["Asia", "Europe"])
    fetched.content["Europe"] = GroupContent([bundle("a", "Europe", price="2.00")], [])
    fetched.failed["Asia"] = RefreshError(ErrorKind.SERVER_ERROR, "500")
    assert [(found.name, found.price) for found in merge(fetched, previous, only_some=False)] == [
        ("old", "19.00"),
        ("a", "2.00"),
    ]
    assert [found.name for found in merge(fetched, previous, only_some=True)] == ["old", "a", "gone"]
    assert fetched.group_statuses() == {"Asia": "failed: 500", "Europe": "ok"}


def test_the_kind_that_asks_most_of_us_decides() -> None:
    troubles = [RefreshError(kind, kind) for kind in (ErrorKind.MALFORMED, ErrorKind.TIMEOUT, ErrorKind.RATE_LIMITED)]
    assert worst(troubles).kind is ErrorKind.RATE_LIMITED


def test_search_narrows_by_text_group_and_country_and_pages() -> None:
    snapshot = Snapshot.of(
        catalog(
            bundle("esim_EU_1GB"),
            bundle("esim_US", countries=("US",), description="Straße 66"),
            bundle("esim_EU_9GB", "Regional", countries=("DE", "FR")),
        )
    )
    assert snapshot.search(Query(search="EUROPE"))[0] == 2
    assert snapshot.search(Query(search="STRASSE"))[0] == 1
    assert [found.name for found in snapshot.search(Query(country="fr"))[1]] == ["esim_EU_9GB"]
    assert snapshot.search(Query(group="Regional"))[0] == 1
    total, shown = snapshot.search(Query(limit=1, offset=1))
    assert (total, [found.name for found in shown]) == (3, ["esim_US"])
    assert snapshot.find("esim_US") is not None
    assert snapshot.find("esim_us") is None


async def _fail_always(tried: list[ErrorKind], settings: Settings, kind: ErrorKind) -> None:
    async def attempt() -> None:
        tried.append(kind)
        raise RefreshError(kind, "no")

    with pytest.raises(RefreshError):
        await retrying(settings).on(is_retryable)(attempt)


@pytest.mark.parametrize(
    ("kind", "attempts"),
    [
        (ErrorKind.TIMEOUT, 4),
        (ErrorKind.UNREACHABLE, 4),
        (ErrorKind.SERVER_ERROR, 1),
        (ErrorKind.UNAUTHORISED, 1),
        (ErrorKind.RATE_LIMITED, 1),
        (ErrorKind.MALFORMED, 1),
    ],
)
def test_only_trouble_on_the_way_is_tried_again(kind: ErrorKind, attempts: int) -> None:
    tried: list[ErrorKind] = []
    settings = Settings(attempts=4, backoff_first_s=0.001, backoff_cap_s=0.002, backoff_jitter_s=0.001)
    asyncio.run(_fail_always(tried, settings, kind))
    assert len(tried) == attempts


def test_the_backoff_doubles_is_jittered_and_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("stamina._core._smart_sleep", sleep)
    settings = Settings(attempts=6, backoff_first_s=0.1, backoff_cap_s=0.5, backoff_jitter_s=0.05)
    asyncio.run(_fail_always([], settings, ErrorKind.TIMEOUT))
    assert len(slept) == 5
    for seconds, least in zip(slept, (0.1, 0.2, 0.4, 0.5, 0.5), strict=True):
        assert least <= seconds <= min(0.5, least + 0.05)


def parts(**statuses: Status) -> dict[str, Part]:
    names = ("provider", "cache", "database", "backup")
    return {name: Part(statuses.get(name, Status.UP), AT) for name in names}


def test_health_tells_healthy_degraded_and_down_apart() -> None:
    whole = catalog(bundle("a"))
    lost = parts(provider=Status.DOWN, cache=Status.DOWN, backup=Status.DOWN)
    assert overall_status(parts(), whole, tried_every_source=False) is Overall.HEALTHY
    assert overall_status(parts(provider=Status.UNKNOWN), None, tried_every_source=False) is Overall.HEALTHY
    assert overall_status(parts(database=Status.DOWN), whole, tried_every_source=False) is Overall.DEGRADED
    assert overall_status(parts(), catalog(bundle("a"), failed=("Asia",)), tried_every_source=False) is Overall.DEGRADED
    assert overall_status(lost, whole, tried_every_source=False) is Overall.DEGRADED
    assert overall_status(lost, None, tried_every_source=False) is Overall.DOWN
    assert overall_status(parts(), None, tried_every_source=True) is Overall.DOWN


def test_age_never_runs_backwards() -> None:
    ahead = Catalog(Source.CACHE, datetime.now(UTC) + timedelta(hours=1), 1, ())
    assert ahead.age_s() == 0.0


def test_what_was_fetched_ends_seven_days_after_its_life_and_a_backup_never_does() -> None:
    life = timedelta(days=30)

    def expired(source: Source, **age: float) -> bool:
        return Catalog(source, datetime.now(UTC) - timedelta(**age), 1, ()).expired(life)

    assert not expired(Source.CACHE, days=36, hours=23)
    assert expired(Source.CACHE, days=37, seconds=1)
    assert expired(Source.PROVIDER, days=38)
    assert not expired(Source.BACKUP, days=3800)
