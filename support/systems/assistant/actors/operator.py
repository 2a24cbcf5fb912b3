"""An operator, who configures the assistant by its file and its environment, and restarts it; the contract has the names."""

from collections.abc import Mapping

from support.core.errors import NotStartedError
from support.environments.fresh_start import Renewal
from support.systems.assistant.actors.fleet import Fleet
from support.systems.assistant.environment import configuration_file
from support.systems.assistant.environment.configuration_file import SHORT_TIMES, Configuration
from support.systems.assistant.environment.site import Site
from support.systems.assistant.targets import ASSISTANT

Environment = Mapping[str, str]


class Operator:
    """What it changes keeps until the end of the scenario, and holds for all instances of the fleet."""

    def __init__(self, site: Site, fleet: Fleet) -> None:
        self._site = site
        self._fleet = fleet
        self._configuration: Configuration = SHORT_TIMES

    def change(self, **sections: Mapping[str, float]) -> None:
        """Set values of every operation, and have them read: change(retry={"attempts": 1})."""
        self.replace(configuration_file.changed(self._configuration, **sections))

    def limit(self, per_minute: int) -> None:
        """Allow each key so many requests a minute, and have that read."""
        self.replace({**self._configuration, "rate_limit": {"per_minute": per_minute}})

    def replace(self, configuration: Configuration) -> None:
        """Replace the whole file, and have it read."""
        self._configuration = configuration
        configuration_file.write(self._site.folder.configuration, configuration)
        self._site.renew_assistant()
        for other in self._fleet.instances[1:]:
            Renewal(other.part, reloads=None)()

    def leave_file(self, content: bytes) -> None:
        """Replace the file, for instances that are started from now on."""
        self._site.folder.configuration.write_bytes(content)

    def ask_to_reload(self) -> None:
        """Send the first assistant SIGHUP, whatever comes of it."""
        self._site.parts[ASSISTANT].reload()

    def restart(self, environment: Environment | None = None) -> None:
        """Stop the assistant and start it again; *environment* is added to its own.

        Raises `AssertionError` if it does not start.
        """
        part = self._site.parts[ASSISTANT]
        part.stop()
        try:
            part.start(environment)
        except NotStartedError as failure:
            raise AssertionError(f"with {environment}, {failure}") from None
