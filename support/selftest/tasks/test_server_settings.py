"""The server's settings: the environment of the contract, with a sentence for each mistake."""

import pytest

from support.systems.tasks.app.server.settings import Settings, SettingsError, read_settings


def test_defaults_are_those_of_the_contract():
    assert read_settings({"TASKS_PORT": " "}) == Settings(
        "127.0.0.1", 8095, "http://127.0.0.1:6333", 2, 5, 30, 2, 100, 5, 15, 256
    )


def test_every_variable_is_read():
    given = {
        "TASKS_HOST": "0.0.0.0", "TASKS_PORT": "1", "TASKS_STORE_URL": "http://store:1/", "TASKS_STORE_TIMEOUT_S": "0.5",
        "TASKS_BREAKER_FAILURES": "2", "TASKS_BREAKER_OPEN_S": "3", "TASKS_BREAKER_PROBES": "4", "TASKS_PER_MINUTE": "0",
        "TASKS_PING_S": "6", "TASKS_PONG_S": "7", "TASKS_QUEUE": "8",
    }  # fmt: skip
    assert read_settings(given) == Settings("0.0.0.0", 1, "http://store:1", 0.5, 2, 3, 4, 0, 6, 7, 8)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "0"), ("PORT", "65536"), ("PORT", "x"), ("PORT", "1" * 30), ("STORE_URL", "store"),
        ("STORE_URL", "ftp://a"), ("STORE_URL", "http://a:99999"), ("STORE_TIMEOUT_S", "0"), ("STORE_TIMEOUT_S", "nan"),
        ("STORE_TIMEOUT_S", "inf"), ("BREAKER_FAILURES", "0"), ("BREAKER_PROBES", "-1"), ("PER_MINUTE", "1.5"),
        ("QUEUE", "0"), ("PING_S", "soon"), ("PONG_S", "-1"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_without_being_repeated(variable, value):
    with pytest.raises(SettingsError) as wrong:
        read_settings({f"TASKS_{variable}": value})
    (mistake,) = wrong.value.mistakes
    assert mistake.startswith(f"TASKS_{variable} is not valid: say ")


def test_all_mistakes_are_told_at_once():
    with pytest.raises(SettingsError) as wrong:
        read_settings({"TASKS_PORT": "x", "TASKS_QUEUE": "y"})
    assert len(wrong.value.mistakes) == 2
