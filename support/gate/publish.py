"""Writes the verdict down: verdict.json, held against its schema, summary.md, and a line in the history of runs."""

import json
from pathlib import Path

import jsonschema

from support.errors import BrokenHarnessError
from support.gate.digest import digest
from support.gate.findings import Verdict

SCHEMA = Path(__file__).with_name("verdict.schema.json")


def publish(verdict: Verdict, results: Path, home: Path) -> None:
    """`verdict.json` appears whole or not at all. Raises `BrokenHarnessError` if the verdict is not what it should be."""
    told = json.loads(json.dumps(verdict.as_json()))
    try:
        jsonschema.validate(told, json.loads(SCHEMA.read_text(encoding="utf-8")))
    except jsonschema.ValidationError as trouble:
        raise BrokenHarnessError(
            f"the verdict does not fit its schema at {trouble.json_path}: {trouble.message}"
        ) from None
    draft = results / ".verdict.json"
    draft.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(results / "verdict.json")
    (results / "summary.md").write_text(digest(told), encoding="utf-8")
    kept = ("run", "started", "duration_s", "verdict", "exit_code", "because", "backend", "seed", "counts")
    with (home / "history.jsonl").open("a", encoding="utf-8") as history:
        history.write(json.dumps({key: told[key] for key in kept}, ensure_ascii=False) + "\n")
