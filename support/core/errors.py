"""The suite's exception tree. An `AssertionError` is not part of it: it means that the product broke a promise."""


class HoldfastError(Exception):
    """An error that is not the product's: one sentence that names the remedy."""


class UsageError(HoldfastError):
    """The request cannot be carried out as given; exit status 64."""


class BrokenHarnessError(HoldfastError):
    """The suite or its machine failed. This says nothing about the product."""


class NotApplicableError(HoldfastError):
    """The product or the environment lacks a capability that the scenario needs."""


class NotStartedError(BrokenHarnessError):
    """A part was started and does not answer its probe. Whether the product is to blame depends on the part and the fault.

    *part* is its name, *exit_status* how it ended (None: it runs), *output* the last lines that it wrote.
    """

    def __init__(self, message: str, part: str = "", exit_status: int | None = None, output: str = "") -> None:
        super().__init__(message)
        self.part = part
        self.exit_status = exit_status
        self.output = output


class NotEndedError(BrokenHarnessError):
    """A part was sent a signal and has not ended. Whether the product is to blame depends on the part and the signal."""


class InconclusiveError(HoldfastError):
    """The scenario proves nothing: a fault without a receipt, too little load, a checker without a decision."""
