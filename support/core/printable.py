"""Text that every output can hold: XML, UTF-8 files and terminals."""

import re

# control characters but tab and line feed, lone surrogates, and what XML excludes
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def printable(text: str) -> str:
    r"""*text* with each character that an output cannot hold as an escape, such as \x1b."""
    return _UNPRINTABLE.sub(lambda found: found.group().encode("unicode_escape").decode(), text)
