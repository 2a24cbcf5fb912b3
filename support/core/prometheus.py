"""Metrics in Prometheus' text format."""

from collections.abc import Mapping

from prometheus_client.parser import text_string_to_metric_families


def total(text: str, name: str, labels: Mapping[str, str]) -> float:
    """The sum of the samples *name* over all label sets that contain *labels*; 0 if it was never counted."""
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )
