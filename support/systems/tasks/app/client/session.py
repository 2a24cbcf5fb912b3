"""What the commands share: settings, the chosen repository, the database, and the output."""

from dataclasses import dataclass
from functools import cached_property

from support.systems.tasks.app.client.database import Database
from support.systems.tasks.app.client.knowledge import Knowledge
from support.systems.tasks.app.client.outbox import Outbox
from support.systems.tasks.app.client.output import Output
from support.systems.tasks.app.client.settings import Settings


@dataclass
class Session:
    settings: Settings
    repository: str
    output: Output

    @cached_property
    def database(self) -> Database:
        """Opened when it is first needed. Raises `DatabaseError`, `WrongUsageError`."""
        return Database(self.settings.home, self.settings.client_id)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.database)

    @cached_property
    def knowledge(self) -> Knowledge:
        return Knowledge(self.database)
