"""What a shopper makes of an answer."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from support.systems.catalog.actors.catalog_api import Response
from support.systems.catalog.actors.shopper import Shopper


class Refusing:
    """A catalog that refuses with this Retry-After."""

    def __init__(self, retry_after):
        self._headers = {} if retry_after is None else {"Retry-After": retry_after}

    def bundles(self):
        return Response(status=503, body={}, waited_s=0.0, at=0.0, headers=self._headers)


def come_back_after_s(retry_after):
    wait = Shopper(Refusing(retry_after)).open_catalog().come_back_after
    return None if wait is None else wait.total_seconds()


@pytest.mark.parametrize(("retry_after", "seconds"), [("7", 7), ("soon", None), ("", None), (None, None)])
def test_the_seconds_after_which_to_come_back(retry_after, seconds):
    assert come_back_after_s(retry_after) == seconds


def test_the_date_at_which_to_come_back():
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert 25 <= come_back_after_s(at) <= 30
