"""Each look at an answer holds for what the contract says, and tells what it saw of anything else."""

import json
from typing import Any

import pytest

from support.systems.catalog.actors.catalog_api import Response
from support.systems.catalog.conformance import MissingError, answers, shapes

BUNDLE = {
    "name": "esim_EU_5GB_30D_V2",
    "description": "Europe 5 GB",
    "group": "Standard Fixed",
    "countries": ["DE"],
    "data_mb": 5000,
    "duration_days": 30,
    "price": "19.00",
    "currency": "EUR",
}
LISTING = {
    "source": "cache",
    "fetched_at": "2026-01-31T06:00:00Z",
    "age_seconds": 7200.4,
    "stale": False,
    "catalog_version": 1,
    "total": 1,
    "bundles": [BUNDLE],
}
HEADERS = {"Content-Type": "application/json", "Catalog-Source": "cache", "Age": "7200"}


def answer(body: Any, status: int = 200, **headers: str) -> Response:
    told = {**HEADERS, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Response(status, body, 0.0, 0.0, text=json.dumps(body), headers=told, asked="GET /bundles")


def test_an_answer_that_says_the_same_in_body_and_headers_is_well():
    answers.says_where_it_comes_from(answer(LISTING), "cache", 7200)
    answers.says_where_it_comes_from(answer(LISTING | {"more": "fields are welcome"}), "cache", 7210)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (answer(LISTING, Catalog_Source="provider"), "expected the header Catalog-Source to name cache"),
        (answer(LISTING, Age="0"), "expected the header Age to name the 7200.4 seconds of the body, but it was '0'"),
        (answer(LISTING, Age="two hours"), "but it was 'two hours'"),
        (answer(LISTING | {"source": "backup"}), "expected the source cache, but the body names 'backup'"),
        (answer(LISTING | {"age_seconds": 0, "source": "cache"}, Age="0"), "expected an age of about 7200 seconds"),
        (
            answer(LISTING, Content_Type="text/html"),
            "expected the Content-Type application/json, but it was 'text/html'",
        ),
        (answer(LISTING | {"fetched_at": "yesterday"}), r"at \$.fetched_at it is not"),
        (answer(LISTING | {"fetched_at": "2026-01-31T06:00:00"}), r"at \$.fetched_at it is not"),
        (answer(LISTING | {"bundles": [BUNDLE | {"price": 19}]}), r"at \$.bundles\[0\].price it is not"),
        (answer({}, 500), "expected an answer with status 200, but it was 500"),
        (Response(None, {}, 0.0, 0.0, error="ReadTimeout"), "but there was none: ReadTimeout"),
    ],
)
def test_an_answer_that_misleads_is_told(wrong, told):
    with pytest.raises(AssertionError, match=told):
        answers.says_where_it_comes_from(wrong, "cache", 7200)


def test_a_refusal_names_one_time_to_come_back():
    body = {"error": "catalog_unavailable", "message": "Please try again.", "retry_after_seconds": 3}
    answers.refusal(answer(body, 503, Retry_After="3"))
    for header in ({"Retry_After": "30"}, {}):
        with pytest.raises(AssertionError, match="expected the header Retry-After to name the 3 seconds"):
            answers.refusal(answer(body, 503, **header))


def test_pages_that_overlap_or_lose_a_bundle_are_told():
    def page(*names):
        return answer(LISTING | {"total": 3, "bundles": [BUNDLE | {"description": name} for name in names]})

    def pages(*shown):
        return answers.Pages(2, tuple(page(*names) for names in shown))

    answers.show_each_once(pages(["a", "b"], ["c"], []), ["a", "b", "c"])
    for wrong in (pages(["a", "b"], ["b"], []), pages(["a"], ["c"], []), pages(["a", "b"], ["c"], ["c"])):
        with pytest.raises(AssertionError):
            answers.show_each_once(wrong, ["a", "b", "c"])


def test_a_senseless_query_is_refused_with_a_reason():
    answers.refuses(answer({"error": "bad_request", "message": "limit must be a whole number from 1 to 1000."}, 400))
    for wrong in (answer(LISTING), answer({}, 400), answer({"error": "x"}, 422)):
        with pytest.raises(AssertionError, match="makes no sense"):
            answers.refuses(wrong)


def test_a_status_page_that_is_not_there_is_missing_rather_than_wrong():
    with pytest.raises(MissingError):
        answers.status_page(answer({}, 404), "healthy")
    with pytest.raises(AssertionError, match="status 200, but it was 503"):
        answers.status_page(answer({"status": "down"}, 503), "down")


def test_every_shape_of_the_contract_can_be_looked_at():
    for shape in ("Listing", "Report", "Health", "Unavailable", "Error"):
        with pytest.raises(AssertionError, match=f"expected the shape {shape} of openapi.yaml"):
            shapes.must_be(answer({}), 200, shape, "an empty answer")
