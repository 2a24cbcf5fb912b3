"""Pairs of texts that are alike and not the same, by the words of the features."""

from collections.abc import Callable, Mapping

from support.systems.assistant.actors.person import new_letter

LONG = 100  # letters in a long text


def _end_otherwise() -> tuple[str, str]:
    text = " ".join(new_letter() for _ in range(LONG))
    return text, text.removesuffix("pleased.") + "cross."


def _capitals() -> tuple[str, str]:
    text = new_letter()
    return text, text.replace("Tuesday", "tuesday")


def _spaces() -> tuple[str, str]:
    text = new_letter()
    return text, text + " "


LIKE_TEXTS: Mapping[str, Callable[[], tuple[str, str]]] = {
    "are long and end otherwise": _end_otherwise,
    "differ in their capitals": _capitals,
    "differ in their spaces": _spaces,
}
