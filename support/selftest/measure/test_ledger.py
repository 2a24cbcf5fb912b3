"""The loss ledger adds up, and tells lost entries from replaced, stale and unexpected ones."""

import random

import pytest

from support.measure.ledger import Fate, Ledger


def ledger(*fates):
    made = Ledger()
    for number, fate in enumerate(fates, 1):
        made.enter(f"v{number}", fate)
    return made


def counts(made, *names):
    return tuple(made.as_event()[name] for name in names)


def test_every_attempt_is_accounted_for():
    made = ledger(Fate.CONFIRMED, Fate.REFUSED, Fate.UNKNOWN, Fate.CONFIRMED)
    made.look("the store", "v4")
    assert str(made) == (
        "0 of 2 confirmed writes lost: 4 attempted = 2 confirmed + 1 refused + 1 unknown; "
        "2 confirmed = 2 kept + 0 lost; 0 duplicated, 0 unexpected, 0 stale"
    )


def test_what_was_confirmed_after_what_is_found_is_lost_once():
    made = ledger(Fate.CONFIRMED, Fate.CONFIRMED, Fate.REFUSED)
    made.look("the store", "v1")
    made.look("the store", "v1")
    assert made.lost() == ["v2 was confirmed; the store had v1 afterwards"]
    assert counts(made, "kept", "lost", "stale") == (1, 1, 0)


def test_what_comes_back_was_stale_and_is_not_lost():
    made = ledger(Fate.CONFIRMED, Fate.CONFIRMED)
    made.look("the store", "v1")
    made.look("the store", "v2")
    assert counts(made, "lost", "stale") == (0, 1)


def test_what_is_back_in_one_place_is_still_lost_in_another():
    made = ledger(Fate.CONFIRMED, Fate.CONFIRMED)
    made.look("the store", "v1")
    made.look("the copy", "v2")
    assert counts(made, "lost", "stale") == (1, 0)


def test_what_is_unknown_may_be_found_or_not():
    made = ledger(Fate.CONFIRMED, Fate.UNKNOWN)
    made.look("the store", "v1")
    made.look("the store", "v2")
    assert made.lost() == []


@pytest.mark.parametrize(("found", "unexpected"), [("", 0), ("something else", 1), ("v2", 1)])
def test_an_empty_store_and_one_with_foreign_entries_have_lost_everything(found, unexpected):
    made = ledger(Fate.CONFIRMED, Fate.REFUSED)
    made.look("the store", found)
    assert counts(made, "unexpected") == (unexpected,)
    assert len(made.lost()) == (0 if found == "v2" else 1)


def test_what_stays_side_by_side_is_missed_one_by_one():
    made = ledger(Fate.CONFIRMED, Fate.CONFIRMED, Fate.REFUSED, Fate.UNKNOWN, Fate.CONFIRMED)
    made.look_through("the topic", ["v1", "v1", "v3", "foreign"])
    assert counts(made, "kept", "lost", "duplicated", "unexpected", "stale") == (1, 2, 1, 2, 0)
    made.look_through("the topic", ["v1", "v2", "v4"])
    assert counts(made, "kept", "lost", "stale") == (2, 1, 1)
    assert made.lost() == ["v5 was confirmed; the topic had 4 others afterwards"]


def test_what_was_there_before_is_not_unexpected():
    made = Ledger(of="messages", already=["old"])
    made.look_through("the topic", ["old"])
    assert counts(made, "of", "unexpected") == ("messages", 0)


def test_each_attempt_needs_a_unique_name():
    made = ledger(Fate.CONFIRMED)
    with pytest.raises(ValueError, match="is in the ledger already"):
        made.enter("v1", Fate.REFUSED)


@pytest.mark.parametrize("seed", range(200))
def test_whatever_happens_the_ledger_adds_up(seed):
    """Against a simulated store that confirms, refuses, loses and duplicates at random, and knows what it has done."""
    chance = random.Random(seed)
    made, held, lost = Ledger(), [], set()
    for number in range(chance.randint(0, 30)):
        fate = chance.choice(list(Fate))
        made.enter(f"w{number}", fate)
        if fate is Fate.CONFIRMED or (fate is Fate.UNKNOWN and chance.random() < 0.5):
            held.append(f"w{number}")
        if held and chance.random() < 0.1:
            victim = chance.choice(held)
            held = [one for one in held if one != victim]
            lost.add(victim)
        if held and chance.random() < 0.1:
            held.append(chance.choice(held))
        if chance.random() < 0.3:
            made.look_through("the store", held)
    made.look_through("the store", held)
    event = made.as_event()
    confirmed = {entry.what for entry in made.entries if entry.fate is Fate.CONFIRMED}
    assert event["attempted"] == event["confirmed"] + event["refused"] + event["unknown"] == len(made.entries)
    assert event["confirmed"] == event["kept"] + event["lost"]
    assert event["lost"] == len(lost & confirmed)
    assert event["unexpected"] == event["stale"] == 0
    assert event["duplicated"] >= len({one for one in held if held.count(one) > 1})
