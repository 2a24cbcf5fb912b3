"""What the tests of the assistant's core share."""

from support.systems.assistant.app.settings import Settings, read_settings


def settings(**variables: str) -> Settings:
    """The defaults, and what *variables* set, without their prefix."""
    given = {"API_KEY": "ana:key-of-ana", "ADMIN_KEY": "root:key-of-root", **variables}
    return read_settings({f"ASSISTANT_{name}": value for name, value in given.items()})
