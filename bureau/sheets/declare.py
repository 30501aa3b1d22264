"""A workbook kind is declared once: template, upload, dry run, returned file and saving follow from it.

    @register
    class FundSheet(Sheet):
        key = "finance.funds"
        model = Fund
        title = _("Funds")
        identity = ("number",)
        columns = (
            SheetColumn("number", kind="code", required=True, aliases=("资金编号",)),
            SheetColumn("amount", kind="money", required=True),
            SheetColumn("level", kind="choice", choices=choices_of(SourceLevel)),
        )

and `sheets = ("finance.funds",)` on the PageSet. The defaults look the records up by `identity` among what the
person may see, compare column by column, and write in bulk. A register with rules of its own overrides
`check` (call `super().check(...)` first, then `row.fault(...)`, `row.doubt(...)`) and `save`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Literal, TypeVar

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from bureau.access.services import YES, Decision, may_add, permitted
from bureau.accounts.models import User
from bureau.registry import Registry, RegistryError
from bureau.sheets.rows import Outcome, Remark, Row, Text

__all__ = [
    "SHEETS",
    "Choice",
    "Outcome",
    "Remark",
    "Row",
    "Scope",
    "Sheet",
    "SheetColumn",
    "choices_of",
    "choices_of_table",
    "named_choices",
    "register",
]

# text: tidied words · code: compact, upper case, always text (codes, phones, document numbers) · integer ·
# decimal: Decimal · money: yuan in the sheet, whole fen as the value · date · yes_no · choice: the Choice's value
Kind = Literal["text", "code", "integer", "decimal", "money", "date", "yes_no", "choice"]


@dataclass(frozen=True)
class Choice:
    """One entry of a drop-down. `labels`: every way to write it, the Chinese one first; `value` is stored."""

    value: Any
    labels: tuple[str, ...]

    def label(self) -> str:
        """How the template of the active language writes it."""
        from bureau.charter.models import local

        return local(self.labels[0], self.labels[1] if len(self.labels) > 1 else self.labels[0])


Choices = Callable[[User], Iterable[Choice]]


@dataclass(frozen=True)
class SheetColumn:
    """One column. `label` defaults to the model field's; headers in both languages and `aliases` are understood.

    `blank`: what an empty cell of an existing record means: "keep" leaves the register alone, "clear" empties
    it (which is asked about as unusual). `note`: shown at the header. `read_only`: fills the template so that
    people recognise the row, and is never written.
    """

    name: str
    label: Text = ""
    kind: Kind = "text"
    required: bool = False
    aliases: Sequence[str] = ()
    note: Text = ""
    choices: Choices | None = None
    max_length: int = 0
    blank: Literal["keep", "clear"] = "keep"
    read_only: bool = False
    # Called with the parsed value; returns the value to keep. Raises ValidationError with a sentence.
    clean: Callable[[Any], Any] | None = None
    width: int = 16


@dataclass(frozen=True)
class Scope:
    """What one workbook is about: a school, a district, a year. The empty key: all that the person may."""

    key: str = ""
    label: str = ""


class Sheet:
    """One kind of workbook. Subclass, fill in, `register`. Stateless: one instance serves everybody."""

    key: ClassVar[str]  # "schools.roster"; stands in addresses and in the template's marker
    model: ClassVar[type[models.Model]]
    title: ClassVar[Text]
    note: ClassVar[Text] = ""  # one line on the upload page
    columns: ClassVar[Sequence[SheetColumn]] = ()
    # Columns that together name a record. A row in which they are all empty is a new record.
    identity: ClassVar[Sequence[str]] = ()
    # Whether rows that the register does not hold may be added at all.
    adds: ClassVar[bool] = True
    # Above so many rows checking and saving are jobs; 0 means SHEET_JOB_ROWS. Lower where a row costs much.
    job_rows: ClassVar[int] = 0

    # --- what a register may override ---------------------------------------------------------

    def version(self) -> str:
        """The year of the template; a workbook of another year is refused."""
        return str(timezone.localdate().year)

    def may_use(self, by: User) -> Decision:
        """Whether the person may upload such a workbook at all."""
        if permitted(by, "change", self.model).exists():
            return YES
        if not self.adds:
            return Decision(False, _("None of your roles includes this."))
        return may_add(by, self.model)

    def scopes(self, by: User) -> Sequence[Scope]:
        """The workbooks open to this person; one without a label where no choice is needed."""
        return (Scope(),)

    def within(self, scope: Scope) -> Sheet:
        """The sheet for one scope: another instance where the columns depend on what the workbook is about."""
        return self

    def records(self, scope: Scope, by: User, verb: str = "view") -> QuerySet[Any]:
        """The records of the scope that the person may `verb`, with what `value` needs (select_related)."""
        return permitted(by, verb, self.model)

    def writable(self, scope: Scope, by: User) -> frozenset[str]:
        """Names of the columns that this person writes; the others are shown grey and compared."""
        return frozenset(column.name for column in self.columns if not column.read_only)

    def value(self, record: Any, column: SheetColumn) -> Any:
        """What the record holds for a column, in the form in which a cell is parsed (a key for a relation)."""
        field = self.field(column)
        return getattr(record, field.attname if field is not None else column.name)

    def known(self, scope: Scope, by: User) -> Iterator[Mapping[str, Any]]:
        """The rows of the template: what the register holds already, by column name."""
        for record in self.records(scope, by).order_by(*self.order).iterator(chunk_size=1000):
            yield {column.name: self.value(record, column) for column in self.columns}

    def who(self, row: Row) -> str:
        """The person or record that a row is about, as far as it can be read; no full personal number."""
        if row.record is not None:
            return str(row.record)
        said = [str(row.values[name]) for name in self.identity if row.get(name) not in (None, "")]
        words = [row.get(column.name) for column in self.columns if column.kind == "text"]
        return " ".join(said) or next((word for word in words if word), "")

    def existing(self, rows: Sequence[Row], scope: Scope, by: User) -> Mapping[tuple[Any, ...], Any]:
        """Records by identity for a batch of rows, in a constant number of queries."""
        first = self.identity[0]
        wanted = {row.values[first] for row in rows if row.get(first) not in (None, "")}
        found = self.records(scope, by).filter(**{f"{first}__in": wanted})
        columns = [self.column(name) for name in self.identity]
        return {tuple(self.value(record, column) for column in columns): record for record in found}

    def check(self, rows: Sequence[Row], scope: Scope, by: User) -> None:
        """Set outcome, record and changes of each row, and say what is wrong or unusual.

        Called with at most SHEET_BATCH rows at a time, in order: read in bulk, never per row. Rows with faults
        come too, so that a person sees all errors at once.
        """
        from bureau.sheets.comparing import compare

        compare(self, rows, scope, by)

    def check_all(self, rows: Sequence[Row], scope: Scope, by: User) -> None:
        """What only the whole file shows (a sum, one record in two rows), after every `check`."""

    def save(self, rows: Sequence[Row], scope: Scope, by: User) -> None:
        """Write a batch of new and changed rows, inside the kernel's one transaction. By default in bulk.

        What is wrong only now goes to `row.fault(...)`, or is raised as ValidationError: everything is undone
        then, and shown. The kernel audits the whole; the history of each record is the register's matter.
        """
        from bureau.sheets.writing import write

        write(self, rows, scope, by)

    def build(self, row: Row, scope: Scope, by: User) -> models.Model:
        """A new, unsaved record of a row (used by the default `save`)."""
        return self.model(**{self.attribute(name): value for name, value in row.values.items()})

    # --- what follows from the declaration ----------------------------------------------------

    @property
    def order(self) -> tuple[str, ...]:
        return tuple(self.model._meta.ordering or ("pk",))  # type: ignore[arg-type]

    def column(self, name: str) -> SheetColumn:
        return next(column for column in self.columns if column.name == name)

    def field(self, column: SheetColumn) -> models.Field[Any, Any] | None:
        """The model's own field behind a column; None where the column has none."""
        return _fields(self.model).get(column.name)

    def attribute(self, name: str) -> str:
        field = self.field(self.column(name))
        return field.attname if field is not None else name

    def label_source(self, column: SheetColumn) -> Text:
        """The heading before it is put into a language."""
        if column.label:
            return column.label
        field = Sheet.field(self, column)
        return field.verbose_name if field is not None else column.name

    def label(self, column: SheetColumn) -> str:
        return str(capfirst(str(self.label_source(column))))

    def identity_of(self, row: Row) -> tuple[Any, ...] | None:
        """What names the row's record; None where a part of it is missing."""
        found = tuple(row.get(name) for name in self.identity)
        return None if any(part in (None, "") for part in found) else found

    def scope(self, key: str, by: User) -> Scope | None:
        return next((scope for scope in self.scopes(by) if scope.key == key), None)


@cache
def _fields(model: type[models.Model]) -> Mapping[str, models.Field[Any, Any]]:
    return {field.name: field for field in model._meta.concrete_fields}


S = TypeVar("S", bound=type[Sheet])

SHEETS: Registry[Sheet] = Registry("workbooks")


def register(declared: S) -> S:
    """Register a workbook kind; works as a decorator."""
    names = [column.name for column in declared.columns]
    if not names or len(set(names)) != len(names):
        raise RegistryError(f"{declared.__name__} declares no columns, or one twice")
    if set(declared.identity) - set(names):
        raise RegistryError(f"{declared.__name__}: identity names no column of its own")
    for column in declared.columns:
        if (column.kind == "choice") != (column.choices is not None):
            raise RegistryError(
                f"{declared.__name__}.{column.name}: a choice column and its choices go together"
            )
    SHEETS.add(declared.key, declared())
    return declared


def choices_of(vocabulary: type[models.Choices]) -> Choices:
    """The entries of a TextChoices class, in every language of the portal."""

    def found(by: User) -> list[Choice]:
        from bureau.sheets.languages import in_every_language

        return [
            Choice(value, (*in_every_language(label), str(value)))
            for value, label in vocabulary.choices
            if value
        ]

    return found


def choices_of_table(model: type[models.Model], **filters: Any) -> Choices:
    """The rows of a code table with `code`, `name_zh` and `name`; the value is the row's key."""

    def found(by: User) -> list[Choice]:
        rows = permitted(by, "view", model).filter(**filters).order_by("code")
        return named_choices(rows.values_list("pk", "code", "name_zh", "name"))

    return found


def named_choices(rows: Iterable[tuple[Any, str, str, str]]) -> list[Choice]:
    """(value, code, Chinese, English) as choices; a name that two rows share is written with its code."""
    known = list(rows)
    shared = Counter(name for _value, _code, *names in known for name in set(names))
    return [
        Choice(
            value,
            (
                *(_with_code(code, name or zh, shared) for name in (zh, en)),
                code,
                f"{code} {zh}",
                f"{code} {en}",
            ),
        )
        for value, code, zh, en in known
    ]


def _with_code(code: str, name: str, shared: Mapping[str, int]) -> str:
    return f"{code} {name}" if shared[name] > 1 else name
