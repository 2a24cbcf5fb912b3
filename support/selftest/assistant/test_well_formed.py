"""A candidate that answers otherwise than the contract says has broken a promise; the harness has not."""

import pytest

from support.core.http_client import Response
from support.systems.assistant.actors.configuration_series import number_of
from support.systems.assistant.observers.audit_file import AuditFile
from support.systems.assistant.observers.history import History
from support.systems.assistant.observers.measurements import Run


def answer(**body):
    return Response(200, body, 0.0, 0.0)


@pytest.mark.parametrize("body", [{}, {"results": [{"name": "validation"}]}, {"results": [1]}])
def test_measurements_that_cannot_be_read(body):
    with pytest.raises(AssertionError, match="what was measured is not as the contract says"):
        Run.of(answer(**body))


def test_a_history_that_cannot_be_read():
    with pytest.raises(AssertionError, match="the history"):
        History.of(answer())
    with pytest.raises(AssertionError, match="a row of the history"):
        History.of(answer(rows=[{"operation": "qa"}])).total("requests")
    with pytest.raises(AssertionError, match="a row of the history"):
        History.of(answer(rows=[{"operation": "qa"}])).outcomes()


def test_a_configuration_that_cannot_be_read():
    with pytest.raises(AssertionError, match="the configuration is not as the contract says: KeyError 'effective'"):
        number_of({})


@pytest.mark.parametrize("line", ["{}", "no JSON", "[]"])
def test_an_audit_trail_that_cannot_be_read(tmp_path, line):
    (tmp_path / "audit.jsonl").write_text(f"{line}\n")
    trail = AuditFile(tmp_path)
    with pytest.raises(AssertionError, match="the audit trail is not as the contract says"):
        list(trail.unchained())
    with pytest.raises(AssertionError, match="the audit trail"):
        trail.changes("default.retry.attempts")
