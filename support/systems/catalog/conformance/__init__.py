"""What the contract says of a service while nothing fails, looked at one clause at a time.

Each look is a function that raises `AssertionError` with what was expected and seen, and `MissingError` where the service
offers nothing at all. `doctor` makes all of them in one go; the feature `keeps_to_its_contract` makes them in scenarios.
"""


class MissingError(AssertionError):
    """The service offers nothing where the contract has this capability."""
