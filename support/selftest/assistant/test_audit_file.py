"""The file of the audit trail is read, checked and tampered with as the features say."""

import asyncio

import pytest

from support.systems.assistant.app.audit import Audit
from support.systems.assistant.observers.audit_file import TAMPERINGS, AuditFile, at

FIELD = "default.retry.attempts"


def a_trail(folder):
    trail = Audit(folder)
    for who, attempts in (("ana", 4), ("ben", 2), ("ana", 5)):
        trail.record(
            "configuration", who, version=attempts, before={}, after={"default": {"retry": {"attempts": attempts}}}
        )
    return trail


def test_the_chain_of_the_reference_is_followed(tmp_path):
    a_trail(tmp_path)
    assert list(AuditFile(tmp_path).unchained()) == []
    assert AuditFile(tmp_path).changes(FIELD) == [4, 2, 5]


@pytest.mark.parametrize("how", TAMPERINGS.values(), ids=list(TAMPERINGS))
def test_every_tampering_changes_the_file_so_that_the_chain_breaks_near_it(tmp_path, how):
    trail = a_trail(tmp_path)
    line = AuditFile(tmp_path).tamper(FIELD, 2, how)
    told = asyncio.run(trail.read())
    assert line == 2
    assert not told.intact
    assert told.broken_at in {line - 1, line, line + 1}


def test_only_the_missing_end_cannot_be_told_from_the_file_alone(tmp_path):
    for name, how in TAMPERINGS.items():
        (tmp_path / "audit.jsonl").unlink(missing_ok=True)
        a_trail(tmp_path)
        AuditFile(tmp_path).tamper(FIELD, 2, how)
        assert bool(list(AuditFile(tmp_path).unchained())) == (not name.startswith("cuts off"))


def test_a_change_that_is_not_there_cannot_be_tampered_with(tmp_path):
    a_trail(tmp_path)
    with pytest.raises(AssertionError, match="no change that set"):
        AuditFile(tmp_path).tamper(FIELD, 9, next(iter(TAMPERINGS.values())))


def test_half_a_line_is_left_at_the_end(tmp_path):
    a_trail(tmp_path)
    AuditFile(tmp_path).tear()
    *_, last = (tmp_path / "audit.jsonl").read_text().split("\n")
    assert last.startswith('{"n":3,')
    assert not last.endswith("}")


def test_a_path_into_what_is_not_there_leads_to_nothing():
    assert at({"default": 3}, FIELD) is None
