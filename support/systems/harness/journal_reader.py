"""Reads from the journal what happened in the running scenario."""

from support.core.journal import Journal


class JournalReader:
    def __init__(self, journal: Journal, scenario: str) -> None:
        self._journal = journal
        self._scenario = scenario

    def fault_events(self) -> list[str]:
        """Return the names of this scenario's fault events, in the order in which they were written."""
        own = f"{self._scenario}#"
        return [entry["event"] for entry in self._journal.events if str(entry.get("fault", "")).startswith(own)]
