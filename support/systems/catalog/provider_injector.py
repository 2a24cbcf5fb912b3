"""The faults that only the provider can have, as rules for its stand-in."""

from support.faults.injectors.standin import StandInInjector
from support.faults.model import Fault
from support.standins.script import AnyRule, ChangedBody, Drop, InvalidJson, Rule, Silent, Status, TruncatedBody
from support.systems.catalog.data.bundles import STANDARD
from support.systems.catalog.faults import GroupErrorAnswers, GroupWithoutAnswer, Malformed, Nonsense, SomeCorrupt
from support.systems.catalog.standins.provider.malformed import (
    MissingFields,
    NotTheEnvelope,
    SomeBundlesCorrupt,
    WrongTypes,
)

MALFORMED: dict[Nonsense, ChangedBody | TruncatedBody] = {
    Nonsense.INVALID_JSON: InvalidJson(),
    Nonsense.TRUNCATED: TruncatedBody(),
    Nonsense.WRONG_TYPES: WrongTypes(),
    Nonsense.MISSING_FIELDS: MissingFields(),
    Nonsense.OTHER_SHAPE: NotTheEnvelope(),
}


class ProviderInjector(StandInInjector):
    def rule(self, fault: Fault) -> AnyRule:
        match fault:
            case GroupErrorAnswers(status, group):
                return Rule(answer=Status(status), key=group)
            case GroupWithoutAnswer(group, cut):
                return Rule(answer=Drop() if cut else Silent(), key=group)
            case SomeCorrupt(one_in):
                return Rule(answer=SomeBundlesCorrupt(one_in), key=STANDARD)  # the list of groups stays sound
            case Malformed(kind, group):
                return Rule(answer=MALFORMED[kind], key=group)
        return super().rule(fault)
