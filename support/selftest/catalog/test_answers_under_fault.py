"""A refusal soon after a source has recovered is allowed, one somewhat later is late, and any other is needless."""

import time
from datetime import timedelta

import pytest

from support.core.bounds import LateError
from support.faults.desk import InjectedFault
from support.faults.model import Outage
from support.systems.catalog.actors.shopper import Visit
from support.systems.catalog.observers.answers_under_fault import AnswersUnderFault
from support.systems.catalog.targets import BACKUP, PROVIDER, SAVED_COPY


@pytest.mark.parametrize(("after_s", "kind"), [(2, None), (8, LateError), (19, LateError), (-280, AssertionError)])
def test_a_refusal_after_every_source_has_recovered(after_s: float, kind: type[AssertionError] | None) -> None:
    now, steady = time.time(), time.monotonic()
    faults = [
        InjectedFault(one.name, one, Outage(), steady - 60, None, steady - 20) for one in (PROVIDER, SAVED_COPY, BACKUP)
    ]
    visit = Visit(503, {}, timedelta(seconds=0.3), now - 20 + after_s, "", None, timedelta(seconds=1), "")
    found = None
    try:
        AnswersUnderFault([visit], faults).assert_none(AnswersUnderFault.needless_refusals, "refusals")
    except AssertionError as error:
        found = type(error)

    assert found is kind
