"""The loss ledger adds up, and knows lost from replaced."""

from support.observers.ledger import Fate, Ledger


def ledger(*fates):
    made = Ledger()
    for number, fate in enumerate(fates, 1):
        made.enter(f"v{number}", fate)
    return made


def test_every_attempt_is_accounted_for():
    made = ledger(Fate.CONFIRMED, Fate.REFUSED, Fate.UNKNOWN, Fate.CONFIRMED)
    made.look("the store", "v4")
    assert str(made) == "4 attempted = 2 confirmed + 1 refused + 1 unknown; 2 confirmed = 2 kept + 0 lost"


def test_what_was_confirmed_after_what_is_found_is_lost_once():
    made = ledger(Fate.CONFIRMED, Fate.CONFIRMED, Fate.REFUSED)
    made.look("the store", "v1")
    made.look("the store", "v1")
    assert made.lost() == ["v2 was confirmed; the store had v1 afterwards"]
    assert str(made).endswith("2 confirmed = 1 kept + 1 lost")


def test_what_is_unknown_may_be_found_or_not():
    made = ledger(Fate.CONFIRMED, Fate.UNKNOWN)
    made.look("the store", "v1")
    made.look("the store", "v2")
    assert made.lost() == []


def test_an_empty_store_and_one_with_a_stranger_s_goods_have_lost_everything():
    for found in ("", "something else"):
        made = ledger(Fate.CONFIRMED, Fate.REFUSED)
        made.look("the store", found)
        assert len(made.lost()) == 1
