"""What can go wrong with a catalog alone: the provider's nonsense, and damage to what the catalog has stored."""

from dataclasses import dataclass
from enum import Enum

from support.faults.model import DataFault, StandinFault
from support.faults.phrases import phrase
from support.probes.reading import Reading, Symptom
from support.systems.catalog.data.bundles import STANDARD


class Nonsense(Enum):
    """Ways in which an answer with status 200 can be unfit, by the stand-in's names for them."""

    INVALID_JSON = "invalid_json"
    TRUNCATED = "truncated_body"
    WRONG_TYPES = "wrong_types"
    MISSING_FIELDS = "missing_fields"
    OTHER_SHAPE = "not_the_envelope"


@phrase(
    "sends an answer that is not JSON",
    term="an invalid body with status 200",
    kind=Nonsense.INVALID_JSON,
    group=STANDARD,
)
@phrase("sends only half of an answer", term="a truncated body", kind=Nonsense.TRUNCATED, group=STANDARD)
@phrase(
    "sends prices that are not numbers",
    term="a broken contract: fields of the wrong type",
    kind=Nonsense.WRONG_TYPES,
    group=STANDARD,
)
@phrase(
    "omits required fields of a bundle",
    term="a broken contract: missing fields",
    kind=Nonsense.MISSING_FIELDS,
    group=STANDARD,
)
@phrase(
    "sends data that is not a catalog",
    term="a broken contract: another schema",
    kind=Nonsense.OTHER_SHAPE,
    group=STANDARD,
)
@phrase(
    'sends an answer that is not JSON for "{group}"',
    term="an invalid body for one resource",
    kind=Nonsense.INVALID_JSON,
)
@phrase(
    "sends groups without a valid name",
    term="a broken contract, in the list of groups",
    kind=Nonsense.WRONG_TYPES,
    group=None,
)
@dataclass(frozen=True)
class Malformed(StandinFault):
    """The pages of a bundle *group* look well until they are read; without a group, the list of groups too."""

    kind: Nonsense
    group: str | None

    def felt(self, seen: Reading) -> bool:
        return seen.said.startswith("unfit") or (seen.symptom is Symptom.CUT and self.kind is Nonsense.TRUNCATED)


@phrase('answers with error {status} for "{group}"', term="a partial outage: an HTTP error status for one resource")
@dataclass(frozen=True)
class GroupErrorAnswers(StandinFault):
    """For one bundle *group*, answers come at once with an error *status*."""

    status: int
    group: str

    def felt(self, seen: Reading) -> bool:
        return seen.said == f"HTTP {self.status}"


@phrase('never answers for "{group}"', term="a partial outage: requests for one resource time out", cut=False)
@phrase(
    'closes the connection for "{group}"',
    term="a partial outage: connections are closed without a response for one resource",
    cut=True,
)
@dataclass(frozen=True)
class GroupWithoutAnswer(StandinFault):
    """For one bundle *group*, no answer comes: the connection stays silent, or is *cut* at once."""

    group: str
    cut: bool

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is (Symptom.CUT if self.cut else Symptom.SILENT)


@phrase("corrupts 1 in {one_in} bundles", term="a broken contract for some of the records, the others are valid")
@dataclass(frozen=True)
class SomeCorrupt(StandinFault):
    """Of each page the bundles 1, 1 + n, 1 + 2n ... are corrupt, in turn by a wrong type and by missing fields."""

    one_in: int

    def felt(self, seen: Reading) -> bool:
        return seen.said.startswith("unfit")


class Damage(Enum):
    """Ways in which stored data can be damaged, by the words of the features."""

    GARBAGE = "holds damaged data"
    HALF = "holds only half of its data"
    ALTERED = "holds altered prices"
    MISTYPED = "holds data of the wrong types"
    OTHER_KIND = "holds data of another kind"


@phrase("{how}", term="data corruption")
@dataclass(frozen=True)
class DamagedData(DataFault):
    """What is stored is not what was written: a torn write, a bad disk, another program under the same name."""

    how: Damage = Damage.GARBAGE

    def felt(self, seen: Reading) -> bool:
        return seen.said == self.how.value


FAULTS = (Malformed, GroupErrorAnswers, GroupWithoutAnswer, SomeCorrupt, DamagedData)
