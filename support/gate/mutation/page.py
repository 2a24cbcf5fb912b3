"""The kill matrix as one page that opens from disk: a row a variant, a column a requirement."""

import html
from collections.abc import Mapping, Sequence
from pathlib import Path

from support.core.amounts import span
from support.gate.mutation.conclusion import Conclusion
from support.gate.mutation.trial import Result
from support.gate.selection.scenarios import Selected

STYLE = Path(__file__).with_name("page.css")


def page(scenarios: Sequence[Selected], conclusion: Conclusion) -> str:
    """*scenarios* are all that were asked."""
    results = conclusion.results
    requirements = sorted({name for scenario in scenarios for name in scenario.requirements})
    tried = {name: {one.id for one in scenarios if name in one.requirements} for name in requirements}
    heads = "".join(f"<th><span>{name}</span></th>" for name in requirements)
    rows = "".join(_row(result, tried) for result in sorted(results, key=lambda one: one.trial.breaks))
    killed = sum(result.killed for result in results)
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Proof</title><style>{STYLE.read_text(encoding="utf-8")}</style>
<h1>{killed} of {len(results)} broken variants were noticed</h1>
<p>Each row is the reference system with one mistake put into it, each column a requirement. A cell tells how many of the
requirement's scenarios failed, of those that were run: <b class="red">noticed by its own</b>, <b class="stray">noticed by
others</b>, <b class="green">rightly green</b>, <b class="missed">missed by one of its own</b>, empty where none was run.</p>
{"".join(_listed(heading, names) for heading, names in conclusion.listed().items())}
<table><thead><tr><th>variant</th><th>its mistake</th>{heads}<th>time</th></tr></thead><tbody>{rows}</tbody></table>
</html>
"""


def _listed(heading: str, names: Sequence[str]) -> str:
    listed = "".join(f"<li>{html.escape(name)}</li>" for name in names)
    return f"<h2>{html.escape(heading)}: {len(names)}</h2><ul>{listed}</ul>" if names else ""


def _row(result: Result, tried: Mapping[str, set[str]]) -> str:
    trial = result.trial
    run, failed = {*trial.own, *trial.bystanders}, {*result.red, *result.strays}
    cells = []
    for requirement, all_of_it in tried.items():
        asked = all_of_it & run
        red = len(asked & failed)
        own = requirement in trial.breaks
        kind = ("red" if own else "stray") if red else ("missed" if own else "green")
        cells.append(
            f'<td class="{kind}">{f"{red}/{len(asked)}" if own or red else "&middot;"}</td>' if asked else "<td></td>"
        )
    doubts = "".join(f"<br><em>{html.escape(doubt)}</em>" for doubt in result.doubts)
    kind = "" if result.killed else ' class="stray"'
    return (
        f"<tr><th{kind}>{html.escape(trial.name)}</th><td>{html.escape(trial.story)}{doubts}</td>{''.join(cells)}"
        f"<td>{span(result.duration_s)}</td></tr>"
    )
