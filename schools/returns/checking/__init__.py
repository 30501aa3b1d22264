"""Checking a return: what its cells hold, what is computed, what is wrong or unusual, why a form cannot be used."""

from schools.returns.checking.computing import computed_values
from schools.returns.checking.faults import Fault, faults_of_definition
from schools.returns.checking.finding import Finding
from schools.returns.checking.judging import findings, findings_of, judged, not_checked
from schools.returns.checking.relations import Unmade
from schools.returns.checking.rule_faults import computed_faults, rule_faults
from schools.returns.checking.values import canonical, shown, value_of

__all__ = [
    "Fault",
    "Finding",
    "Unmade",
    "canonical",
    "computed_faults",
    "computed_values",
    "faults_of_definition",
    "findings",
    "findings_of",
    "judged",
    "not_checked",
    "rule_faults",
    "shown",
    "value_of",
]
