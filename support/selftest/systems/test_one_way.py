"""The generic rooms know no system: no word of one outside its own folders."""

import re
import subprocess

from support.core.checkout import CHECKOUT

CATALOG_WORDS = re.compile(r"\b(bundles?|shoppers?|esims?|catalogs?|saved[ _-]cop(y|ies)|prices?)\b", re.IGNORECASE)
ALLOWED = (
    "docs/",
    "features/catalog/",
    "features/harness/",  # the suite's own checks break the catalog
    "steps/catalog/",
    "steps/harness/",
    "support/systems/catalog/",
    "support/systems/harness/",
    "support/systems/registry.py",
    "support/selftest/",
    "support/reporting/allure/package-lock.json",
)
PEOPLE = (
    "README.md",
    "pyproject.toml",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "docker-compose.yml",
    "features/policy.yml",
    ".github/",
    ".gitlab-ci.yml",
)
PLANNED = ("features/assistant/", "features/tasks/", "features/workspace/")  # registers of systems to come
OTHER_TEXT = ("support/systems/infrastructure/programs/", "features/infrastructure/", "LICENSE")
LEFT_OUT = (*ALLOWED, *PEOPLE, *PLANNED, *OTHER_TEXT)


def test_no_word_of_the_catalog_stands_outside_its_folders():
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    found = [
        f"{name}:{number}: {line.strip()}"
        for name in tracked
        if not name.startswith(LEFT_OUT)
        and name.endswith((".py", ".sh", ".toml", ".yml", "Dockerfile", "accept", "check"))
        for number, line in enumerate((CHECKOUT / name).read_text().splitlines(), start=1)
        if CATALOG_WORDS.search(line)
    ]

    assert found == []
