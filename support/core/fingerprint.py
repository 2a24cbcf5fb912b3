"""What tells one build of a program from another: a digest of the files that a command names."""

import hashlib
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

DIGITS = 12
INTERPRETERS = ("env", "sh", "bash", "python", "node", "java", "ruby", "perl", "php", "dotnet")


def of_command(command: str) -> str:
    """Name and SHA-256 (its first digits) of each file in *command*: its program, a script, an archive. Empty if there is none.

    Words that name no file may hold a password, and do not appear.
    """
    try:
        words = shlex.split(command)
    except ValueError:
        return ""
    return ", ".join(f"{path.name} {digest(path)}" for path in dict.fromkeys(_files(words)))


def _files(words: list[str]) -> Iterator[Path]:
    for place, word in enumerate(words):
        found = shutil.which(word) if place == 0 else word
        if found and _is_file(found) and not (place == 0 and _is_interpreter(found)):
            yield Path(found)


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
    except OSError:  # a word that is too long for a name, or a folder that nobody may look into
        return False


def _is_interpreter(program: str) -> bool:
    return Path(program).name.rstrip("0123456789.") in INTERPRETERS


def digest(path: Path) -> str:
    """The first digits of the SHA-256 of a file, or "unreadable"."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:DIGITS]
    except OSError:
        return "unreadable"
