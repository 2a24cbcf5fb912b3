"""Random faults: the same seed draws the same, a journal brings the same again, and nothing is ambiguous to lift."""

from itertools import pairwise
from random import Random

import pytest

from support.core.errors import UsageError
from support.core.journal import Journal, read_journal
from support.faults.chaos.schedule import LASTS_S, PAUSES_S, ScheduledFault, random_schedule, recorded_schedule
from support.faults.chaos.seeded_random import SeededRandom
from support.faults.model import COMMON, Crash, Outage
from support.faults.phrases import read_fault
from support.systems.catalog.chaos_menu import EVERYTHING, MENU, PROVIDER_ALONE
from support.systems.catalog.faults import FAULTS
from support.systems.catalog.targets import DATABASE, PROVIDER

SPAN_S = 60.0
each_seed = pytest.mark.parametrize("seed", range(20))


def drawn(seed, lines=EVERYTHING, span_s=SPAN_S):
    return random_schedule(Random(seed), MENU, lines, span_s)


@each_seed
def test_the_same_seed_draws_the_same(seed):
    assert drawn(seed) == drawn(seed)


def test_another_seed_draws_something_else():
    assert len({drawn(seed) for seed in range(20)}) == 20


@each_seed
def test_on_one_line_a_fault_is_over_before_the_next_one_begins(seed):
    for line in EVERYTHING:
        own = [strike for strike in drawn(seed) if strike.target in line]
        assert all(later.at_s - earlier.until_s >= PAUSES_S[0] - 0.002 for earlier, later in pairwise(own))


@each_seed
def test_everything_is_struck_within_the_span_and_for_a_while(seed):
    plan = drawn(seed)
    assert {strike.target for strike in plan} == {target for line in EVERYTHING for target in line}
    assert all(strike.at_s >= 0 and strike.until_s <= SPAN_S for strike in plan)
    assert all(LASTS_S[0] <= strike.for_s <= LASTS_S[1] for strike in plan)
    assert [strike.at_s for strike in plan] == sorted(strike.at_s for strike in plan)


@each_seed
def test_even_the_shortest_series_has_a_fault(seed):
    assert drawn(seed, PROVIDER_ALONE, 4.0)


def test_every_fault_of_the_menu_is_told_in_words_of_its_own():
    for faults in MENU.values():
        assert len({(type(fault).__name__, str(fault)) for fault in faults}) == len(faults)


def test_what_the_menu_offers_is_known_to_the_features_too():
    told = [str(fault) for faults in MENU.values() for fault in faults if "(" not in str(fault)]
    assert {type(read_fault(words, (*COMMON, *FAULTS))) for words in told}


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "journal.jsonl", "run")
    yield journal
    journal.close()


def play(journal, scenario, plan):
    """Write what a run that keeps exactly to *plan* would write."""

    def struck(one):
        words = {"kind": type(one.fault).__name__, "detail": str(one.fault)}
        return one.at_s, "chaos-struck", {"target": one.target.name, **words}

    def lifted(one):
        return one.until_s, "chaos-lifted", {"target": one.target.name}

    journal.write("chaos-begins", scenario=scenario)
    for at, event, fields in sorted([act(one) for one in plan for act in (struck, lifted)], key=lambda act: act[0]):
        journal.write(event, scenario=scenario, at_s=at, **fields)


@each_seed
def test_a_journal_brings_the_same_again_with_the_same_gaps(seed, journal):
    plan = drawn(seed)
    play(journal, "here", plan)

    again = recorded_schedule(journal.events, "here", MENU)

    assert [(strike.target, strike.fault) for strike in again] == [(strike.target, strike.fault) for strike in plan]
    assert [strike.at_s for strike in again] == pytest.approx([strike.at_s for strike in plan])
    assert [strike.for_s for strike in again] == pytest.approx([strike.for_s for strike in plan])


def test_other_scenarios_other_series_and_other_faults_are_left_out(journal):
    first, second = (ScheduledFault(1.0, DATABASE, Crash(), 0.5),), (ScheduledFault(2.0, PROVIDER, Outage(), 0.5),)
    play(journal, "here", first)
    play(journal, "here", second)
    play(journal, "elsewhere", first)
    journal.write("fault-planned", fault="here#9", scenario="here", kind="Crash", target="database", detail="is killed")

    assert [strike.what for strike in recorded_schedule(journal.events, "here", MENU)] == ["the provider is down"]


def test_a_journal_is_replayed_by_whoever_draws(journal, tmp_path):
    play(journal, "here", drawn(1))
    earlier = read_journal(tmp_path / "journal.jsonl")

    assert SeededRandom(7, "here", journal, earlier).schedule(MENU, EVERYTHING, None) == recorded_schedule(
        earlier, "here", MENU
    )


@pytest.mark.parametrize(("scenario", "words"), [("here", "cannot inject"), ("nowhere", "no random faults in nowhere")])
def test_a_journal_that_cannot_be_replayed_is_refused_in_one_sentence(scenario, words, journal):
    journal.write("chaos-begins", scenario="here")
    journal.write("chaos-struck", scenario="here", kind="Meteor", target="database", detail="is hit", at_s=1.0)
    with pytest.raises(UsageError, match=words):
        recorded_schedule(journal.events, scenario, MENU)


def test_numbers_are_drawn_again_and_are_on_record(journal):
    first, second = (
        [SeededRandom(7, "here", journal).number("pages", 1, 1000) for _ in range(3)],
        [SeededRandom(7, "here", journal).number("pages", 1, 1000) for _ in range(3)],
    )
    assert first == second
    assert [event["value"] for event in journal.events] == [*first, *second]
    assert SeededRandom(7, "elsewhere", journal).number("pages", 1, 10**9) != SeededRandom(7, "here", journal).number(
        "pages", 1, 10**9
    )
