"""Forms, their collections, the returns of schools, and what hangs on a cell."""

from schools.returns.models.cells import CellChange, Remark
from schools.returns.models.collections import Collection, LockException
from schools.returns.models.figures import Figure, FigureTotal
from schools.returns.models.flow_rules import FlowRule
from schools.returns.models.forms import Form, FormVersion
from schools.returns.models.reminders import Reminder, ReturnTerm
from schools.returns.models.returns import Return

__all__ = [
    "CellChange",
    "Collection",
    "Figure",
    "FigureTotal",
    "FlowRule",
    "Form",
    "FormVersion",
    "LockException",
    "Remark",
    "Reminder",
    "Return",
    "ReturnTerm",
]
