"""Whose the names in clusters are, and which of them nobody will remove any more."""

from datetime import timedelta

import pytest

from support.systems.infrastructure.clusters.run_ids import NAME_PREFIX, new_run_id, stale_run_ids

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("form", ["{}", "{}/left", "{}:left", "{}-left"])
def test_what_a_killed_run_has_left_is_known_by_its_age(form: str) -> None:
    killed, at_work = new_run_id(DAY + HOUR), new_run_id(DAY - HOUR)
    assert stale_run_ids([form.format(killed), form.format(at_work), form.format(killed)]) == [killed]


def test_a_name_of_a_database_tells_it_too() -> None:
    killed = new_run_id(2 * DAY).replace("-", "_")
    assert stale_run_ids([killed]) == [killed]


def test_what_is_not_ours_is_let_be() -> None:
    assert (
        stale_run_ids(
            [f"{NAME_PREFIX}-orders", f"shop-{new_run_id(2 * DAY)}", NAME_PREFIX, f"{NAME_PREFIX}-00000001", ""]
        )
        == []
    )


def test_no_two_runs_have_the_same() -> None:
    assert new_run_id() != new_run_id()
    assert new_run_id().startswith(NAME_PREFIX)
