"""What became of one scenario. Pure: what behave and the journal know goes in, an outcome and its reason come out."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum

from support.core.errors import BrokenHarnessError, HoldfastError, InconclusiveError


class Outcome(StrEnum):
    PASSED = "PASSED"
    FAILED = "FAILED"
    FLAKY = "FLAKY"
    INCONCLUSIVE = "INCONCLUSIVE"
    BROKEN = "BROKEN"
    NOT_APPLICABLE = "N/A"


class Kind(Enum):
    """What a trouble speaks of, the weightiest first.

    Our tools, which failed while the product was watched; our question, which was not really put; the product's promise;
    and the harness around it.
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
    """A step speaks for the product: its `AssertionError` is a broken promise."""
    if isinstance(error, AssertionError):
        return Trouble(Kind.PROMISE, where, str(error).strip() or "is not so")
    return harness_trouble(where, error)


def harness_trouble(where: str, error: BaseException) -> Trouble:
    """Hooks, fixtures and clean-ups speak for the harness, whatever they raise; a doubt stays a doubt."""
    return Trouble(_kind(error), where, in_words(error))


def in_words(error: BaseException) -> str:
    """What *error* says, after its name if it is not ours: ours are sentences."""
    text, name = str(error).strip(), type(error).__name__
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
    """Weigh behave's final *status* and all troubles of a scenario.

    Broken tools and doubts outweigh a broken promise: neither a wedged proxy nor a fault without receipt may blame the
    product. A broken promise outweighs any other trouble of our own. What is neither passed nor explained is broken.
    """
    for kind in Kind:
        if leading := [trouble for trouble in troubles if trouble.kind is kind]:
            others = [trouble for trouble in troubles if trouble.kind is not kind]
            return Finding(OUTCOMES[kind], "\nalso: ".join(str(trouble) for trouble in leading + others))
    if status == "passed":
        return Finding(Outcome.PASSED)
    if status == "skipped":
        if skip_reason:
            return Finding(Outcome.NOT_APPLICABLE, skip_reason)
        return Finding(Outcome.BROKEN, "skipped, and nobody said why")
    return Finding(Outcome.BROKEN, "was not run" if status == "untested" else f"ended as {status.replace('_', ' ')}")
