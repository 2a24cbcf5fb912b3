"""What monitoring counts, and what people and the AI service saw, in the same form, so that the two can be compared exactly."""

from collections import Counter
from collections.abc import Iterable, Mapping

from prometheus_client.parser import text_string_to_metric_families

from support.standins.record import RecordedRequest
from support.systems.assistant.actors.person import Reply

Counts = Counter[str]
"""By words such as "summarize live": what is not there was not counted."""

REQUESTS, ATTEMPTS, RETRIES, NOT_PERMITTED = "requests_total", "attempts_total", "retries_total", "not_permitted_total"
TIMED_REQUESTS, TIMED_ATTEMPTS = "request_seconds_count", "attempt_seconds_count"
OF_AN_OPERATION = {
    *(REQUESTS, ATTEMPTS, RETRIES, NOT_PERMITTED, TIMED_REQUESTS, TIMED_ATTEMPTS),
    *("breaker_transitions_total", "breaker_state"),
}
NO_CALL = ("breaker_open", "bulkhead_full")  # failures of a person's request without a call to the AI service
SUCCESS, REJECTED = "success", "rejected"


class Page:
    """The metrics of one instance, or of several added up; *texts* are their pages."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._samples = [
            (sample.name.removeprefix("assistant_"), sample.labels, sample.value)
            for text in texts
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        ]

    def counts(self, name: str, *labels: str) -> Counts:
        """The samples *name* by the values of *labels*."""
        found: Counts = Counter()
        for sample, has, value in self._samples:
            if sample == name:
                found[" ".join(has.get(label, "") for label in labels)] += int(value)
        return found

    def series(self, **labels: str) -> set[str]:
        """The names of all samples whose labels contain *labels*."""
        return {name for name, has, _ in self._samples if labels.items() <= has.items()}

    def counted(self, **labels: str) -> set[str]:
        """Those of `series` that the contract knows and that are above 0."""
        counted = {name for name, has, value in self._samples if labels.items() <= has.items() and value}
        return counted & OF_AN_OPERATION

    def seconds(self, name: str) -> float:
        return sum(value for sample, _, value in self._samples if sample == name)


def outcomes(replies: Iterable[Reply]) -> Counts:
    """The requests by operation and outcome, as people were answered."""
    return Counter(f"{one.operation} {one.source if one.answered else one.error}" for one in replies)


def operations(replies: Iterable[Reply]) -> Counts:
    return Counter(one.operation for one in replies)


def ended_attempts(replies: Iterable[Reply]) -> Counts:
    """The attempts by operation and end, as the answers to people name them: each failure, and the success of a live answer."""
    found: Counts = Counter()
    for reply in replies:
        ends = [error for error in reply.errors if error not in NO_CALL]
        ends += [SUCCESS] if reply.source == "live" else [REJECTED] if reply.error == REJECTED else []
        found.update(f"{reply.operation} {end}" for end in ends)
    return found


def refused_calls(replies: Iterable[Reply]) -> Counts:
    """Calls that breaker or bulkhead did not permit, by operation."""
    return Counter(reply.operation for reply in replies for error in reply.errors if error in NO_CALL)


def arrivals(requests: Iterable[RecordedRequest], *, again: bool = False) -> Counts:
    """The requests at the AI service by operation; with *again*, only those after the first of a person's request."""
    return Counter(one.key or "" for one in requests if not again or one.headers.get("x-attempt") != "1")


def differences(counted: Mapping[str, int], seen: Mapping[str, int]) -> list[str]:
    """Where the two differ, in words."""
    names = sorted(counted.keys() | seen.keys())
    pairs = ((name, counted.get(name, 0), seen.get(name, 0)) for name in names)
    return [f"{name}: {count} instead of {true}" for name, count, true in pairs if count != true]
