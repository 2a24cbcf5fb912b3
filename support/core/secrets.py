"""Secrets that the run was given: they stand in nothing that it leaves, whoever wrote it."""

import html
import json
import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, unquote

MASK = "***"
_LOGIN = re.compile(
    r"(?:[A-Za-z][\w+.-]*://)?[^:@/]*:(?P<secret>.+)@(?!sha256:)[^@]*"
)  # a password may hold any character
_CALLED = r"(?:pass|pwd|secret|token|key|credential|auth)[\w.-]{0,40}"
_NAMED = re.compile(rf"[\w.-]*{_CALLED}\s*[=:]\s*(?P<secret>\S.*)", re.IGNORECASE)
_OPTION = re.compile(rf"--?[\w.-]*{_CALLED}", re.IGNORECASE)
_ASSIGNED = re.compile(r"-*\w[\w.-]*=(?P<value>.*)", re.DOTALL)
_IN_QUERY = re.compile(rf"[?&][\w.-]*{_CALLED}=(?P<secret>[^&]+)", re.IGNORECASE)
_RANDOM = re.compile(
    r"-*\w[\w.-]*=(?P<secret>(?=.*[A-Za-z])(?=.*\d)[^/:.\s]{8,})"
)  # a value that looks drawn by chance
_WORD = re.compile(r"[a-z]{0,8}|[A-Z]{0,8}|\d{0,8}|.{0,3}")

_known: set[str] = set()


def note_secrets(text: str) -> None:
    """Learn the secrets in *text*, a setting: passwords in addresses, and what a command's options and variables call so."""
    _known.update(filter(None, _found(text)))


def masked(text: str) -> str:
    """*text* without any known secret."""
    return _pattern().sub(rf"\g<before>{MASK}", text) if _known else text


def mask_files(folder: Path) -> None:
    """Mask every file below *folder*, in place. Files that go away meanwhile are another run's."""
    if not _known:
        return
    pattern = re.compile(_pattern().pattern.encode())
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            _mask_file(path, pattern)


def _mask_file(path: Path, pattern: re.Pattern[bytes]) -> None:
    if path.is_file() and not path.is_symlink():
        content = path.read_bytes()
        if (clean := pattern.sub(rf"\g<before>{MASK}".encode(), content)) != content:
            path.write_bytes(clean)


def _found(text: str) -> Iterator[str]:
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    for before, word in zip(["", *words], words, strict=False):
        if _OPTION.fullmatch(before) and not word.startswith("-"):
            yield word
        if word != text and " " in word:  # a command in a command
            yield from _found(word)
        for form in (_LOGIN, _NAMED, _RANDOM):
            if found := form.fullmatch(word):
                yield found["secret"]
                break
        yield from (found["secret"] for found in _IN_QUERY.finditer(word))
        if (assigned := _ASSIGNED.fullmatch(word)) and assigned["value"]:
            yield from _found(shlex.quote(assigned["value"]))
    if found := _LOGIN.fullmatch(text.strip()):  # quotes and blanks belong to a password
        yield found["secret"]


def _pattern() -> re.Pattern[str]:
    """A secret that is a common word is masked only where a secret would stand: the word may be part of anything."""
    forms = sorted({form for secret in _known for form in _forms(secret)}, key=len, reverse=True)
    strong = [re.escape(form) for form in forms if not _WORD.fullmatch(form)]
    weak = "|".join(re.escape(form) for form in forms if _WORD.fullmatch(form))
    places = rf"(?:(?<=:)(?:{weak})(?=@)|(?<==)(?:{weak})(?![\w-]))|(?P<before>{_CALLED}\s)(?:{weak})(?![\w-])"
    return re.compile("|".join([*strong, places if weak else "(?P<before>(?!))"]))


def _forms(secret: str) -> Iterator[str]:
    """As URLs, JSON, Python and HTML write it."""
    for one in {secret, unquote(secret)}:
        yield from (one, quote(one, safe=""), quote(one), repr(one)[1:-1])
        yield from (json.dumps(one)[1:-1], json.dumps(one, ensure_ascii=False)[1:-1])
        yield from (html.escape(one), html.escape(one, quote=False))
