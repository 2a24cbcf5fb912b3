"""The kill matrix: which scenarios a broken variant meets, and when it counts as noticed."""

import io
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.gate.mutation.conclusion import conclude, line
from support.gate.mutation.kill_matrix_page import kill_matrix_page
from support.gate.mutation.mutated_systems import MutatedSystems
from support.gate.mutation.proving import Bench
from support.gate.mutation.trial import find, plan
from support.gate.output.terminal import Paint
from support.gate.selection.scenarios import Selected
from support.gate.verdict.outcome import Outcome
from support.systems.catalog.defects import LAUNCHER
from support.systems.registry import systems

PLAIN = Paint(io.StringIO())


@dataclass(frozen=True)
class Variant:
    name: str
    breaks: tuple[str, ...]
    spills: tuple[str, ...] = ()
    story: str = "Something <else> is done."


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
PLACES = ("needs.etcd", "needs.kafka")
NO_RETRY = Variant("no-retry", ("CAT-API-1",))
SECONDS = {one.id: 0.1 for one in ALL}


def outcomes(**others):
    by_name = {one.id: Outcome.PASSED for one in (FALLBACK, RETRY)}
    return by_name | {f"catalog/{name}.feature:1": outcome for name, outcome in others.items()}


@pytest.fixture
def trial():
    return plan(ALL, [NO_RETRY], SECONDS)[0]


def test_a_variant_meets_its_own_scenarios_and_one_bystander_of_every_other_requirement(trial):
    assert trial.own == (RETRY.id,)
    assert trial.bystanders == (FALLBACK.id,)


def test_load_is_no_bystander_but_meets_its_own_variants():
    (trial,) = plan(ALL, [Variant("slow", ("CAT-PERF-1",))], SECONDS)
    assert trial.own == (LONG.id,)
    assert LONG.id not in trial.bystanders


def test_a_variant_of_something_that_was_not_selected_is_not_tried():
    assert plan([FALLBACK], [NO_RETRY], SECONDS) == []


def test_the_quickest_scenario_of_a_requirement_stands_by():
    (trial,) = plan(ALL, [NO_RETRY], SECONDS | {FALLBACK_TOO.id: 0.05})
    assert trial.bystanders == (FALLBACK_TOO.id,)
    assert trial.seconds == pytest.approx(0.15)


def test_where_a_variant_spills_over_it_is_not_tried():
    (trial,) = plan(ALL, [Variant("no-retry", ("CAT-API-1",), ("CAT-CHAIN-2",))], SECONDS)
    assert (trial.own, trial.bystanders) == ((RETRY.id,), ())


def test_a_bystander_is_of_the_same_system_and_needs_no_other_cluster():
    etcd = [
        scenario("etcd", "INFRA-1", tags=("needs.etcd",), area="infrastructure"),
        scenario("watch", "INFRA-2", tags=("needs.etcd",), area="infrastructure"),
    ]
    kafka = scenario("kafka", "INFRA-3", tags=("needs.kafka",), area="infrastructure")
    asked = [*ALL, *etcd, kafka]
    (trial,) = plan(asked, [Variant("two-members", ("INFRA-1",))], {one.id: 0.1 for one in asked}, PLACES)
    assert (trial.own, trial.bystanders) == ((etcd[0].id,), (etcd[1].id,))


def test_scenarios_that_take_long_stand_by_in_turn():
    long = [scenario(name, f"CAT-{name.upper()}") for name in ("lock", "sync")]
    slow = SECONDS | {one.id: 5.0 for one in long}
    trials = plan([*ALL, *long], [NO_RETRY] * 3, slow)
    assert [trial.bystanders for trial in trials] == [(FALLBACK.id, long[turn % 2].id) for turn in range(3)]


def test_noticed_by_its_own_alone(trial):
    result = find(trial, outcomes(retry=Outcome.FAILED), [], 1.0)

    assert result.clear
    assert "noticed  no-retry (CAT-API-1): 1 of 1 red" in line(result, PLAIN)
    assert conclude([FALLBACK, RETRY], [result], whole=False).proven


def test_a_variant_that_passes_is_no_proof(trial):
    result = find(trial, outcomes(), [], 1.0)
    conclusion = conclude(ALL, [result], whole=True)

    assert not result.killed
    assert line(result, PLAIN).startswith("UNNOTICED")
    assert conclusion.open_ends["variants that nobody noticed"] == ["no-retry"]
    assert "CAT-API-1" in conclusion.open_ends["requirements unproven, as no variant turned them red"]
    assert not conclusion.proven


def test_inconclusive_is_not_red(trial):
    assert not find(trial, outcomes(retry=Outcome.INCONCLUSIVE), [], 1.0).killed


@pytest.mark.parametrize("unasked", [{"retry": Outcome.INCONCLUSIVE}, {"fallback": Outcome.INCONCLUSIVE}])
def test_a_trial_whose_question_was_not_put_is_done_again_alone(trial, monkeypatch, unasked):
    told = iter([{"retry": Outcome.FAILED, **unasked}, {"retry": Outcome.FAILED}])
    monkeypatch.setattr(Bench, "attempt", lambda _self, one: find(one, outcomes(**next(told)), [], 1.0))

    (result,) = Bench(MutatedSystems(()), (), Path(), Path()).attempts([trial], side_by_side=2)

    assert result.clear


def test_an_unrelated_scenario_that_fails_is_told(trial):
    result = find(trial, outcomes(retry=Outcome.FAILED, fallback=Outcome.FAILED), [], 1.0)

    assert result.strays == (FALLBACK.id,)
    assert not conclude(ALL, [result], whole=False).proven


@pytest.mark.parametrize("fallback", [Outcome.BROKEN, Outcome.INCONCLUSIVE])
def test_what_is_not_known_is_a_doubt(trial, fallback):
    result = find(trial, outcomes(retry=Outcome.FAILED, fallback=fallback), [], 1.0)

    assert result.doubts == (f"{FALLBACK.id} was {fallback}",)
    assert not conclude(ALL, [result], whole=False).proven


def test_a_scenario_that_was_not_run_and_trouble_of_the_run_are_doubts(trial):
    result = find(trial, {RETRY.id: Outcome.FAILED}, ["JUnit disagrees"], 1.0)

    assert result.doubts == ("JUnit disagrees", f"{FALLBACK.id} was not run")


def test_the_page_shows_every_variant_and_no_markup_of_its_own(trial):
    result = find(trial, outcomes(retry=Outcome.FAILED), [], 1.0)
    shown = kill_matrix_page(ALL, conclude(ALL, [result], whole=True))

    assert "1 of 1 broken variants were noticed" in shown
    assert '<td class="red">1/1</td>' in shown
    assert "Something &lt;else&gt; is done." in shown
    assert "requirements unproven" in shown


def test_every_variant_is_put_into_its_own_system_alone():
    mutated = MutatedSystems(systems())
    catalog, infrastructure = mutated.of("no-retry"), mutated.of("narrow-line")

    assert catalog.environment("no-retry") == {"CATALOG_DEFECT": "no-retry"}
    assert catalog.options("no-retry") == ("-D", f"catalog.command={LAUNCHER}")
    assert infrastructure.environment("narrow-line") == {}
    assert infrastructure.options("narrow-line") == ("-D", "infrastructure.defect=narrow-line")
    assert len(mutated.variants) == sum(len(system.defects.variants) for system in mutated.all)


def test_a_sound_system_is_the_reference_whatever_is_set_elsewhere():
    sound = [system.options("") for system in MutatedSystems(systems()).all]
    assert sound == [("-D", "catalog.command="), ("-D", "infrastructure.defect=")]
