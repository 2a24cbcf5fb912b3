"""What the catalog service's log reports."""

from support.environments import service_log
from support.systems.catalog.actors.operator import SetAside


class ServiceLog(service_log.ServiceLog):
    def set_aside(self) -> list[SetAside]:
        """The bundles that the log reports as set aside."""
        records = [record for record in self.records() if record.get("event") == "bundle.set_aside"]
        return [SetAside(str(record.get("name") or ""), str(record.get("reason"))) for record in records]
