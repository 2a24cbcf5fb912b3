"""Run ids in the names of stored data: which belong to the suite, and which to runs that were killed."""

from datetime import timedelta

import pytest

from support.systems.infrastructure.clusters.run_ids import NAME_PREFIX, new_run_id, stale_run_ids

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("form", ["{}", "{}/left", "{}:left", "{}-left"])
def test_data_of_a_killed_run_is_recognised_by_its_age(form: str) -> None:
    killed, at_work = new_run_id(DAY + HOUR), new_run_id(DAY - HOUR)
    assert stale_run_ids([form.format(killed), form.format(at_work), form.format(killed)]) == [killed]


def test_a_run_id_is_recognised_in_the_name_of_a_database() -> None:
    killed = new_run_id(2 * DAY).replace("-", "_")
    assert stale_run_ids([killed]) == [killed]


def test_names_of_other_programs_are_ignored() -> None:
    assert (
        stale_run_ids(
            [f"{NAME_PREFIX}-orders", f"shop-{new_run_id(2 * DAY)}", NAME_PREFIX, f"{NAME_PREFIX}-00000001", ""]
        )
        == []
    )


def test_run_ids_are_unique() -> None:
    assert new_run_id() != new_run_id()
    assert new_run_id().startswith(NAME_PREFIX)
