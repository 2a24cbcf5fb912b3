"""Environment variables: defaults, and one sentence for each mistake."""

import subprocess
import sys

import pytest

from support.systems.assistant.app.keys import KeyRing
from support.systems.assistant.app.operator_limits import Range
from support.systems.assistant.app.settings import SettingsError, read_settings

KEYS = {"ASSISTANT_API_KEY": "k", "ASSISTANT_ADMIN_KEY": "a"}


def mistakes(**variables):
    with pytest.raises(SettingsError) as wrong:
        read_settings({**KEYS, **{f"ASSISTANT_{name}": value for name, value in variables.items()}})
    return wrong.value.mistakes


def test_the_defaults_are_those_of_the_contract():
    settings = read_settings(KEYS)

    assert (settings.host, settings.port, settings.ai_model) == ("127.0.0.1", 8090, "assistant-1")
    assert (settings.cache_fresh_s, settings.cache_life_s, settings.redis_timeout_s) == (300, 86400, 0.2)
    assert (settings.limits.attempts, settings.limits.open_s) == (Range(1, 10), Range(10, 300))


def test_every_mistake_is_told_at_once():
    found = mistakes(PORT="0", AI_URL="ftp://x", REDIS_TIMEOUT_S="soon", LIMIT_ATTEMPTS="9-1", PRESET="huge")

    assert [sentence.split()[0] for sentence in found] == [
        "ASSISTANT_PORT",
        "ASSISTANT_AI_URL",
        "ASSISTANT_REDIS_TIMEOUT_S",
        "ASSISTANT_PRESET",
        "ASSISTANT_LIMIT_ATTEMPTS",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "70000"),
        ("PORT", "80.5"),
        ("CACHE_FRESH_S", "-1"),
        ("CACHE_FRESH_S", "nan"),
        ("HISTORY_EVERY_S", "0"),
        ("REDIS_URL", "http://127.0.0.1"),
        ("REDIS_URL", "redis://:secret@"),
        ("ALERT_URL", "nowhere"),
        ("LIMIT_OPEN_S", "10"),
        ("LIMIT_FAILURES", "1-2.5"),
        ("LIMIT_OPEN_S", "0-300"),
        ("CACHE_LIFE_S", "10"),
        ("API_KEY", ""),
        ("API_KEY", "ana:1,2"),
        ("API_KEY", "ana:1,ana:2"),
        ("API_KEY", "ana:1,ben:1"),
        ("ADMIN_KEY", "clé"),
        ("AI_KEY", "two\nlines"),
    ],
)
def test_what_cannot_be_used_is_named_but_not_repeated(name, value):
    (sentence,) = mistakes(**{name: value})

    assert sentence.startswith(f"ASSISTANT_{name} ")
    assert "secret" not in sentence


def test_a_range_is_read():
    settings = read_settings({**KEYS, "ASSISTANT_LIMIT_OPEN_S": "0.1-300"})

    assert settings.limits.open_s == Range(0.1, 300)


def test_keys_have_names():
    ring = KeyRing(read_settings({**KEYS, "ASSISTANT_API_KEY": "ana:1, ben:2:3"}).api_keys)

    assert [ring.owner(key) for key in ("1", "2:3", "2", "", "ü")] == ["ana", "ben", None, None, None]
    assert KeyRing(read_settings(KEYS).admin_keys).owner("a") == "administrator"


def test_the_service_does_not_start_with_mistakes():
    command = [sys.executable, "-m", "support.systems.assistant.app"]
    ended = subprocess.run(
        command, env={"ASSISTANT_PORT": "x"}, capture_output=True, text=True, timeout=60, check=False
    )

    assert ended.returncode == 64
    assert len(ended.stderr.splitlines()) == 3  # the port and both keys
    assert "Traceback" not in ended.stderr
