"""Names for behave's objects. Behave is untyped and builds them in steps; what we ask of them is checked by running it."""

from typing import Any, TypeAlias

Configuration: TypeAlias = Any
Feature: TypeAlias = Any
Match: TypeAlias = Any
Scenario: TypeAlias = Any
Step: TypeAlias = Any
