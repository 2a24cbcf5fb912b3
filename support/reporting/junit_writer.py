"""Mends behave's writer of JUnit files, which puts a message into an attribute as it is: XML does not allow every character."""

from collections.abc import Callable
from typing import Any

from behave.reporter.junit import ElementTreeWithCDATA

from support.core.printable import printable

_write_of_behave: Callable[..., None] = ElementTreeWithCDATA.write


def install() -> None:
    ElementTreeWithCDATA.write = _write  # type: ignore[method-assign, assignment]


def _write(tree: Any, *words: Any, **options: Any) -> None:
    for element in tree.iter():
        for name, value in element.items():
            element.set(name, printable(value))
    _write_of_behave(tree, *words, **options)
