"""Looks at the answers of the service's endpoints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from support.systems.catalog.actors.catalog_api import CatalogApi, Response
from support.systems.catalog.actors.shopper import AGE_ROUNDING, retry_after
from support.systems.catalog.conformance import MissingError
from support.systems.catalog.conformance.shapes import must_answer, must_be

ROUNDED_S = 1  # what the whole seconds of a header, and the time between two roundings, may differ by
UNLIMITED_MB = -1
SENSELESS_QUERIES = ("limit=0", "limit=-1", "limit=1001", "limit=many", "offset=-1", "offset=few")


def alive(api: CatalogApi) -> None:
    first, second = (api.get("/health/live") for _ in range(2))
    must_answer(second, 200, "GET /health/live")
    started = [str(answer.body.get("started_at", "")) for answer in (first, second)]
    assert second.body.get("status") == "alive", (
        f'GET /health/live: expected the status "alive", but the body was {second.text[:200]!r}'
    )
    assert _is_moment(started[1]), (
        f"GET /health/live: expected a time with its zone in started_at, but was {started[1]!r}"
    )
    assert started[0] == started[1], (
        f"GET /health/live: started_at must stay the same until a restart, but it was {started[0]}, then {started[1]}"
    )


def ready(answer: Response) -> None:
    must_answer(answer, 200, "GET /health/ready")
    assert answer.body.get("status") == "ready", (
        f'GET /health/ready: expected the status "ready", but the body was {answer.text[:200]!r}'
    )


def report_before_the_first_update(answer: Response) -> None:
    """404; or the report of an update that the service has made by itself."""
    if answer.status == 200:
        must_be(answer, 200, "Report", "GET /sync")
    else:
        must_be(answer, 404, "Error", "GET /sync before the first update")


def refusal(answer: Response) -> None:
    """The answer of a shop that has nothing to show."""
    must_be(answer, 503, "Unavailable", "GET /bundles with no source to serve from")
    header, body = answer.headers.get("Retry-After", ""), answer.body["retry_after_seconds"]
    wait = retry_after(header)
    assert wait is not None and abs(wait - timedelta(seconds=body)) <= AGE_ROUNDING, (  # noqa: PT018  one clause
        f"GET /bundles with no source to serve from: expected the header Retry-After to name the {body} seconds of "
        f"retry_after_seconds, but it was {header!r}"
    )


def failed_update(answer: Response) -> None:
    """The answer to an update after which there is still nothing to serve."""
    must_be(answer, 503, "Report", "POST /sync with no source to serve from")
    seen = answer.body["status"]
    assert seen == "failed", f"POST /sync with no source to serve from: expected the status failed, but it was {seen}"


def report(answer: Response, status: str) -> None:
    must_be(answer, 200, "Report", "POST /sync")
    seen = answer.body["status"]
    assert seen == status, (
        f"POST /sync: expected an update that ends as {status}, but it ended as {seen}, with the error {answer.body['error']}"
    )


def last_report(api: CatalogApi, made: Response) -> None:
    answer = api.get("/sync")
    must_be(answer, 200, "Report", "GET /sync after an update")
    assert answer.body == made.body, (
        f"GET /sync: expected the report of the last update, {made.text[:300]}, but it was {answer.text[:300]}"
    )


def says_where_it_comes_from(answer: Response, source: str, age_s: float) -> None:
    """*answer*, a listing, names *source*, and the age *age_s* to a minute; its headers say the same as its body."""
    must_be(answer, 200, "Listing", "GET /bundles")
    body, headers = answer.body, answer.headers
    assert body["source"] == source, (
        f"GET /bundles: expected the source {source}, but the body names {body['source']!r}"
    )
    assert headers.get("Catalog-Source") == source, (
        f"GET /bundles: expected the header Catalog-Source to name {source}, as the body does, "
        f"but it was {headers.get('Catalog-Source')!r}"
    )
    assert abs(body["age_seconds"] - age_s) < 60, (
        f"GET /bundles: expected an age of about {age_s:.0f} seconds, but age_seconds is {body['age_seconds']}"
    )
    age = headers.get("Age", "")
    off_s = abs(int(age) - body["age_seconds"]) if age.isdecimal() else None
    assert off_s is not None and off_s <= ROUNDED_S, (  # noqa: PT018  one promise
        f"GET /bundles: expected the header Age to name the {body['age_seconds']} seconds of the body, but it was {age!r}"
    )


def finds(answer: Response, descriptions: Sequence[str]) -> None:
    """*answer* has the bundles with these *descriptions*, in any order."""
    must_be(answer, 200, "Listing", answer.asked)
    found = _shown(answer)
    assert found == sorted(descriptions), f"{answer.asked}: expected {sorted(descriptions)}, but found {found}"
    _has_total(answer, len(descriptions))


@dataclass(frozen=True, slots=True)
class Pages:
    """The answers to a client that reads the catalog in pages of *size* bundles."""

    size: int
    answers: tuple[Response, ...]


def read_pages(api: CatalogApi, size: int, count: int) -> Pages:
    """Read the first *count* pages."""
    return Pages(size, tuple(api.bundles(f"?limit={size}&offset={place * size}") for place in range(count)))


def show_each_once(pages: Pages, descriptions: Sequence[str]) -> None:
    """The pages show each of *descriptions* once, each page is full but the last ones, and each names the total."""
    for place, answer in enumerate(pages.answers):
        must_be(answer, 200, "Listing", answer.asked)
        _has_total(answer, len(descriptions))
        left = len(descriptions) - place * pages.size
        size = len(answer.body["bundles"])
        assert size == max(0, min(pages.size, left)), (
            f"{answer.asked}: expected {max(0, min(pages.size, left))} bundles, but the page has {size}"
        )
    shown = sorted(one for answer in pages.answers for one in _shown(answer))
    assert shown == sorted(descriptions), (
        f"GET /bundles in pages of {pages.size}: expected each of {sorted(descriptions)} once, but the pages show {shown}"
    )


def refuses(answer: Response) -> None:
    must_be(answer, 400, "Error", f"{answer.asked}, which makes no sense")


def _shown(answer: Response) -> list[str]:
    return sorted(bundle["description"] for bundle in answer.body["bundles"])


def _has_total(answer: Response, total: int) -> None:
    seen = answer.body["total"]
    assert seen == total, f"{answer.asked}: expected a total of {total}, but it was {seen}"


def one_bundle(api: CatalogApi, name: str) -> None:
    answer = api.get(f"/bundles/{name}")
    must_be(answer, 200, "Listing", f"GET /bundles/{name}")
    found = [bundle["name"] for bundle in answer.body["bundles"]]
    assert (found, answer.body["total"]) == ([name], 1), (
        f"GET /bundles/{name}: expected that bundle alone, but was {found}"
    )


def not_found(answer: Response) -> None:
    must_be(answer, 404, "Error", answer.asked)


def gives_data(answer: Response, description: str, megabytes: int) -> None:
    must_be(answer, 200, "Listing", answer.asked)
    given = {bundle["description"]: bundle["data_mb"] for bundle in answer.body["bundles"]}
    seen = given.get(description)
    assert seen == megabytes, f"{answer.asked}: expected {megabytes} MB for {description}, but it gives {seen}"


def status_page(answer: Response, status: str) -> None:
    """The status page answers with 200, whatever it says."""
    if answer.status == 404:
        raise MissingError("GET /health: the answer was 404")
    must_be(answer, 200, "Health", f"GET /health while the service is {status}")
    said = answer.body["status"]
    assert said == status, f"GET /health: expected the status {status}, but it was {said}: {answer.text[:300]}"


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
