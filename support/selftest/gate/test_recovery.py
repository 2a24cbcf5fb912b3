"""Recovery times: definitions, resolution, and the summary of a run."""

import pytest

from support.gate.output.summary import summary
from support.gate.output.terminal import Paint
from support.gate.verdict.losses import loss_in_words
from support.measure.recovery import Sample, measure_lift, measure_restart
from support.selftest.gate.sample_journal import journal_of, verdict_on

BEST, WORSE, WORST = 0, 1, 2


def looks(*samples: tuple[float, float, int]) -> list[Sample]:
    return [Sample(at, at + waited, worth) for at, waited, worth in samples]


def spans(measured):
    return {
        name: (pytest.approx(span.seconds), pytest.approx(span.resolution))
        for name in ("detection", "degraded", "recovery", "baseline")
        if (span := getattr(measured, name))
    }


def test_each_time_has_its_begin_its_end_and_its_resolution():
    seen = looks(
        (0, 0.1, BEST), (1.1, 0.1, BEST), (1.5, 0.5, WORSE), (2.9, 0.1, WORSE), (3.2, 0.1, WORSE), (3.6, 0.1, BEST)
    )
    assert spans(measure_lift(seen, injected=1.0, lifted=3.0)) == {
        "detection": (1.0, 0.9),  # first degraded answer at 2.0; the request of 1.1 was still answered well
        "degraded": (1.7, 1.4),
        "recovery": (0.7, 0.5),  # good again at 3.7; still degraded at 3.2
        "baseline": (0.7, 0.5),
    }


def test_back_to_baseline_is_as_fresh_and_as_quick_as_before():
    seen = looks((0, 0.1, BEST), (1.5, 0.1, WORST), (3.1, 0.1, WORSE), (4.0, 0.9, BEST), (5.0, 0.15, BEST))
    measured = measure_lift(seen, injected=1.0, lifted=3.0)
    assert measured.recovery.seconds == pytest.approx(0.2)
    assert measured.baseline.seconds == pytest.approx(2.15)


def test_without_an_answer_before_the_fault_baseline_is_the_best_answer():
    measured = measure_lift(looks((1.5, 0.1, WORST), (3.1, 0.1, WORSE)), injected=1.0, lifted=3.0)
    assert measured.baseline is None
    assert measured.recovery.seconds == pytest.approx(0.2)


@pytest.mark.parametrize(
    "seen",
    [
        [],
        looks((3.5, 0.1, BEST)),  # no request during the fault
        looks((1.5, 0.1, BEST), (3.5, 0.1, BEST)),  # no degraded answer
        looks((1.5, 0.1, WORSE), (3.5, 0.1, WORSE)),  # never better
        looks((0.5, 0.1, WORSE), (1.5, 0.1, WORSE), (3.5, 0.1, BEST)),  # no worse than before
    ],
)
def test_no_recovery_is_measured_that_was_not_seen(seen):
    assert measure_lift(seen, injected=1.0, lifted=3.0) is None


def test_a_kill_is_over_with_the_first_answer_that_serves():
    measured = measure_restart(looks((0.5, 0.1, BEST), (1.2, 0.2, WORST), (1.6, 0.2, WORSE)), killed=1.0, served=WORSE)
    assert spans(measured) == {"recovery": (0.8, 0.6)}
    assert measure_restart(looks((1.2, 0.2, WORST)), killed=1.0, served=WORSE) is None


def figure(value, fault, name="recovery time", scenario="a:1"):
    fields = {"name": name, "value": value, "unit": "s", "resolution": 0.1, "fault": fault}
    return {"event": "figure", "scenario": scenario, **fields}


def ledger(scenario, **counts):
    nothing = dict.fromkeys(
        ("attempted", "confirmed", "refused", "unknown", "kept", "lost", "duplicated", "unexpected", "stale"), 0
    )
    return {"event": "ledger", "scenario": scenario, "of": "writes", **nothing, **counts}


def test_a_run_sums_up_what_its_scenarios_measured(tmp_path):
    more = (
        *(figure(value, "the provider is down") for value in (0.5, 2.0)),
        figure(0.7, "the provider is down", scenario="a:2"),
        figure(3.0, "the saved copy freezes"),
        figure(0.2, "the saved copy freezes", name="detection time"),
        {
            "event": "figure",
            "scenario": "a:1",
            "name": "recovery time",
            "value": 99,
            "unit": "s",
        },  # without a fault
        ledger("a:1", attempted=4000, confirmed=4000, kept=4000),
        ledger("a:2", attempted=815, confirmed=812, refused=2, unknown=1, kept=811, lost=1, stale=2),
    )
    verdict = verdict_on(journal_of("PASSED", "PASSED", more=more))
    freezes, down = verdict.recoveries
    assert (freezes["fault"], [one["name"] for one in freezes["figures"]]) == (
        "the saved copy freezes",
        ["detection time", "recovery time"],
    )
    (recovery,) = down["figures"]
    assert (recovery["measured"], recovery["worst"], recovery["p95"]) == (3, 2.0, pytest.approx(1.87))
    assert loss_in_words(verdict.losses[0]) == "1 of 4,812 confirmed writes lost; 2 stale"
    with (tmp_path / "out").open("w") as stream:
        text = summary(verdict, "", Paint(stream))
    assert "losses        1 of 4,812 confirmed writes lost; 2 stale" in text
    assert (
        "recovery      3.0 s at worst after the saved copy freezes (95% within 3.0 s, 1 measured, to 100 ms); 2.0 s"
        in text
    )
