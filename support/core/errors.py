"""The one exception tree of the suite. An `AssertionError` is never ours: it means that a promise is broken."""


class HoldfastError(Exception):
    """Something on our side of the fence, told in one sentence with its remedy."""


class UsageError(HoldfastError):
    """What the caller asked for cannot be done as asked; exit code 64."""


class BrokenHarnessError(HoldfastError):
    """The suite or its machine failed; says nothing about the product."""


class NotApplicableError(HoldfastError):
    """What is judged, or where it runs, lacks a capability that the scenario is about."""


class NotStartedError(BrokenHarnessError):
    """A part was started and does not answer its probe; whose failure that is depends on whose part it is, and who ended it."""


class InconclusiveError(HoldfastError):
    """The question was not really put: a fault without a receipt, too little load, an undecided checker."""
