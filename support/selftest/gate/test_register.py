"""The register of requirements: what it must hold, and what it is refused for."""

import pytest

from support.core.errors import UsageError
from support.gate.selection.register import PATH, Budget, load_register
from support.selftest.gate.gate_project import REPOSITORY

ENTRY = "title: x, value: y, severity: minor"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("catalog: {CAT-CHAIN-1: {title: x}}", "must have title, value and severity"),
        ("catalog: {CAT-CHAIN-1: just words}", "must have title, value and severity"),
        (f"catalog: {{CAT-CHAIN-1: {{{ENTRY}, owner: z}}}}", "nothing else"),
        ("catalog: {CAT-CHAIN-1: {title: x, value: y, severity: huge}}", "one severity of blocker"),
        (f"catalog: {{chain: {{{ENTRY}}}}}", "an id such as CAT-CHAIN-1"),
        (f"catalog: {{planned: soon, CAT-CHAIN-1: {{{ENTRY}}}}}", "either true or false"),
        (f"a: {{CAT-CHAIN-1: {{{ENTRY}}}}}\nb: {{CAT-CHAIN-1: {{{ENTRY}}}}}", "stands twice"),
        (f"catalog: {{CAT-PERF-1: {{{ENTRY}, budget: 5 s}}}}", "must look like"),
        (f"catalog: {{CAT-PERF-1: {{{ENTRY}, budget: {{time: {{unit: s}}}}}}}}", "must look like {time: "),
        (f"catalog: {{CAT-PERF-1: {{{ENTRY}, budget: {{time: {{at_most: five, unit: s}}}}}}}}", "must look like"),
        ("[1, 2]", "must hold areas"),
        ("catalog: {", "cannot be read"),
    ],
)
def test_a_malformed_register(tmp_path, text, complaint):
    path = tmp_path / "requirements.yml"
    path.write_text(text)
    with pytest.raises(UsageError, match=complaint):
        load_register(path)


def test_an_area_may_be_planned_as_a_whole_or_requirement_by_requirement(tmp_path):
    path = tmp_path / "requirements.yml"
    path.write_text(
        f"tasks: {{planned: true, TASK-A-1: {{{ENTRY}}}, TASK-A-2: {{{ENTRY}, planned: false}}}}\n"
        f"catalog: {{CAT-A-1: {{{ENTRY}}}, CAT-A-2: {{{ENTRY}, planned: true}}}}"
    )
    planned = {name: (one.area, one.planned) for name, one in load_register(path).items()}
    assert planned == {
        "TASK-A-1": ("tasks", True),
        "TASK-A-2": ("tasks", False),
        "CAT-A-1": ("catalog", False),
        "CAT-A-2": ("catalog", True),
    }


def test_a_budget_bounds_a_figure_on_either_side():
    five, ten = Budget("s", at_most=5), Budget("messages", at_least=10)
    assert [five.keeps(5), five.keeps(5.1), ten.keeps(10), ten.keeps(9.9)] == [True, False, True, False]
    assert [str(five), str(ten)] == ["at most 5.0 s", "at least 10 messages"]


def test_our_own_register_is_well_formed():
    register = load_register(REPOSITORY / PATH)
    assert len(register) >= 157
    assert {one.area for one in register.values()} >= {"catalog", "tasks", "infrastructure", "workspace", "suite"}
    assert not register["CAT-CHAIN-1"].planned
