"""The loss ledgers of a run, summed up by what they count: updates, orders, messages."""

from collections.abc import Iterable

from support.gate.verdict.findings import Row, ScenarioVerdict

ANOMALIES = ("duplicated", "unexpected", "stale")


def total_losses(scenarios: Iterable[ScenarioVerdict]) -> list[Row]:
    totals: dict[str, Row] = {}
    for ledger in (ledger for one in scenarios for ledger in one.losses):
        total = totals.setdefault(ledger["of"], {"of": ledger["of"]})
        for name, count in ledger.items():
            if name != "of":
                total[name] = total.get(name, 0) + count
    return list(totals.values())


def loss_in_words(ledger: Row) -> str:
    """For example: 0 of 4,812 confirmed writes lost; 3 duplicated."""
    anomalies = [f"{ledger[name]:,} {name}" for name in ANOMALIES if ledger[name]]
    lost = f"{ledger['lost']:,} of {ledger['confirmed']:,} confirmed {ledger['of']} lost"
    return "; ".join([lost, *anomalies])
