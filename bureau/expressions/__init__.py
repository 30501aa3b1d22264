"""The one small language for rules: checks of returns, computed cells, indicators, eligibility.

It reads names, numbers, texts, dates and yes/no; it computes and compares; it can do nothing else. A rule is
parsed once, checked against the names that exist, and evaluated against a world that holds their values. What
is missing is no zero: see `docs/expressions.md`, written for those who write rules.
"""

from bureau.expressions.checker import Checked, Function, check
from bureau.expressions.errors import ExpressionError
from bureau.expressions.evaluation import evaluate
from bureau.expressions.kinds import ANY, DATE, NUMBER, TEXT, YES_NO, Kind, choice, list_of
from bureau.expressions.names import is_pattern, matches
from bureau.expressions.parser import parse
from bureau.expressions.tree import Expression
from bureau.expressions.values import MISSING, Argument, Missing, Value, World

__all__ = [
    "ANY",
    "DATE",
    "MISSING",
    "NUMBER",
    "TEXT",
    "YES_NO",
    "Argument",
    "Checked",
    "Expression",
    "ExpressionError",
    "Function",
    "Kind",
    "Missing",
    "Value",
    "World",
    "check",
    "choice",
    "evaluate",
    "is_pattern",
    "list_of",
    "matches",
    "parse",
]
