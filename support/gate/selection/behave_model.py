"""Names for the types of behave, which is untyped; the selftests check what is used of them."""

from typing import Any, TypeAlias

Configuration: TypeAlias = Any
Feature: TypeAlias = Any
Match: TypeAlias = Any
Scenario: TypeAlias = Any
Step: TypeAlias = Any
