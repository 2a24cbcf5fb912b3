"""The outcome of one scenario. Pure: behave's status and the troubles in, outcome and reason out."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum

from support.core.errors import BrokenHarnessError, HoldfastError, InconclusiveError
from support.core.printable import printable


class Outcome(StrEnum):
    PASSED = "PASSED"
    FAILED = "FAILED"
    FLAKY = "FLAKY"
    INCONCLUSIVE = "INCONCLUSIVE"
    BROKEN = "BROKEN"
    NOT_APPLICABLE = "N/A"


class Kind(Enum):
    """What a trouble is about, in order of precedence.

    TOOLS: the harness failed during a step. DOUBT: a fault was not felt, or a check was inconclusive. PROMISE: an assertion
    about the product failed. HARNESS: a hook, fixture or clean-up failed.
    """

    TOOLS = "tools"
    DOUBT = "doubt"
    PROMISE = "promise"
    HARNESS = "harness"


OUTCOMES = {
    Kind.TOOLS: Outcome.BROKEN,
    Kind.DOUBT: Outcome.INCONCLUSIVE,
    Kind.PROMISE: Outcome.FAILED,
    Kind.HARNESS: Outcome.BROKEN,
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that went wrong; *where* is a step, a hook or a clean-up."""

    kind: Kind
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Finding:
    outcome: Outcome
    reason: str = ""


def step_trouble(where: str, error: BaseException) -> Trouble:
    """The trouble of a step; its `AssertionError` is a broken promise of the product."""
    if isinstance(error, AssertionError):
        return Trouble(Kind.PROMISE, where, printable(str(error)).strip() or "is not so")
    return harness_trouble(where, error)


def harness_trouble(where: str, error: BaseException) -> Trouble:
    """The trouble of a hook, fixture or clean-up: never a broken promise, whatever it raises."""
    return Trouble(_kind(error), where, in_words(error))


def in_words(error: BaseException) -> str:
    """The message of *error*, after the name of its class unless it is an error of Holdfast."""
    text, name = printable(str(error)).strip(), type(error).__name__
    if isinstance(error, HoldfastError):
        return text
    return f"{name}: {text}" if text else name


def _kind(error: BaseException) -> Kind:
    match error:
        case InconclusiveError():
            return Kind.DOUBT
        case BrokenHarnessError():
            return Kind.TOOLS
    return Kind.HARNESS


def judge(status: str, skip_reason: str | None, troubles: Sequence[Trouble]) -> Finding:
    """The outcome from behave's final *status* and all troubles of a scenario.

    Failed tools and doubts take precedence over a broken promise: neither a hanging proxy nor a fault without receipt may blame
    the product. A broken promise takes precedence over failed hooks and clean-ups. Anything else that did not pass is BROKEN.
    """
    for kind in Kind:
        if leading := [trouble for trouble in troubles if trouble.kind is kind]:
            others = [trouble for trouble in troubles if trouble.kind is not kind]
            return Finding(OUTCOMES[kind], "\nalso: ".join(str(trouble) for trouble in leading + others))
    if status == "passed":
        return Finding(Outcome.PASSED)
    if status == "skipped":
        if skip_reason:
            return Finding(Outcome.NOT_APPLICABLE, printable(skip_reason))
        return Finding(Outcome.BROKEN, "skipped without a reason")
    return Finding(Outcome.BROKEN, "was not run" if status == "untested" else f"ended as {status.replace('_', ' ')}")
