"""What must not be in an answer is found by its form; what a shopper may read is not."""

import pytest

from support.core.internals import internals

INTERNAL = [
    "Sorry: dial tcp 10.0.3.7:6432: connection refused",
    "cache:6379 timed out",
    "[Errno 111] Connect call failed",
    "at Shop.load (/srv/shop/dist/load.js:12:31)",
    'File "/srv/app/service.py", line 12, in load',
    "SELECT price FROM bundle WHERE version = $1",
    'relation "catalog_bundles" does not exist',
    "com.shop.catalog.NoSourceLeftException",
    "java.lang.NullPointerException",
    "panic: runtime error: invalid memory address",
    "support.systems.catalog.app.errors.CacheError: OOM",
    "catalog.load() has failed",
    "see C:\\\\shop\\\\log.txt",
]
PLAIN = [
    "Our travel bundles cannot be shown at the moment. Please try again shortly.",
    '{"edition":7,"help":"Our service team is there from 8 to 20.","links":{"next":null}}',
    '{"request_id":"3f2a-77","at":"2026-11-27T12:00:01.25Z"}',
    "Come back at 12:30, or select another country from our list and/or group.",
]


@pytest.mark.parametrize("text", INTERNAL)
def test_what_shows_the_inside_is_found(text: str) -> None:
    assert internals(text)


@pytest.mark.parametrize("text", PLAIN)
def test_what_a_shopper_may_read_is_not(text: str) -> None:
    assert internals(text) == ""
