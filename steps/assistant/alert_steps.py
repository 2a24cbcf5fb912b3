"""What the on-call engineers are alerted of, when, and how often."""

from datetime import timedelta

from hamcrest import empty, equal_to, greater_than_or_equal_to, has_length

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.eventually import eventually, patiently, throughout
from support.standins.received_alerts import AlertInbox
from support.systems.assistant.actors.administrator import Administrator
from support.systems.assistant.observers.alerts import Problem, Told, lacks, told_of, unix_s

SOON = timedelta(seconds=5)


@then("within {limit:Duration} the on-call engineers are alerted that {problem:Problem}")
def are_alerted(context: Context, limit: timedelta, problem: Problem) -> None:
    """Once, and not that it is over."""

    def check() -> None:
        told = context.stage.put(_told(context, problem))
        assert_that(
            (len(told.raised), len(told.cleared)), equal_to((1, 0)), f"the alerts raised and cleared of {problem}"
        )

    eventually(check, within=limit)


@given("the on-call engineers have been alerted that {problem:Problem}")
def have_been_alerted(context: Context, problem: Problem) -> None:
    are_alerted(context, SOON, problem)


@then("for {span:Duration} no other alert about it arrives, and it is not over")
def no_other(context: Context, span: timedelta) -> None:
    problem = context.stage.the(Told).problem

    def check() -> None:
        told = _told(context, problem)
        assert_that(
            (len(told.raised), len(told.cleared)), equal_to((1, 0)), f"the alerts raised and cleared of {problem}"
        )

    throughout(check, span=span)


@then("within {limit:Duration} they are told that it is over")
def told_that_over(context: Context, limit: timedelta) -> None:
    """By the id of the alert, and neither is told twice."""
    before = context.stage.the(Told)
    expected = [one.body.get("id") for one in before.raised]

    def check() -> None:
        told = context.stage.put(_told(context, before.problem))
        assert_that(
            [one.body.get("id") for one in told.cleared], equal_to(expected), "the ids of the alerts that are over"
        )
        assert_that(told.raised, has_length(1), f"the alerts of {before.problem}")

    eventually(check, within=limit)


@then("for {span:Duration} nobody is alerted that {problem:Problem}")
def nobody_is_alerted(context: Context, span: timedelta, problem: Problem) -> None:
    throughout(lambda: assert_that(_told(context, problem).raised, empty(), f"the alerts of {problem}"), span=span)


@then("the alert says what has happened, when, how severe it is, and which limit was crossed")
def alert_is_complete(context: Context) -> None:
    for alert in context.stage.the(Told).raised:
        assert_that(lacks(alert), empty(), f"what is missing in the alert {alert.body}")


@then("the assistant lists it as active")
def is_active(context: Context) -> None:
    assert _listed(context, "active"), "the assistant does not list it as active"


@then("the assistant lists it as past")
def is_past(context: Context) -> None:
    assert not _listed(context, "active"), "the assistant lists it as active"
    assert _listed(context, "recent"), "the assistant does not list it among the recent ones"


@when("the webhook has been tried {count:Count} time")
@when("the webhook has been tried {count:Count} times")
def webhook_tried(context: Context, count: int) -> None:
    inbox = context.stage.the(AlertInbox)
    patiently(
        lambda: assert_that(len(inbox.requests()), greater_than_or_equal_to(count), "requests to the webhook"),
        within=SOON,
    )


@then("the alerts arrive in the order in which they were raised")
def arrive_in_order(context: Context) -> None:
    def several() -> list[float]:
        times = [unix_s(alert.body.get("at")) for alert in context.stage.the(AlertInbox).alerts()]
        assert_that(len(times), greater_than_or_equal_to(2), "the alerts that have arrived")
        return times

    times = patiently(several, within=SOON)
    assert_that(times, equal_to(sorted(times)), "when the alerts were raised (unix seconds), by their arrival")


def _told(context: Context, problem: Problem) -> Told:
    return told_of(problem, context.stage.the(AlertInbox).alerts())


def _listed(context: Context, where: str) -> bool:
    """Whether the raised alert, which was received, is in a list of the assistant, by its id."""
    (alert,) = context.stage.the(Told).raised
    listed = context.stage.the(Administrator).alerts().body.get(where, [])
    return alert.body.get("id") in [one.get("id") for one in listed]
