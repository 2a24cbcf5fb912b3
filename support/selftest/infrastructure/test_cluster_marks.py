"""Whose the names in clusters are, and which of them nobody will remove any more."""

from datetime import timedelta

import pytest

from support.systems.infrastructure.clusters.marks import OURS, abandoned, new_mark

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("form", ["{}", "{}/left", "{}:left", "{}-left"])
def test_what_a_killed_run_has_left_is_known_by_its_age(form: str) -> None:
    killed, at_work = new_mark(DAY + HOUR), new_mark(DAY - HOUR)
    assert abandoned([form.format(killed), form.format(at_work), form.format(killed)]) == [killed]


def test_a_name_of_a_database_tells_it_too() -> None:
    killed = new_mark(2 * DAY).replace("-", "_")
    assert abandoned([killed]) == [killed]


def test_what_is_not_ours_is_let_be() -> None:
    assert abandoned([f"{OURS}-orders", f"shop-{new_mark(2 * DAY)}", OURS, f"{OURS}-00000001", ""]) == []


def test_no_two_runs_have_the_same() -> None:
    assert new_mark() != new_mark()
    assert new_mark().startswith(OURS)
