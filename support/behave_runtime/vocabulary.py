"""The words that feature files may use, and the values that they mean. A new word is one line here."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial

from support.behave_runtime.gherkin import word
from support.core.target import Target
from support.faults.model import (
    Blocked,
    Crash,
    CutOff,
    Damage,
    DamagedData,
    Deafness,
    DiskFull,
    Drops,
    ErrorAnswers,
    Exhaustion,
    FailsFirst,
    Fault,
    Freeze,
    LostData,
    Malformed,
    Nonsense,
    Outage,
    OutOfMemory,
    ShortOfMemory,
    Silence,
    Slowness,
    SomeCorrupt,
    Stop,
    TooOften,
    Trickle,
    Unreachable,
)
from support.gate.selection.register import ID
from support.systems.catalog.data.bundles import STANDARD
from support.systems.harness.actors.caller import Notice
from support.systems.harness.actors.next_release import NextRelease
from support.systems.harness.actors.pipelines import Service
from support.systems.harness.actors.release_manager import Candidate
from support.systems.harness.actors.sample_release import Gap
from support.systems.harness.harness_failures import Mishap
from support.systems.infrastructure.clusters.cluster import Role

AMOUNT = r"\d+(?:\.\d+)? (?:seconds?|minutes?|hours?|days?)"
TARGETS = {f"the {target}": target for target in Target}
ANY_TARGET = "|".join(TARGETS)


@word("Duration", AMOUNT)
def duration(text: str) -> timedelta:
    amount, unit = text.split()
    return timedelta(**{unit.removesuffix("s") + "s": float(amount)})


TROUBLES: dict[str, Callable[..., Fault]] = {
    r"is down": Outage,
    r"never answers": Silence,
    r"cannot be reached": Unreachable,
    rf"takes ({AMOUNT}) to answer": lambda delay: Slowness(duration(delay)),
    r"answers at (\d+) KB per second": lambda rate: Trickle(int(rate)),
    r"drops 1 in (\d+) connections": lambda one_in: Drops(int(one_in)),
    r"cuts answers off halfway": CutOff,
    r"is killed": Crash,
    r"is stopped": Stop,
    r"freezes": Freeze,
    r"answers with error (\d{3})": lambda status: ErrorAnswers(int(status)),
    r'answers with error (\d{3}) for "([^"]+)"': lambda status, group: ErrorAnswers(int(status), group),
    r"turns us away for asking too often": TooOften,
    rf"asks us to come back in ({AMOUNT})": lambda wait: TooOften(duration(wait)),
    rf"asks us to come back at a time that is ({AMOUNT}) away": lambda wait: TooOften(duration(wait), as_date=True),
    r"rejects our credentials": lambda: ErrorAnswers(401),
    r"shuts our organisation out": lambda: ErrorAnswers(403),
    r"answers with something that is not JSON": lambda: Malformed(Nonsense.INVALID_JSON, STANDARD),
    r"sends half an answer": lambda: Malformed(Nonsense.TRUNCATED, STANDARD),
    r"sends prices that are not numbers": lambda: Malformed(Nonsense.WRONG_TYPES, STANDARD),
    r"leaves out what a bundle must have": lambda: Malformed(Nonsense.MISSING_FIELDS, STANDARD),
    r"sends something else than a catalog": lambda: Malformed(Nonsense.OTHER_SHAPE, STANDARD),
    r"sends groups without a proper name": lambda: Malformed(Nonsense.WRONG_TYPES, None),
    r"sends 1 in (\d+) bundles corrupt": lambda one_in: SomeCorrupt(int(one_in)),
    r"fails (\d+) times and then works": lambda times: FailsFirst(int(times)),
    r"has lost its data": LostData,
    r"has a folder in its place": Blocked,
    r"has no room left on its disk": DiskFull,
    r"hears nothing of us": Deafness,
    r"can have no more than (\d+) MB of memory beside what it has": lambda more: ShortOfMemory(int(more)),
    r"runs out of memory and is ended by the kernel": Exhaustion,
    r"has no memory left and takes nothing new": partial(OutOfMemory, evicts=False),
    r"has no memory left and drops what was used least": partial(OutOfMemory, evicts=True),
    **{damage.value: partial(DamagedData, damage) for damage in Damage},
}
_UNGROUPED = "|".join(re.sub(r"\((?!\?)", "(?:", pattern) for pattern in TROUBLES)


@word("Role", "|".join(role.value for role in Role))
def role(text: str) -> Role:
    return Role(text)


@word("Product", "etcd|Redis|Kafka|MySQL")
def product(text: str) -> str:
    return text


@word("Target", ANY_TARGET)
def target(text: str) -> Target:
    return TARGETS[text]


@word("Targets", rf"(?:(?:{ANY_TARGET}),? )+and (?:{ANY_TARGET})")
def targets(text: str) -> list[Target]:
    return [TARGETS[name] for name in re.split(r", | and ", text)]


@word("Trouble", _UNGROUPED)
def trouble(text: str) -> Fault:
    for pattern, make in TROUBLES.items():
        if found := re.fullmatch(pattern, text):
            return make(*found.groups())
    raise LookupError(text)


@word("Money", r"\d+\.\d{2} EUR")
def money(text: str) -> Decimal:
    return Decimal(text.removesuffix(" EUR"))


@word("Count", r"\d[\d,]*")
def count(text: str) -> int:
    return int(text.replace(",", ""))


@word("Notice", "|".join(notice.value for notice in Notice))
def notice(text: str) -> Notice:
    return Notice(text)


@word("Requirement", ID.pattern)
def requirement(text: str) -> str:
    return text


@word("Gap", "|".join(gap.value for gap in Gap))
def gap(text: str) -> Gap:
    return Gap(text)


@word("Service", "|".join(service.value for service in Service))
def service(text: str) -> Service:
    return Service(text)


@word("Candidate", "|".join(candidate.value for candidate in Candidate))
def candidate(text: str) -> Candidate:
    return Candidate(text)


@word("NextRelease", "|".join(one.value for one in NextRelease))
def next_release(text: str) -> NextRelease:
    return NextRelease(text)


@word("Mishap", "|".join(mishap.value for mishap in Mishap))
def mishap(text: str) -> Mishap:
    return Mishap(text)


SOURCES = {"provider": "provider", "saved copy": "cache", "backup": "backup"}  # in the features, and on the wire


@word("Source", "|".join(SOURCES))
def source(text: str) -> str:
    return SOURCES[text]


@word("Text", r'[^"]+')
def text(words: str) -> str:
    """What stands between quotes, and never runs over the end of them."""
    return words


@word("Figures", r'"[^"]+"(?:(?:, "[^"]+")* and "[^"]+")?')
def figures(names: str) -> list[str]:
    """Figures by the names that the register has for them."""
    return re.findall(r'"([^"]+)"', names)
