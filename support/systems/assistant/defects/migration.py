"""Mistakes with the migration of the old variables: what it leaves out, and what it says of its result."""

from collections.abc import Mapping
from typing import Any

from support.systems.assistant.app import (
    admin_configuration,
    migrated_document,
    migration,
    old_variables,
    starting_configuration,
)
from support.systems.assistant.app.configuration_store import ConfigurationStore
from support.systems.assistant.app.migration import Migration, Reason
from support.systems.assistant.app.old_variables import OldSettings
from support.systems.assistant.app.presets import PRESETS
from support.systems.patched_variants import Patch, breaks, leaves_sound

Variables = Mapping[str, str]


@breaks("RES-CONF-5")
def ignores_old_variables_at_the_start(patch: Patch) -> None:
    """Old variables are migrated by the administration only; a start with them gets the preset of the environment."""
    patch(starting_configuration, "READERS", {})


@breaks("RES-CONF-5")
def migrates_to_one_preset_only(patch: Patch) -> None:
    """Every old configuration becomes `simple`, with all the rest set one by one."""
    patch(migrated_document, "PRESETS", {"simple": PRESETS["simple"]})


@breaks("RES-CONF-5", "RES-MIGR-3", "RES-MIGR-6")
def applies_without_being_asked(patch: Patch) -> None:
    """A migration takes effect, although somebody only wanted to look at it."""
    sound = admin_configuration._read_migration
    patch(admin_configuration, "_read_migration", lambda body: (sound(body)[0], True))


@breaks("RES-MIGR-1")
def migrates_only_the_first_nine(patch: Patch) -> None:
    """The strategies of single operations are left out, as nobody remembers them; the check does not know them either."""
    sound = old_variables.read_old

    def read_old(variables: Variables) -> OldSettings:
        old = sound({name: text for name, text in variables.items() if not name.endswith("_RESILIENCE_STRATEGY")})
        left = {name: text for name, text in sound(variables).values.items() if name.startswith("DEFAULT")}
        return OldSettings({**old.values, **left}, old.unusable)

    patch(migration, "read_old", read_old)


@breaks("RES-MIGR-1", "RES-MIGR-3")
def passes_over_what_it_does_not_know(patch: Patch) -> None:
    """Variables that are not known or not readable are left out without a word."""
    sound = old_variables.read_old
    patch(migration, "read_old", lambda variables: OldSettings(sound(variables).values))


@breaks("RES-MIGR-3")
def is_always_certain_of_its_migration(patch: Patch) -> None:
    """Every migration has the confidence 1.0."""
    patch(Migration, "confidence", property(lambda _: 1.0))


@breaks("RES-MIGR-3")
def tells_the_lowest_factor(patch: Patch) -> None:
    """Several doubts are no worse than the greatest of them."""
    patch(Migration, "confidence", property(lambda self: min((one.confidence for one in self.reasons), default=1.0)))


@breaks("RES-MIGR-3")
def warns_of_nothing(patch: Patch) -> None:
    """What had to be changed has a lower confidence, and no warning."""
    patch(migration, "_warnings", lambda *_: ())


@breaks("RES-MIGR-6")
def checks_the_result_against_itself(patch: Patch) -> None:
    """The check compares the new configuration with what was written, not with what the variables meant."""
    patch(migration, "check_migration", lambda *_: ())


@leaves_sound("RES-MIGR-1", "RES-MIGR-3")
def explains_in_other_words(patch: Patch) -> None:
    """Reasons and warnings are worded otherwise."""
    sound = Reason.told

    def told(self: Reason) -> dict[str, object]:
        return {**sound(self), "effect": "siehe Handbuch"}

    patch(Reason, "told", told)


@breaks("RES-CONF-5")
def migrates_at_the_start_without_a_record(patch: Patch) -> None:
    """The trail tells what the service started with, and not that it was migrated, nor how certain that is."""
    sound = ConfigurationStore._record_start

    def record(self: ConfigurationStore, *arguments: Any, migrated: bool) -> None:
        del migrated
        sound(self, *arguments, migrated=False)

    patch(ConfigurationStore, "_record_start", record)


@breaks("RES-MIGR-1")
def takes_every_setting_for_a_difference(patch: Patch) -> None:
    """The check calls old and new the same only if the preset has nothing beside it."""
    sound = Migration.told

    def told(self: Migration) -> dict[str, object]:
        return {**sound(self), "check": {"same": len(self.document) == 1, "differences": []}}

    patch(Migration, "told", told)
