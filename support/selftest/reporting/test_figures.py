"""Figures of a scenario against the budgets of the register, on an idle and on a busy host."""

from pathlib import Path

import pytest

from support.behave_runtime import recording as current
from support.core.errors import BrokenHarnessError, InconclusiveError
from support.core.journal import Journal
from support.core.processor_time import _used_s
from support.core.settings import Settings
from support.gate.selection.register import Budget, Requirement
from support.measure.figure import Figure
from support.measure.host_load import OTHERS, HostLoad
from support.reporting.figures import assert_within_budget, record_figures

BUDGETS = {"time": Budget("s", at_most=30), "growth": Budget("times", at_most=1.5), "memory": Budget("MB", at_most=512)}


@pytest.fixture
def journal(tmp_path: Path):
    """The journal of a run in the middle of a scenario."""
    journal = Journal(tmp_path / "journal.jsonl", "a1")
    register = {"CAT-PERF-1": Requirement("CAT-PERF-1", "x", "y", "minor", budget=BUDGETS)}
    current.begin(current.Recording(Settings(), tmp_path, tmp_path, journal, register, "a:1"))
    yield journal
    current.end()


def test_a_figure_is_recorded_with_the_budget_of_the_register(journal: Journal):
    record_figures(Figure("time", 1.23456, "s"), Figure("length", 3, "m"))

    time, length = journal.events
    assert (time["scenario"], time["value"], time["budget"], time["aim"]) == ("a:1", 1.2346, 30, 3)
    assert "budget" not in length


def test_a_budget_can_be_kept_on_a_busy_host(journal: Journal):
    record_figures(Figure("time", 30, "s"), Figure(OTHERS, 90, "%"))
    assert_within_budget("time")


def test_a_value_over_its_budget_is_a_failure(journal: Journal):
    record_figures(Figure("time", 31, "s"), Figure(OTHERS, 25, "%"))
    with pytest.raises(AssertionError, match=r"time: 31\.0 s; the budget is at most 30\.0 s"):
        assert_within_budget("time")


def test_on_a_busy_host_a_time_over_its_budget_is_inconclusive_but_memory_is_not(journal: Journal):
    record_figures(Figure("time", 31, "s"), Figure("memory", 513, "MB"), Figure(OTHERS, 26, "%"))
    with pytest.raises(InconclusiveError, match="others took 26 %"):
        assert_within_budget("time")
    with pytest.raises(AssertionError):
        assert_within_budget("memory")


def test_on_a_busy_host_a_ratio_of_times_is_inconclusive_either_way(journal: Journal):
    record_figures(Figure("growth", 0.9, "times"), Figure(OTHERS, 26, "%"))
    with pytest.raises(InconclusiveError, match="others took 26 %"):
        assert_within_budget("growth")


def test_a_figure_without_value_or_budget_or_in_another_unit_breaks_the_harness(journal: Journal):
    record_figures(Figure("length", 3, "m"))
    for name in ("time", "length"):
        with pytest.raises(BrokenHarnessError):
            assert_within_budget(name)
    with pytest.raises(BrokenHarnessError, match="its budget is in 's'"):
        record_figures(Figure("time", 1, "ms"))


def test_the_suite_s_own_work_is_not_counted_as_that_of_others():
    with HostLoad() as host_load:
        sum(range(3_000_000))

    assert 0 <= host_load.others().value <= 100


@pytest.mark.parametrize("content", ["1500000000\n", "usage_usec 1500000\nuser_usec 1\n"])
def test_the_work_of_containers_is_read_from_either_version_of_control_groups(tmp_path: Path, content: str):
    (tmp_path / "counter").write_text(content)

    assert _used_s(tmp_path / "counter") == 1.5
