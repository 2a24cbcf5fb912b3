"""What became of many requests, and whether the assistant's own counts agree; what nobody knows may be either."""

from collections.abc import Iterable, Mapping, Sequence

from support.core.described import mismatch_of
from support.systems.assistant.actors.continuous_requests import Request
from support.systems.assistant.matchers import a_helpful_fallback, a_right_answer
from support.systems.assistant.observers.counts import differences, outcomes


def dishonest(requests: Iterable[Request]) -> list[str]:
    """Requests that ended neither with the answer to what was asked nor with a fallback answer that says what it is."""
    found = []
    for request in requests:
        expected = a_helpful_fallback() if request.reply.source == "fallback" else a_right_answer()
        if problem := mismatch_of(expected, request.reply):
            found.append(problem)
    return found


def miscounted(counted: Mapping[str, int], requests: Sequence[Request], instance: int) -> list[str]:
    """Where an assistant's counts cannot be true. A call without an answer may have been counted, or may never have arrived."""
    replies = [call.reply for request in requests for call in request.calls if call.instance == instance]
    known = outcomes(reply for reply in replies if reply.status is not None)
    unknown = sum(reply.status is None for reply in replies)
    if not unknown:
        return differences(counted, known)
    missing = [
        f"{name}: {counted.get(name, 0)} instead of {true}"
        for name, true in known.items()
        if counted.get(name, 0) < true
    ]
    surplus = sum(counted.values()) - sum(known.values())
    return [
        *missing,
        *([f"{surplus} more than were answered, {unknown} of which nobody knows"] if surplus > unknown else []),
    ]
