"""A clock that was set during a run."""

from support.gate.verdict.clock import clock_jumps, duration_s, in_order


def event(at, steady, **more):
    return {"event": "any", "at": at, "steady": steady, **more}


def test_a_clock_that_runs_evenly_is_no_trouble():
    assert clock_jumps([event(1000.0, 5.0), event(1060.0, 65.0), event(1120.4, 125.0)]) == []


def test_a_clock_that_is_set_is_reported_once_for_each_time():
    jumps = clock_jumps([event(1000.0, 5.0), event(4601.0, 6.0), event(4602.0, 7.0), event(1003.0, 8.0)])

    assert jumps == ["the machine's clock was advanced by 60 min", "the machine's clock was put back by 60 min"]


def test_machines_are_not_held_against_each_other():
    assert clock_jumps([event(1000.0, 5.0, shard=1), event(1000.0, 900.0, shard=2), event(1001.0, 6.0, shard=1)]) == []


def test_journals_without_a_steady_clock_are_read():
    assert clock_jumps([{"event": "any", "at": 1.0}, event(9.0, 9.0)]) == []


def test_a_run_takes_as_long_as_the_steady_clock_says():
    assert duration_s([event(1000.0, 5.0), event(4601.0, 6.0), event(400.0, 8.5)]) == 3.5
    assert duration_s([event(1000.0, 5.0, shard=1), event(1000.0, 900.0, shard=2), event(1001.0, 6.0, shard=1)]) == 1.0
    assert duration_s([]) == 0.0


def test_merged_events_keep_the_order_of_their_machine_when_its_clock_is_put_back():
    first = [event(1000.0, 5.0, shard=1), event(400.0, 6.0, shard=1), event(401.0, 7.0, shard=1)]
    second = [event(1000.5, 90.0, shard=2), event(1001.5, 91.0, shard=2)]
    merged = in_order([first, second])
    assert merged == [first[0], second[0], first[1], second[1], first[2]]
    assert in_order([[{"event": "any", "at": 2.0}], [{"event": "any", "at": 1.0}]])[0]["at"] == 1.0
