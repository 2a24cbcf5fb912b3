"""Mistakes with the detection of the environment."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from support.systems.assistant.app import configuration_store, environment_detection, runtime, starting_configuration
from support.systems.assistant.app.environment_detection import Detected
from support.systems.assistant.app.starting_configuration import Sources, Start
from support.systems.patched_variants import Patch, breaks

Variables = Mapping[str, str]
SHORT = {"prod", "stage", "dev", "test", "ci"}


@breaks("RES-CONF-1")
def takes_the_unknown_for_production(patch: Patch) -> None:
    """An environment that is not known gets the preset of production, to be on the safe side."""
    patch(environment_detection, "PRESET_OF", {**environment_detection.PRESET_OF, "unknown": "production"})


@breaks("RES-CONF-1")
def knows_only_full_names_of_environments(patch: Patch) -> None:
    """ "prod" is not taken for production."""
    sound = environment_detection.detect

    def detect(variables: Variables) -> Detected:
        return sound({name: "other" if text in SHORT else text for name, text in variables.items()})

    _patch_detection(patch, detect)


@breaks("RES-CONF-1")
def finds_prod_in_products(patch: Patch) -> None:
    """A part of a word in the host name tells the environment."""

    class Anywhere:
        @staticmethod
        def search(host: str) -> Any:
            found = [word for word in ("prod", "staging", "dev") if word in host]
            return {1: found[0]} if found else None

    patch(environment_detection, "IN_HOST_NAME", Anywhere)


@breaks("RES-CONF-1")
def trusts_the_cluster_first(patch: Patch) -> None:
    """In a cluster it is always production, whatever the operator says."""
    sound = environment_detection.detect

    def detect(variables: Variables) -> Detected:
        if variables.get("KUBERNETES_SERVICE_HOST"):
            return Detected("production", 0.6, "KUBERNETES_SERVICE_HOST is set: the service runs in a cluster.")
        return sound(variables)

    _patch_detection(patch, detect)


@breaks("RES-CONF-1")
def is_always_certain_of_its_environment(patch: Patch) -> None:
    """A guess is told with the same confidence as a name."""
    sound = environment_detection.detect
    _patch_detection(patch, lambda variables: replace(sound(variables), confidence=1.0))


@breaks("RES-CONF-1")
def environment_overrules_the_operator(patch: Patch) -> None:
    """ASSISTANT_PRESET counts only where the environment is not known."""
    sound = starting_configuration.read_start

    def read_start(sources: Sources) -> Start:
        known = environment_detection.detect(sources.variables).confidence > 0
        return sound(replace(sources, preset="") if known else sources)

    patch(configuration_store, "read_start", read_start)


def _patch_detection(patch: Patch, detect: Callable[[Variables], Detected]) -> None:
    for module in (runtime, starting_configuration):
        patch(module, "detect", detect)
