"""The environment is what the first variable says that is set; what is not known is never taken for production."""

import pytest

from support.systems.assistant.app.environment_detection import detect


@pytest.mark.parametrize(
    ("variables", "environment", "confidence", "preset"),
    [
        ({"ASSISTANT_ENVIRONMENT": "prod", "ENVIRONMENT": "test"}, "production", 1.0, "production"),
        ({"ENVIRONMENT": "Stage", "APP_ENV": "dev"}, "staging", 0.95, "production"),
        ({"APP_ENV": "ci"}, "testing", 0.9, "development"),
        ({"DEBUG": "true", "KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "development", 0.7, "development"),
        ({"DEBUG": "false", "KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "production", 0.6, "production"),
        ({"HOSTNAME": "api-prod-3"}, "production", 0.5, "production"),
        ({"HOSTNAME": "staging1"}, "staging", 0.5, "production"),
        ({"HOSTNAME": "product-search"}, "unknown", 0.0, "simple"),
        ({"HOSTNAME": "devices"}, "unknown", 0.0, "simple"),
        ({"ASSISTANT_ENVIRONMENT": "moon", "ENVIRONMENT": "prod"}, "unknown", 0.0, "simple"),
        ({"ASSISTANT_ENVIRONMENT": " ", "ENVIRONMENT": "local"}, "development", 0.95, "development"),
        ({}, "unknown", 0.0, "simple"),
    ],
)
def test_detection(variables, environment, confidence, preset):
    found = detect(variables)
    assert (found.environment, found.confidence, found.preset) == (environment, confidence, preset)
    assert found.reason.endswith(".")
