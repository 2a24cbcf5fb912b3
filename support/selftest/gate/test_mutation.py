"""The kill matrix: which scenarios judge a broken variant, and when it counts as noticed."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from support.core.settings import SystemSettings
from support.gate.mutation.kill_matrix import kill_matrix, trial_line
from support.gate.mutation.kill_matrix_page import kill_matrix_page
from support.gate.mutation.mutated_systems import MutatedSystems
from support.gate.mutation.trial import SEVERAL, Expected, Failure, evaluate_trial, plan_trials
from support.gate.mutation.trial_runner import GateRun, TrialRunner
from support.gate.output.terminal import Paint
from support.gate.selection.scenarios import Selected
from support.gate.verdict.outcome import Outcome
from support.systems.protocol import Defects, System

PLAIN = Paint(io.StringIO())


@dataclass(frozen=True)
class Variant:
    name: str
    breaks: tuple[str, ...]
    spills: tuple[str, ...] = ()
    story: str = "Something <else> is done."
    control: bool = False


def scenario(name: str, *requirements: str, tags: tuple[str, ...] = (), area: str = "catalog") -> Selected:
    return Selected(
        f"{area}/{name}.feature:1",
        "F",
        None,
        name,
        list(tags),
        list(requirements),
        "normal",
        f"{area}/{name}.feature",
    )


FALLBACK = scenario("fallback", "CAT-CHAIN-2")
FALLBACK_TOO = scenario("fallback_too", "CAT-CHAIN-2")
RETRY = scenario("retry", "CAT-API-1")
LONG = scenario("long", "CAT-PERF-1", tags=("load",))
ALL = [FALLBACK, FALLBACK_TOO, RETRY, LONG]
NO_RETRY = Variant("no-retry", ("CAT-API-1",))
SECONDS = {one.id: 0.1 for one in ALL}


def outcomes(**others):
    by_name = {one.id: Outcome.PASSED for one in (FALLBACK, RETRY)}
    return by_name | {f"catalog/{name}.feature:1": outcome for name, outcome in others.items()}


@pytest.fixture
def trial():
    return plan_trials(ALL, [NO_RETRY], SECONDS)[0]


def test_a_variant_meets_its_own_scenarios_and_one_bystander_of_every_other_requirement(trial):
    assert trial.own == (RETRY.id,)
    assert trial.bystanders == (FALLBACK.id,)


def test_load_is_no_bystander_but_meets_its_own_variants():
    (trial,) = plan_trials(ALL, [Variant("slow", ("CAT-PERF-1",))], SECONDS)
    assert trial.own == (LONG.id,)
    assert LONG.id not in trial.bystanders


def test_a_variant_of_something_that_was_not_selected_is_not_tried():
    assert plan_trials([FALLBACK], [NO_RETRY], SECONDS) == []


def test_the_quickest_scenario_of_a_requirement_stands_by():
    (trial,) = plan_trials(ALL, [NO_RETRY], SECONDS | {FALLBACK_TOO.id: 0.05})
    assert trial.bystanders == (FALLBACK_TOO.id,)
    assert trial.seconds == pytest.approx(0.15)


def test_where_a_variant_spills_over_it_is_not_tried():
    (trial,) = plan_trials(ALL, [Variant("no-retry", ("CAT-API-1",), ("CAT-CHAIN-2",))], SECONDS)
    assert (trial.own, trial.bystanders) == ((RETRY.id,), ())


def test_a_bystander_is_of_the_same_system_and_needs_no_other_cluster():
    etcd = [
        scenario("etcd", "INFRA-1", tags=("needs.etcd",), area="infrastructure"),
        scenario("watch", "INFRA-2", tags=("needs.etcd",), area="infrastructure"),
    ]
    kafka = scenario("kafka", "INFRA-3", tags=("needs.kafka",), area="infrastructure")
    asked = [*ALL, *etcd, kafka]
    seconds = {one.id: 0.1 for one in asked}
    places = {"needs.etcd", "needs.kafka"}
    (trial,) = plan_trials(asked, [Variant("two-members", ("INFRA-1",))], seconds, places)
    assert (trial.own, trial.bystanders) == ((etcd[0].id,), (etcd[1].id,))


def test_scenarios_that_take_long_stand_by_in_turn():
    long = [scenario(name, f"CAT-{name.upper()}") for name in ("lock", "sync")]
    slow = SECONDS | {one.id: 5.0 for one in long}
    trials = plan_trials([*ALL, *long], [NO_RETRY] * 3, slow)
    assert [trial.bystanders for trial in trials] == [(FALLBACK.id, long[turn % 2].id) for turn in range(3)]


def test_of_many_requirements_some_stand_by_and_over_all_trials_every_one():
    many = [scenario(f"one_{number}", f"CAT-MANY-{number}") for number in range(20)]
    trials = plan_trials([*many, RETRY], [NO_RETRY] * 3, SECONDS | {one.id: 0.1 for one in many})
    assert [len(trial.bystanders) for trial in trials] == [SEVERAL] * 3
    assert {name for trial in trials for name in trial.bystanders} == {one.id for one in many}


MANY = [scenario(f"retry_{number}", "CAT-API-1") for number in range(5)]
STEPS = {one.id: {"the shopper sees 3 bundles", "all is well"} for one in MANY[1:]}
AT_THE_STEP = {"no-retry": [Expected("CAT-API-1", ("the shopper sees <number> bundles",))]}


def planned(*variants):
    return plan_trials(MANY, variants, {one.id: 0.1 for one in MANY}, (), AT_THE_STEP, STEPS)


def test_scenarios_with_the_step_of_a_clause_are_tried_first_and_in_turns():
    first, second = planned(NO_RETRY, NO_RETRY)
    assert first.own == tuple(one.id for one in MANY)
    assert (first.first, second.first) == ((MANY[1].id, MANY[2].id), (MANY[3].id, MANY[4].id))


def test_a_clause_of_another_requirement_is_tried_where_it_is_shown():
    trials = plan_trials(
        ALL,
        [Variant("both", ("CAT-API-1", "CAT-CHAIN-2"))],
        SECONDS,
        (),
        {"both": [Expected("CAT-API-1", ("all is well",))]},
        {one.id: {"all is well"} for one in ALL},
    )
    assert trials[0].first == (RETRY.id,)


@pytest.mark.parametrize(
    ("failed_at", "runs"),
    [("the shopper sees 2 bundles", [2]), ("the shopper waited", [2, 5]), (None, [2, 5])],
)
def test_the_other_scenarios_are_tried_if_the_first_do_not_show_what_is_expected(monkeypatch, failed_at, runs):
    tried = []

    def judge(_self, names, _variant):
        tried.append(len(names))
        outcome = Outcome.FAILED if failed_at else Outcome.PASSED
        failures = {name: Failure(failed_at) for name in names} if failed_at else {}
        return GateRun(dict.fromkeys(names, outcome), failures, (), 1.0)

    monkeypatch.setattr(TrialRunner, "judge", judge)
    (trial,) = planned(NO_RETRY)
    result = TrialRunner(MutatedSystems([]), (), Path(), Path()).run_trial(trial)
    assert tried == runs
    assert len(result.trial.own) == runs[-1]


def test_noticed_by_its_own_alone(trial):
    result = evaluate_trial(trial, outcomes(retry=Outcome.FAILED), [], 1.0)

    assert result.clear
    assert "noticed  no-retry (CAT-API-1): 1 of 1 red" in trial_line(result, PLAIN)
    assert kill_matrix([FALLBACK, RETRY], [result], whole=False).proven


def test_a_variant_that_passes_is_no_proof(trial):
    result = evaluate_trial(trial, outcomes(), [], 1.0)
    matrix = kill_matrix(ALL, [result], whole=True)

    assert not result.killed
    assert trial_line(result, PLAIN).startswith("UNNOTICED")
    assert matrix.gaps["variants that no scenario noticed"] == ["no-retry"]
    assert "CAT-API-1" in matrix.gaps["requirements unproven, as no variant turned them red"]
    assert not matrix.proven


def test_inconclusive_is_not_red(trial):
    assert not evaluate_trial(trial, outcomes(retry=Outcome.INCONCLUSIVE), [], 1.0).killed


@pytest.mark.parametrize("unasked", [{"retry": Outcome.INCONCLUSIVE}, {"fallback": Outcome.INCONCLUSIVE}])
def test_an_inconclusive_trial_is_repeated_alone(trial, monkeypatch, unasked):
    answers = iter([{"retry": Outcome.FAILED, **unasked}, {"retry": Outcome.FAILED}])
    monkeypatch.setattr(
        TrialRunner, "run_trial", lambda _self, one: evaluate_trial(one, outcomes(**next(answers)), [], 1.0)
    )

    (result,) = TrialRunner(MutatedSystems([]), (), Path(), Path()).run_trials([trial], parallel=2)

    assert result.clear


def test_an_inconclusive_measurement_is_repeated_although_others_noticed_the_variant():
    (trial,) = plan_trials(ALL, [Variant("slow", ("CAT-API-1", "CAT-PERF-1"))], SECONDS)
    result = evaluate_trial(trial, outcomes(retry=Outcome.FAILED, long=Outcome.INCONCLUSIVE), [], 1.0)
    assert (result.killed, result.needs_retry) == (True, True)


def test_a_bystander_that_fails_is_a_stray(trial):
    result = evaluate_trial(trial, outcomes(retry=Outcome.FAILED, fallback=Outcome.FAILED), [], 1.0)

    assert result.strays == (FALLBACK.id,)
    assert not kill_matrix(ALL, [result], whole=False).proven


@pytest.mark.parametrize("fallback", [Outcome.BROKEN, Outcome.INCONCLUSIVE])
def test_what_is_not_known_is_a_doubt(trial, fallback):
    result = evaluate_trial(trial, outcomes(retry=Outcome.FAILED, fallback=fallback), [], 1.0)

    assert result.doubts == (f"{FALLBACK.id} was {fallback}",)
    assert not kill_matrix(ALL, [result], whole=False).proven


def test_a_scenario_that_was_not_run_and_trouble_of_the_run_are_doubts(trial):
    result = evaluate_trial(trial, {RETRY.id: Outcome.FAILED}, ["JUnit disagrees"], 1.0)

    assert result.doubts == ("JUnit disagrees", f"{FALLBACK.id} was not run")


def test_the_page_shows_every_variant_and_no_markup_of_its_own(trial):
    result = evaluate_trial(trial, outcomes(retry=Outcome.FAILED), [], 1.0)
    shown = kill_matrix_page(ALL, kill_matrix(ALL, [result], whole=True))

    assert "1 of 1 broken variants were noticed" in shown
    assert '<td class="red">1/1</td>' in shown
    assert "Something &lt;else&gt; is done." in shown
    assert "Requirements unproven" in shown


def never_opened(_recording: object, _others: object) -> NoReturn:
    raise NotImplementedError


def system(name: str, *variants: Variant, setting: str, value: str, **variables: str) -> System:
    defects = Defects({one.name: one for one in variants}, setting, value, variables, (f"needs.{name}",))
    return System(name, SystemSettings, never_opened, defects=lambda: defects)


SYSTEMS = MutatedSystems(
    [
        system("catalog", NO_RETRY, setting="catalog_command", value="python -m broken", CATALOG_DEFECT="{}"),
        system("infrastructure", Variant("narrow-line", ("INFRA-1",)), setting="infrastructure_defect", value="{}"),
        System("harness", SystemSettings, never_opened),
    ]
)


def test_every_variant_is_put_into_its_own_system_alone():
    assert SYSTEMS.environment("no-retry") == {"CATALOG_DEFECT": "no-retry"}
    assert SYSTEMS.options("no-retry") == ["-D", "catalog_command=python -m broken", "-D", "infrastructure_defect="]
    assert SYSTEMS.environment("narrow-line") == {}
    assert SYSTEMS.options("narrow-line") == ["-D", "catalog_command=", "-D", "infrastructure_defect=narrow-line"]
    assert set(SYSTEMS.variants) == {"no-retry", "narrow-line"}
    assert SYSTEMS.places == {"needs.catalog", "needs.infrastructure"}


def test_without_a_variant_the_reference_is_judged_whatever_is_set_elsewhere():
    assert SYSTEMS.options() == ["-D", "catalog_command=", "-D", "infrastructure_defect="]
    assert SYSTEMS.environment() == {}


def test_only_scenarios_of_systems_with_variants_take_part():
    assert [SYSTEMS.contains(f"{name}/a.feature:1") for name in ("catalog", "harness", "catalogue")] == [
        True,
        False,
        False,
    ]
