"""The numbers of changes: the last one of each repository that has taken effect, and those that were given since."""

from qdrant_client import models

from support.systems.tasks.app.server.records import TASKS
from support.systems.tasks.app.server.store import Store

NEWEST_FIRST = models.OrderBy(key="number", direction=models.Direction.DESC)


class Numbers:
    """Read from the store when a repository is first met; from then on this server alone gives them.

    Of repositories that nobody has written to nothing is kept: whoever asks could make up any number of them.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last: dict[str, int] = {}
        self._given: dict[str, int] = {}

    async def load(self, repository: str) -> int:
        """The number of the repository's last confirmed change, 0 without any. Raises `StoreError`."""
        if repository not in self._last:
            await self._read(repository)
        return self.last(repository)

    def last(self, repository: str) -> int:
        """As `load`, of what is known."""
        return self._last.get(repository, 0)

    def give(self, repository: str) -> int:
        """The next one, to a change that is yet to be written; `load` comes first."""
        number = max(self._given.get(repository, 0), self.last(repository)) + 1
        self._given[repository] = number
        return number

    def confirm(self, repository: str, number: int) -> None:
        """The change with this *number* has taken effect."""
        self._last[repository] = max(number, self.last(repository))

    async def _read(self, repository: str) -> None:
        of_it = models.FieldCondition(key="repository", match=models.MatchValue(value=repository))
        chosen = models.Filter(must=[of_it])
        newest = await self._store.find(TASKS, chosen, 1, fields=["number"], order_by=NEWEST_FIRST)
        if newest and repository not in self._given:  # else the store may have what is not confirmed yet
            self.confirm(repository, newest[0]["number"])
