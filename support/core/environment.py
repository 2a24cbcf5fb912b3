"""The environment variables of a run. What else a user's machine carries reaches neither the parts nor their clients: a PGHOSTADDR
would lead to another database, an HTTP_PROXY past the fault proxy, and the verdict would hang on the machine.
"""

import os
from collections.abc import Mapping
from fnmatch import fnmatchcase

PARTS = ("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "LD_LIBRARY_PATH")
"""What parts keep of the user's environment: where programs and their libraries are, and who runs them."""
SUITE = (
    *PARTS,
    *("HOLDFAST_*", "*_ADDR", "*_DEFECT"),  # settings
    *("LANG", "LANGUAGE", "LC_*", "TZ", "TERM", "COLUMNS", "LINES", "NO_COLOR"),  # how it talks to people
    *("DOCKER_HOST", "DOCKER_CONFIG", "XDG_CACHE_HOME"),
    *("PYTHONUTF8", "PYTHONIOENCODING", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"),
)
"""What the suite itself keeps, as patterns."""
COMPOSED = {"LANG": "C.UTF-8", "PYTHONUTF8": "1"}
NO_LOGINS = {"NETRC": os.devnull}  # requests would send a login from ~/.netrc along

_set_aside: dict[str, str] = {}


def set_users_environment_aside() -> None:
    """From here on this process, and all that it starts, has only what is listed in SUITE."""
    for name in [name for name in os.environ if not any(fnmatchcase(name, kept) for kept in SUITE)]:
        _set_aside[name] = os.environ.pop(name)
    os.environ.update(NO_LOGINS)


def users_environment() -> dict[str, str]:
    """All variables that this process was started with, also for a process that sets them aside itself."""
    return _set_aside | {name: text for name, text in os.environ.items() if name not in NO_LOGINS}


def environment_of_part(own: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a part: PARTS, and its *own*, which has the last word."""
    return COMPOSED | {name: os.environ[name] for name in PARTS if name in os.environ} | dict(own or {})
