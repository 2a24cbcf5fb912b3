"""The requirements ledger of a run as a page of the report: requirement -> scenarios -> faults proven -> figures -> verdict."""

import json
import time
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from support.core.amounts import span
from support.core.templates import render
from support.gate.output.verdict_lines import facts
from support.gate.verdict.losses import loss_in_words
from support.gate.verdict.requirements import PLANNED, budget_in_words

NAME = "Ledger: requirements, recovery, losses"
SOURCE, GLOBALS = "ledger-attachment.html", "ledger-globals.json"
TEMPLATE = Path(__file__).with_suffix(".html")


def attach_requirements_page(verdict: Mapping[str, Any], allure_results: Path) -> None:
    """Put the page beside Allure's results, as an attachment of the run; an earlier one is replaced."""
    if allure_results.is_dir():
        (allure_results / SOURCE).write_text(requirements_page(verdict), encoding="utf-8")
        attachment = {"name": NAME, "source": SOURCE, "type": "text/html", "timestamp": int(time.time() * 1000)}
        (allure_results / GLOBALS).write_text(json.dumps({"attachments": [attachment]}), encoding="utf-8")


def requirements_page(verdict: Mapping[str, Any]) -> str:
    """*verdict* as in `verdict.json`."""
    names = {one["id"]: one["name"] for one in verdict["scenarios"]}
    built = [
        {
            **one,
            "scenarios": [names.get(name, name) for name in one["scenarios"]],
            "faults": [f"{what}, {times} times" for what, times in one["faults"].items()],
        }
        for one in verdict["requirements"]
        if one["outcome"] != PLANNED
    ]
    return render(
        TEMPLATE,
        verdict=verdict,
        facts=list(facts(verdict)),
        areas=[(area, list(members)) for area, members in groupby(built, key=lambda one: one["area"])],
        counts=[name for name in verdict["losses"][0] if name != "of"] if verdict["losses"] else [],
        planned=[one for one in verdict["requirements"] if one["outcome"] == PLANNED],
        span=span,
        budget_in_words=budget_in_words,
        loss_in_words=loss_in_words,
    )
