"""Matchers for what a stand-in has recorded."""

from collections.abc import Sequence
from typing import Any

from hamcrest.core.matcher import Matcher

from support.core.described import described
from support.standins.record import RecordedRequest


def came_no_sooner_than_asked() -> Matcher[Any]:
    """Requests of which none arrived before the time that an earlier answer had named (Retry-After)."""

    def mismatch(requests: Sequence[RecordedRequest]) -> str:
        named = [request for request in requests if request.not_before is not None]
        if not named:
            return "no answer named a time"
        early = [
            f"{one.not_before - other.at:.2f} s too early"
            for one in named
            for other in requests
            if one.not_before is not None and other.id > one.id and other.at < one.not_before
        ]
        return f"requests came {', '.join(early)}" if early else ""

    return described("no request before the time that an answer had named", mismatch)
