"""Whether messages arrived in the order in which they were sent."""

from collections.abc import Iterable, Sequence

from support.systems.infrastructure.actors.kafka_consumer_group import ConsumedMessage


def out_of_order(consumed: Iterable[ConsumedMessage]) -> list[str]:
    """Messages named "<thing>, <number>" that came, for the first time, after one of the same thing with a higher number."""
    highest: dict[str, int] = {}
    seen: set[str] = set()
    found = []
    for one in consumed:
        thing, number = _named(one.value)
        if one.value not in seen and number < highest.get(thing, -1):
            found.append(f"{one.value} came after number {highest[thing]}")
        seen.add(one.value)
        highest[thing] = max(highest.get(thing, -1), number)
    return found


def changes(things: int, each: int) -> Sequence[tuple[str, str]]:
    """Keys and values of *each* changes of so many *things*, in turn, each named by its thing and its number."""
    return [(f"order {thing}", f"order {thing}, {number}") for number in range(each) for thing in range(things)]


def _named(value: str) -> tuple[str, int]:
    thing, _, number = value.rpartition(", ")
    return thing, int(number)
