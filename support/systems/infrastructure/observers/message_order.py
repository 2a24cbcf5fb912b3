"""Checks whether the messages about one thing were consumed in the order in which they were sent."""

from collections.abc import Iterable, Sequence

from support.systems.infrastructure.actors.kafka_consumer_group import ConsumedMessage


def out_of_order(consumed: Iterable[ConsumedMessage]) -> list[str]:
    """Return the messages "<thing>, <number>" that first came after a message of the same thing with a higher number.

    A message that comes again is not out of order.
    """
    highest: dict[str, int] = {}
    seen: set[str] = set()
    found = []
    for one in consumed:
        thing, number = _parse(one.value)
        if one.value not in seen and number < highest.get(thing, -1):
            found.append(f"{one.value} came after number {highest[thing]}")
        seen.add(one.value)
        highest[thing] = max(highest.get(thing, -1), number)
    return found


def numbered_messages(things: int, each: int) -> Sequence[tuple[str, str]]:
    """Return keys and values of *each* messages about each of so many *things*, interleaved. A value is "<thing>, <number>"."""
    return [(f"order {thing}", f"order {thing}, {number}") for number in range(each) for thing in range(things)]


def _parse(value: str) -> tuple[str, int]:
    thing, _, number = value.rpartition(", ")
    return thing, int(number)
