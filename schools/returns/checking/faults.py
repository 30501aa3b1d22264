"""Why a form cannot be used: everything at once, for whoever designs it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from bureau.expressions import Missing
from bureau.expressions.names import SEGMENT
from schools.choices import Stage
from schools.returns import bindings
from schools.returns.checking.plan import COLUMN, ROW
from schools.returns.checking.rule_faults import Fault, of_rules
from schools.returns.checking.values import value_of
from schools.returns.definition import (
    MOST_COLUMNS,
    NUMERIC,
    Block,
    CellSpec,
    Definition,
    Line,
    Part,
    Question,
    Questions,
    Rows,
    Table,
)
from schools.returns.models.cells import LONGEST_KEY

__all__ = ["Fault", "faults_of_definition"]

MOST_ROWS = 200  # of a table; one page of a browser and one sheet of a workbook still hold them
MOST_DECIMALS = 6
# Of a page: the token, the version, reasons for checks, answers, boxes for rows.
FIELDS_BESIDE = 300


def faults_of_definition(definition: Definition) -> list[Fault]:
    """All reasons why this form cannot be used, in the order of the form; rules last."""
    return [*_of_form(definition), *of_rules(definition)]


def _of_form(definition: Definition) -> Iterator[Fault]:
    yield from _keys("", definition.parts)
    blocks = [block for part in definition.parts for block in part.blocks]
    yield from _keys("", blocks)
    yield from _sizes(definition)
    for part in definition.parts:
        yield from _of_part(part)


def _sizes(definition: Definition) -> Iterator[Fault]:
    """What a browser sends in one form: a part with a reason beside each cell, all cells for whoever reviews."""
    room = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS - FIELDS_BESIDE
    counts = Counter(cell.part.key for cell in definition.cells.values())
    for part in definition.parts:
        most = room // 2
        if counts[part.key] > most:
            words = {"found": counts[part.key], "most": most}
            yield Fault(
                str(part.words) or part.key,
                _("This part has %(found)s cells; at most %(most)s can be sent at once. Make two parts.")
                % words,
            )
    if sum(counts.values()) > room:
        words = {"found": sum(counts.values()), "most": room}
        yield Fault(
            "", _("The form has %(found)s cells; at most %(most)s can be reviewed. Make two forms.") % words
        )


def _of_part(part: Part) -> Iterator[Fault]:
    where = str(part.words) or part.key
    yield from _stages(where, part.stages)
    if not part.blocks:
        yield Fault(where, _("This part asks nothing yet. Add a table or questions, or remove the part."))
    for block in part.blocks:
        yield from _of_block(f"{where} · {block.words}", block)


def _of_block(where: str, block: Block) -> Iterator[Fault]:
    if block.key in (ROW, COLUMN):
        yield Fault(
            where, _("The key “%(key)s” has a meaning in rules. Choose another.") % {"key": block.key}
        )
    if isinstance(block, Table):
        yield from _of_table(where, block)
    elif isinstance(block, Questions):
        yield from _of_questions(where, block.key, block.items)
    elif isinstance(block, Rows):
        yield from _of_questions(where, block.key, block.columns)
        yield from _of_rows(where, block)


def _of_table(where: str, table: Table) -> Iterator[Fault]:
    if not table.rows or not table.columns:
        yield Fault(where, _("The table needs at least one row and one column."))
    if len(table.columns) > MOST_COLUMNS:
        yield Fault(
            where,
            _("The table has %(found)s columns; at most %(most)s fit on a page. Make two tables of it.")
            % {"found": len(table.columns), "most": MOST_COLUMNS},
        )
    if len(table.rows) > MOST_ROWS:
        yield Fault(
            where,
            _("The table has %(found)s rows; at most %(most)s are possible. Make two tables of it.")
            % {"found": len(table.rows), "most": MOST_ROWS},
        )
    yield from _keys(where, table.rows)
    yield from _keys(where, table.columns)
    for line in (*table.rows, *table.columns):
        yield from _stages(f"{where} · {line.words}", line.stages)
    yield from _of_specs(where, table)


def _of_specs(where: str, table: Table) -> Iterator[Fault]:
    """Each spec once where it was written, not at each of its cells."""
    for line in (*table.rows, *table.columns):
        if line.spec is not None:
            yield from _of_spec(f"{where} · {line.words}", line.spec)
    places = {f"{row.key}.{column.key}": (row, column) for row in table.rows for column in table.columns}
    for name, spec in table.cells.items():
        if name not in places:
            yield Fault(where, _("There is no row and column “%(name)s” in the table.") % {"name": name})
            continue
        row, column = places[name]
        yield from _of_spec(f"{where} · {row.words} · {column.words}", spec)
    longest = max((len(name) for name in places), default=0) + len(table.key) + 1
    if longest > LONGEST_KEY:
        yield Fault(where, _("The keys of the table, its rows and columns are too long together."))


def _of_questions(where: str, block: str, questions: Sequence[Question]) -> Iterator[Fault]:
    if not questions:
        yield Fault(where, _("Nothing is asked here yet. Add a question, or remove the block."))
    yield from _keys(where, questions)
    for question in questions:
        place = f"{where} · {question.words}"
        yield from _of_spec(place, question.spec)
        if len(block) + len(question.key) + 1 > LONGEST_KEY:
            yield Fault(place, _("The key is too long."))


def _of_rows(where: str, block: Rows) -> Iterator[Fault]:
    if len(block.columns) > MOST_COLUMNS:
        yield Fault(
            where,
            _("The table has %(found)s columns; at most %(most)s fit on a page. Make two tables of it.")
            % {"found": len(block.columns), "most": MOST_COLUMNS},
        )
    if block.least > block.most:
        yield Fault(where, _("More rows are needed than are possible."))
    for column in block.columns:
        place = f"{where} · {column.words}"
        if column.spec.computed:
            yield Fault(place, _("A column of repeated rows cannot be worked out. Let the school enter it."))
        if column.spec.bound:
            yield Fault(place, _("A register fact cannot fill in repeated rows."))


# --- one cell -----------------------------------------------------------------------------------


def _of_spec(where: str, spec: CellSpec) -> Iterator[Fault]:
    if spec.is_closed:
        return
    yield from _choices(where, spec)
    yield from _bounds(where, spec)
    yield from _binding(where, spec)
    if not 0 <= spec.decimals <= MOST_DECIMALS:
        yield Fault(where, _("At most %(most)s decimals are possible.") % {"most": MOST_DECIMALS})
    if spec.computed and (spec.required or spec.bound):
        yield Fault(
            where, _("A cell that is worked out can be neither required nor filled in by a register.")
        )
    if spec.change_percent is not None and spec.kind not in NUMERIC:
        yield Fault(where, _("Only numbers can be compared with the last return in percent."))


def _choices(where: str, spec: CellSpec) -> Iterator[Fault]:
    if spec.kind != "choice":
        return
    if not spec.choices:
        yield Fault(where, _("This choice offers nothing to choose from."))
    for code in _double(code for code, _words in spec.choices):
        yield Fault(where, _("The code “%(code)s” stands for two choices.") % {"code": code})
    if any(not code or not words.zh for code, words in spec.choices):
        yield Fault(where, _("Each choice needs a code and Chinese words."))


def _bounds(where: str, spec: CellSpec) -> Iterator[Fault]:
    measure = CellSpec("number") if spec.kind == "text" else spec
    found = []
    for bound in (spec.least, spec.most):
        value = value_of(measure, bound)
        if bound and (spec.kind in ("choice", "yes_no") or isinstance(value, Missing)):
            yield Fault(where, _("“%(bound)s” cannot be a bound of this cell.") % {"bound": bound})
        elif bound:
            found.append(value)
    if len(found) == 2 and found[0] > found[1]:  # type: ignore[operator]
        yield Fault(where, _("The lowest value lies above the highest."))


def _binding(where: str, spec: CellSpec) -> Iterator[Fault]:
    if not spec.bound:
        if spec.writes_back:
            yield Fault(where, _("Choose the register fact into which an accepted figure is written."))
        return
    fact = bindings.FACTS.get(spec.bound)
    if fact is None:
        yield Fault(where, _("No register holds “%(name)s”.") % {"name": spec.bound})
        return
    if not bindings.fits(fact.kind, spec.kind):
        yield Fault(where, _("“%(name)s” is of another kind than this cell.") % {"name": fact.words})
    if spec.writes_back and fact.write is None:
        yield Fault(where, _("The register takes no figures for “%(name)s”.") % {"name": fact.words})


# --- keys, words, stages ------------------------------------------------------------------------


def _keys(where: str, things: Sequence[Part | Block | Line | Question]) -> Iterator[Fault]:
    for key in _double(thing.key for thing in things):
        yield Fault(where, _("The key “%(key)s” is there twice.") % {"key": key})
    for thing in things:
        if not SEGMENT.fullmatch(thing.key):
            yield Fault(
                where,
                _("“%(key)s” is no key: small letters, digits and underscores, a letter first.")
                % {"key": thing.key},
            )
        if not thing.words.zh.strip():
            yield Fault(where, _("“%(key)s” has no Chinese words.") % {"key": thing.key})


def _stages(where: str, stages: Sequence[str]) -> Iterator[Fault]:
    for stage in stages:
        if stage not in Stage.values:
            yield Fault(where, _("There is no stage “%(stage)s”.") % {"stage": stage})


def _double(keys: Iterable[str]) -> list[str]:
    return [key for key, count in Counter(keys).items() if count > 1]
