"""What the audit trail says of people's requests: their failed attempts, and how they were answered."""

from collections import Counter
from datetime import timedelta
from typing import Any

from hamcrest import empty, equal_to, greater_than

from support.behave_runtime.gherkin import Context, then
from support.core.checks import assert_that
from support.core.eventually import eventually, throughout
from support.standins.record import RecordedRequest
from support.systems.assistant.actors.administrator import Administrator
from support.systems.assistant.actors.person import OK, QUESTION, Crowd, Reply
from support.systems.assistant.environment.site import AI_KEY, Site
from support.systems.assistant.environment.topology import ADMINISTRATORS, PEOPLE
from support.systems.assistant.observers.ai_service_record import AiServiceRecord
from support.systems.assistant.observers.audit_file import AuditFile

ALL = 1000  # entries that are shown at most
RECORDED = timedelta(seconds=1)  # after the answer
LATER = timedelta(seconds=0.3)


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


@then("the audit trail has exactly the failed attempts that the AI service has seen")
def has_failed_attempts(context: Context) -> None:
    failed = [one for one in context.stage.the(AiServiceRecord).requests() if one.status != OK]
    assert_that(len(failed), greater_than(0), "the failed attempts that the AI service has seen")
    seen = Counter((one.headers.get("x-request-id"), _attempt(one), one.status) for one in failed)

    def check() -> None:
        entries = _all(context, "attempt")
        told = Counter((one.get("request_id"), one.get("attempt"), one.get("status")) for one in entries)
        wrong = {"missing": seen - told, "invented": told - seen}
        assert_that(wrong, equal_to({"missing": {}, "invented": {}}), "attempts")

    eventually(check, within=RECORDED)


@then("it has, of each person who met an error, the attempts and the source of the answer")
def has_answers(context: Context) -> None:
    met = [one for one in context.stage.the(Crowd).replies if one.errors]
    expected = {one.request_id: (one.source, one.attempts, list(one.errors)) for one in met}

    def check() -> None:
        entries = _all(context, "request")
        told = {one.get("request_id"): (one.get("source"), one.get("attempts"), one.get("errors")) for one in entries}
        assert_that(told, equal_to(expected), "the answers in the audit trail")

    eventually(check, within=RECORDED)


@then("the audit trail has no failed attempt")
def has_no_failed_attempt(context: Context) -> None:
    """Nor is one recorded after the answers."""
    throughout(
        lambda: assert_that(_all(context, "attempt"), empty(), "the failed attempts in the audit trail"), span=LATER
    )


@then("neither the text nor the question nor any key is in the audit trail")
def keeps_no_secrets(context: Context) -> None:
    trail = AuditFile(context.stage.the(Site).folder.data).text
    secrets = [context.stage.the(Reply).text, QUESTION, AI_KEY, *PEOPLE.values(), *ADMINISTRATORS.values()]
    assert_that([one for one in secrets if one in trail], empty(), "what people wrote, and keys, in the audit trail")


def _attempt(request: RecordedRequest) -> int | None:
    """Its number, as the request says it; None if it says none."""
    number = request.headers.get("x-attempt", "")
    return int(number) if number.isdecimal() else None


def _entries(context: Context, kind: str) -> list[dict[str, Any]]:
    """What the audit trail has about the request of the last reply."""
    return _all(context, kind, request_id=context.stage.the(Reply).request_id)


def _all(context: Context, kind: str, **chosen: str) -> list[dict[str, Any]]:
    answer = context.stage.the(Administrator).audit(kind=kind, limit=ALL, **chosen)
    return list(answer.body.get("entries", []))
