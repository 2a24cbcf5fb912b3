"""The register of requirements: its format, and how malformed files are refused."""

import re

import pytest

from support.core.errors import UsageError
from support.gate.selection.register import Budget, load_register
from support.selftest.gate.gate_project import REPOSITORY, Project

ENTRY = "title: x, value: y, severity: minor"


def write(folder, **systems):
    for system, text in systems.items():
        path = folder / "features" / system / "requirements.yml"
        path.parent.mkdir(parents=True)
        path.write_text(text)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("CAT-CHAIN-1: {title: x}", "object missing required field value; a requirement has title, value and severity"),
        ("CAT-CHAIN-1: just words", "a requirement has title, value and severity"),
        (f"CAT-CHAIN-1: {{{ENTRY}, owner: z}}", "object contains unknown field owner"),
        ("CAT-CHAIN-1: {title: 5, value: y, severity: minor}", "malformed (title): expected str, got int, not 5"),
        ("CAT-CHAIN-1: {title: x, value: y, severity: huge}", "(severity): invalid enum value 'huge'; a requirement"),
        (f"chain: {{{ENTRY}}}", "it must look like CAT-CHAIN-1"),
        (f"planned: soon\nCAT-CHAIN-1: {{{ENTRY}}}", "(planned): expected bool, got str, not 'soon'"),
        (f"CAT-PERF-1: {{{ENTRY}, budget: 5 s}}", "must look like"),
        (f"CAT-PERF-1: {{{ENTRY}, budget: {{time: {{unit: s}}}}}}", "has no bound; it must look like {time: "),
        (f"CAT-PERF-1: {{{ENTRY}, budget: {{time: {{at_most: five, unit: s}}}}}}", "not 'five'; it must look like"),
        ("[1, 2]", "must be a mapping of requirements"),
        ("{", "cannot be read"),
    ],
)
def test_a_malformed_register(tmp_path, text, complaint):
    write(tmp_path, catalog=text)
    with pytest.raises(UsageError, match=re.escape(complaint)) as refused:
        load_register(tmp_path)
    assert "catalog/requirements.yml" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_id_in_two_files_is_refused_naming_both(tmp_path):
    write(tmp_path, catalog=f"CAT-A-1: {{{ENTRY}}}", tasks=f"CAT-A-1: {{{ENTRY}}}")
    with pytest.raises(
        UsageError, match=r"CAT-A-1 is defined in .*catalog/requirements.yml and in .*tasks/requirements.yml"
    ):
        load_register(tmp_path)


def test_the_single_file_of_earlier_versions_is_refused(tmp_path):
    project = Project(tmp_path)
    project.feature("Feature: The shop\n  Scenario: One\n    Then all is well\n")
    project.write("features/requirements.yml", f"catalog:\n  CAT-A-1: {{{ENTRY}}}\n")
    judged = project.judge()
    assert judged.exit_code == 64
    assert judged.err == (
        f"{tmp_path}/features/requirements.yml is not read any more; "
        "move each of its areas to features/<area>/requirements.yml\n"
    )


def test_a_file_may_be_planned_as_a_whole_or_requirement_by_requirement(tmp_path):
    write(
        tmp_path,
        tasks=f"planned: true\nTASK-A-1: {{{ENTRY}}}\nTASK-A-2: {{{ENTRY}, planned: false}}",
        catalog=f"CAT-A-1: {{{ENTRY}}}\nCAT-A-2: {{{ENTRY}, planned: true}}",
    )
    planned = {name: (one.area, one.planned) for name, one in load_register(tmp_path).items()}
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
    register = load_register(REPOSITORY)
    assert len(register) >= 157
    assert {one.area for one in register.values()} >= {"catalog", "tasks", "infrastructure", "workspace", "harness"}
    assert not register["CAT-CHAIN-1"].planned
