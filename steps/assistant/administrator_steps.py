"""Administrators, and what the assistant's records tell them."""

from datetime import timedelta

from hamcrest import equal_to

from support.behave_runtime.gherkin import Context, then
from support.core.checks import assert_that
from support.core.eventually import eventually
from support.systems.assistant.actors.administrator import Administrator
from support.systems.assistant.actors.person import Reply

RECORDED = timedelta(seconds=1)  # after the answer


@then("the audit trail of that request has {count:Count} failed attempts: {errors:Failures}")
def audited_attempts(context: Context, count: int, errors: list[str]) -> None:
    def check() -> None:
        attempts = _entries(context, "attempt")
        numbers = [one.get("attempt") for one in attempts]
        assert_that(numbers, equal_to(list(range(1, count + 1))), "the audited attempts")
        assert_that([one.get("error") for one in attempts], equal_to(errors), "their errors in the audit trail")

    eventually(check, within=RECORDED)


@then("it says what was decided after each: {decisions:Failures}")
def audited_decisions(context: Context, decisions: list[str]) -> None:
    found = [one.get("decision") for one in _entries(context, "attempt")]
    assert_that(found, equal_to(decisions), "the decisions in the audit trail")


@then("it says that the answer was {source:Source}")
def audited_answer(context: Context, source: str) -> None:
    def check() -> None:
        found = [one.get("source") for one in _entries(context, "request")]
        assert_that(found, equal_to([source]), "the answers to the request in the audit trail")

    eventually(check, within=RECORDED)


def _entries(context: Context, kind: str) -> list[dict[str, object]]:
    """What the audit trail has about the request of the last reply."""
    asked = context.stage.the(Reply).request_id
    answer = context.stage.the(Administrator).audit(kind=kind, request_id=asked, limit=100)
    return list(answer.body.get("entries", []))
