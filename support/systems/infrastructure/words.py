"""The words that only steps about clusters use."""

from support.behave_runtime.gherkin import word
from support.systems.infrastructure.clusters.cluster import Role


@word("Role", "|".join(role.value for role in Role))
def role(text: str) -> Role:
    return Role(text)


@word("Product", "etcd|Redis|Kafka|MySQL")
def product(text: str) -> str:
    return text
