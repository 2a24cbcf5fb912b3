"""What the journal tells of the scenario that is running."""

from support.core.journal import Journal


class Chronicle:
    def __init__(self, journal: Journal, scenario: str) -> None:
        self._journal = journal
        self._scenario = scenario

    def faults(self) -> list[str]:
        """The names of this scenario's fault events, in the order in which they were written."""
        own = f"{self._scenario}#"
        return [entry["event"] for entry in self._journal.events if str(entry.get("fault", "")).startswith(own)]
