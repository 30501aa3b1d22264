"""Why a form cannot be used: everything at once, for whoever designs it."""

from __future__ import annotations

from dataclasses import dataclass

from schools.returns.definition import Definition


@dataclass(frozen=True)
class Fault:
    """`where`: address, name of the part, key of the check; "" for the whole form."""

    where: str
    sentence: str


def faults_of_definition(definition: Definition) -> list[Fault]:
    return []
