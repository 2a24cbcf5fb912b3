"""The shapes of answers, as `openapi.yaml` has them."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from jsonschema.exceptions import best_match

from support.systems.catalog.actors.catalog_api import Response

OPENAPI = Path(__file__).parents[1] / "app" / "openapi.yaml"
_formats = jsonschema.FormatChecker(formats=())


@_formats.checks("date-time", raises=ValueError)
def _is_moment(text: object) -> bool:
    return not isinstance(text, str) or datetime.fromisoformat(text).tzinfo is not None


def must_be(answer: Response, status: int, shape: str, what: str) -> None:
    """*answer* has this *status*, says that it is JSON, and its body is the schema *shape* of `openapi.yaml`."""
    must_answer(answer, status, what)
    kind = answer.headers.get("Content-Type", "")
    assert kind.partition(";")[0].strip() == "application/json", (
        f"{what}: expected the Content-Type application/json, but it was {kind!r}"
    )
    wrong = best_match(_validator(shape).iter_errors(answer.body))
    assert wrong is None, (
        f"{what}: expected the shape {shape} of openapi.yaml, but at {wrong.json_path} it is not: {wrong.message[:300]}"
    )


def must_answer(answer: Response, status: int, what: str) -> None:
    seen = f"it was {answer.status} ({answer.text[:80]!r})" if answer.status else f"there was none: {answer.error}"
    assert answer.status == status, f"{what}: expected an answer with status {status}, but {seen}"


@cache
def _validator(shape: str) -> Any:
    contract = yaml.safe_load(OPENAPI.read_text(encoding="utf-8"))
    reference = {"$ref": f"#/components/schemas/{shape}", "components": contract["components"]}
    return jsonschema.Draft202012Validator(reference, format_checker=_formats)
