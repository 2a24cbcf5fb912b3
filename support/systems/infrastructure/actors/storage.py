"""What an application stores in etcd or in Redis: entries with numbers, so that any of them can be read back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from support.workload.attempts import Attempt


class Storage(Protocol):
    """The entries of one application in one product. The name of an entry is its value too.

    *refusals_have_no_effect*: whether a write that was refused is never stored. Redis may refuse the wait for a replica after it
    has stored the value.
    """

    refusals_have_no_effect: bool

    def write_entry(self, number: int) -> Attempt: ...
    def read_entry(self, number: int) -> Attempt: ...
    def held(self, made: Sequence[Attempt]) -> list[str]:
        """Return the values that the product holds of the entries of *made*. Raises `AssertionError` if it does not answer."""


@dataclass(frozen=True, slots=True)
class Storages:
    """The storage of a scenario's application in each product that the scenario needs, by the product's name."""

    by_product: Mapping[str, Storage]
