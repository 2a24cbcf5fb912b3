"""The tables of clauses of all systems that have broken variants, and what is wrong with them."""

from pathlib import Path

from support.gate.mutation.mutated_systems import MutatedSystems
from support.gate.selection.clauses import Clause, complaints, load_clauses, load_thens
from support.gate.selection.register import load_register


def clause_tables(base: Path, systems: MutatedSystems) -> tuple[list[Clause], list[str]]:
    """The clauses below *base*/features, and the complaints about them, each after the name of its system."""
    register = load_register(base)
    clauses: list[Clause] = []
    wrong: list[str] = []
    for system in systems.systems:
        own = load_clauses(base, system)
        begun = {clause.heading for clause in own}
        area = {name: one for name, one in register.items() if one.area == system}
        requirements = [name for name, one in area.items() if name in begun or not one.planned]
        found = complaints(own, requirements, load_thens(base, system), systems.mistakes(system))
        clauses += own
        wrong += [f"{system}: {problem}" for problem in found]
    return clauses, wrong
