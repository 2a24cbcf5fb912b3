"""The targets of faults in the catalog."""

from support.core.target import Target

PROVIDER = Target("provider", service="provider")
SAVED_COPY = Target("saved copy", service="saved-copy")
DATABASE = Target("database", service="database")
BACKUP = Target("backup")
CATALOG = Target("catalog service", service="catalog", judged=True)
SECOND_CATALOG = Target(
    "second catalog service", service="catalog", judged=True
)  # exists only in scenarios that start it

TARGETS = (PROVIDER, SAVED_COPY, DATABASE, BACKUP, CATALOG, SECOND_CATALOG)
