"""What is typed in the designer: parts, blocks, rules of cells, checks."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bureau.expressions import ANY, YES_NO, ExpressionError, parse
from bureau.expressions import Kind as RuleKind
from bureau.pages.forms import PortalForm
from schools.choices import Stage
from schools.returns.bindings import FACTS, fits, label_of
from schools.returns.checking import rule_faults
from schools.returns.checking.plan import plan_of
from schools.returns.checking.relations import IN_WORDS
from schools.returns.definition import (
    MOST_COLUMNS,
    NUMERIC,
    Block,
    CellSpec,
    Check,
    Definition,
    Line,
    Part,
    Question,
    Questions,
    Rows,
    Table,
    Upload,
    Words,
)
from schools.returns.designer import editing, lines

KINDS = (
    ("number", _("whole number")),
    ("decimal", _("number with decimals")),
    ("money", _("money")),
    ("percent", _("percent")),
    ("text", _("text")),
    ("choice", _("choice from a list")),
    ("date", _("date")),
    ("yes_no", _("yes or no")),
)
BLOCKS = (
    ("table", _("table of rows and columns")),
    ("questions", _("questions")),
    ("rows", _("as many rows as the school needs")),
    ("upload", _("place for files")),
)
SEVERITIES = (
    ("error", _("error: it cannot be sent")),
    ("unusual", _("unusual: the school gives a reason")),
)
ONE_PER_LINE = _(
    "One per line, or pasted from a spreadsheet: key | Chinese | English | code. "
    "Chinese alone is enough; the key is then made from the words."
)


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _stages() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Asked of these stages only"),
        help_text=_("Nothing chosen: of all."),
        choices=Stage.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class WordsForm(PortalForm):
    zh = forms.CharField(label=_("Chinese name"), max_length=lines.LONGEST_WORDS)
    en = forms.CharField(label=_("English name"), max_length=lines.LONGEST_WORDS, required=False)

    def words(self) -> Words:
        return Words(self.cleaned_data["zh"], self.cleaned_data["en"])


class PartForm(WordsForm):
    stages = _stages()

    @staticmethod
    def of(part: Part) -> dict[str, Any]:
        return {"zh": part.words.zh, "en": part.words.en, "stages": list(part.stages)}


class NewBlockForm(WordsForm):
    kind = forms.ChoiceField(label=_("What it is"), choices=BLOCKS, widget=forms.RadioSelect)
    field_order = ("kind", "zh", "en")


class LinesField(forms.CharField):
    """Lines of words; what is typed stays as it is until the block is made from it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=_area(10), strip=False, help_text=ONE_PER_LINE, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        lines.read_lines(text)
        return text


class TableForm(WordsForm):
    rows = LinesField(label=_("Rows"))
    columns = LinesField(label=_("Columns"))
    note_zh = forms.CharField(label=_("Note under the table, in Chinese"), max_length=500, required=False)
    note_en = forms.CharField(label=_("Note under the table, in English"), max_length=500, required=False)

    @staticmethod
    def of(block: Table) -> dict[str, Any]:
        note = block.note or Words("")
        return {
            "zh": block.words.zh,
            "en": block.words.en,
            "rows": lines.written(block.rows),
            "columns": lines.written(block.columns),
            "note_zh": note.zh,
            "note_en": note.en,
        }

    def clean_columns(self) -> str:
        text: str = self.cleaned_data["columns"]
        if len(lines.read_lines(text)) > MOST_COLUMNS:
            raise ValidationError(_t("A table has at most %(most)d columns.") % {"most": MOST_COLUMNS})
        return text

    def block(self, present: Table) -> Table:
        given = self.cleaned_data
        rows = lines.as_lines(given["rows"], present.rows)
        columns = lines.as_lines(given["columns"], present.columns)
        note = Words(given["note_zh"] or given["note_en"], given["note_en"])
        table = editing.with_lines(present, rows, columns)
        return Table(
            present.key, self.words(), table.rows, table.columns, table.cells, note if note.zh else None
        )


class QuestionsForm(WordsForm):
    items = LinesField(label=_("Questions"))

    @staticmethod
    def of(block: Questions) -> dict[str, Any]:
        return {"zh": block.words.zh, "en": block.words.en, "items": lines.written(block.items)}

    def block(self, present: Questions) -> Questions:
        items = lines.as_questions(self.cleaned_data["items"], present.items)
        return Questions(present.key, self.words(), items)


class RowsForm(WordsForm):
    columns = LinesField(label=_("Columns"))
    least = forms.IntegerField(label=_("At least so many rows"), min_value=0, max_value=200, initial=0)
    most = forms.IntegerField(label=_("At most so many rows"), min_value=1, max_value=1000, initial=200)

    @staticmethod
    def of(block: Rows) -> dict[str, Any]:
        return {
            "zh": block.words.zh,
            "en": block.words.en,
            "columns": lines.written(block.columns),
            "least": block.least,
            "most": block.most,
        }

    def clean_columns(self) -> str:
        text: str = self.cleaned_data["columns"]
        if len(lines.read_lines(text)) > MOST_COLUMNS:
            raise ValidationError(_t("A table has at most %(most)d columns.") % {"most": MOST_COLUMNS})
        return text

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if (
            given.get("least") is not None
            and given.get("most") is not None
            and given["least"] > given["most"]
        ):
            self.add_error("most", _t("There cannot be fewer rows at most than at least."))
        return given

    def block(self, present: Rows) -> Rows:
        given = self.cleaned_data
        columns = lines.as_questions(given["columns"], present.columns)
        return Rows(present.key, self.words(), columns, given["least"], given["most"])


class UploadForm(WordsForm):
    required = forms.BooleanField(label=_("At least one file must be there"), required=False)

    @staticmethod
    def of(block: Upload) -> dict[str, Any]:
        return {"zh": block.words.zh, "en": block.words.en, "required": block.required}

    def block(self, present: Upload) -> Upload:
        return Upload(present.key, self.words(), self.cleaned_data["required"])


FORM_OF_BLOCK: dict[str, type[Any]] = {
    "table": TableForm,
    "questions": QuestionsForm,
    "rows": RowsForm,
    "upload": UploadForm,
}


def block_form(block: Block, data: Any = None) -> Any:
    cls = FORM_OF_BLOCK[block.type]
    return cls(data, initial=cls.of(block))


def _facts() -> list[Any]:
    """Register facts, grouped by the first part of their names."""
    rows = [(fact.name, f"{label_of(fact)} ({fact.name})") for fact in FACTS]
    grouped = groupby(rows, key=lambda row: row[0].split(".")[0])
    groups = {"school": _t("The school"), "facts": _t("Figures of the school year"), "pupils": _t("Pupils")}
    groups["teachers"] = _t("Teachers")
    found: list[Any] = [("", _t("nothing; the school fills it in"))]
    return [*found, *((groups.get(name, name), list(some)) for name, some in grouped)]


def expression_fault(text: str) -> str:
    """The parser's sentence with the place in the text; "" for a rule that can be read."""
    try:
        parse(text)
    except ExpressionError as error:
        return str(error.sentence)
    return ""


class SpecForm(PortalForm):
    """The rule of a column, a row, one cell or one question."""

    of_its_own = forms.BooleanField(
        label=_("It has a rule of its own"),
        help_text=_("Otherwise the rule of the row or the column holds."),
        required=False,
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    required = forms.BooleanField(label=_("Must be filled in"), required=False)
    unit_zh = forms.CharField(label=_("Unit in Chinese"), max_length=20, required=False)
    unit_en = forms.CharField(label=_("Unit in English"), max_length=20, required=False)
    least = forms.CharField(label=_("Least"), max_length=30, required=False)
    most = forms.CharField(label=_("Most"), max_length=30, required=False)
    decimals = forms.IntegerField(label=_("Decimal places"), min_value=0, max_value=6, initial=2)
    choices = forms.CharField(
        label=_("Choices"),
        help_text=_("One per line: code | Chinese | English. Only for a choice from a list."),
        required=False,
        widget=_area(4),
    )
    computed = forms.CharField(
        label=_("Computed"),
        help_text=_("A rule, such as sum(pupils.*.boys). Then nothing is typed in the cell."),
        required=False,
        max_length=500,
        widget=_area(2),
    )
    bound = forms.ChoiceField(label=_("Filled in from the register"), required=False)
    writes_back = forms.BooleanField(
        label=_("An accepted figure goes back into the register"), required=False
    )
    change_percent = forms.IntegerField(
        label=_("Unusual when it differs from last year by more than so many percent"),
        help_text=_("Empty: the period of the office holds. -1: it is not compared."),
        min_value=-1,
        max_value=1000,
        required=False,
    )
    is_closed = forms.BooleanField(label=_("Closed: it does not apply"), required=False)
    level = forms.IntegerField(label=_("Indented by"), min_value=0, max_value=3, initial=0)
    is_total = forms.BooleanField(label=_("The row is a total"), required=False)
    stages = _stages()

    def __init__(self, *args: Any, target: editing.Target, line: Line | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target = target
        self.fields["bound"].choices = _facts()  # type: ignore[attr-defined]
        if target.item:
            del self.fields["of_its_own"]
        if line is None:
            for name in ("level", "is_total", "stages"):
                del self.fields[name]

    @staticmethod
    def of(spec: CellSpec | None, line: Line | None) -> dict[str, Any]:
        held = spec or CellSpec()
        unit = held.unit or Words("")
        found: dict[str, Any] = {
            name: getattr(held, name)
            for name in ("kind", "required", "decimals", "computed", "bound", "writes_back", "is_closed")
        }
        found |= {"change_percent": held.change_percent, "of_its_own": spec is not None}
        found |= {name: _shown(held, getattr(held, name)) for name in ("least", "most")}
        rows = ([code, words.zh, words.en] for code, words in held.choices)
        found |= {"unit_zh": unit.zh, "unit_en": unit.en}
        found["choices"] = "\n".join(" | ".join(row).rstrip(" |") for row in rows)
        if line is not None:
            found |= {"level": line.level, "is_total": line.is_total, "stages": list(line.stages)}
        return found

    def clean_computed(self) -> str:
        text: str = self.cleaned_data["computed"].strip()
        fault = expression_fault(text) if text else ""
        if fault:
            raise ValidationError(fault)
        return text

    def clean_choices(self) -> tuple[tuple[str, Words], ...]:
        return _choices(self.cleaned_data["choices"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("kind") == "choice" and not given.get("choices") and "choices" not in self.errors:
            self.add_error("choices", _t("Give the choices, one per line."))
        fact = FACTS.get(given.get("bound") or "")
        if fact is not None and not fits(fact.kind, given.get("kind", "")):
            self.add_error("bound", _t("The register holds it as another kind. Choose the kind that fits."))
        if given.get("writes_back") and (fact is None or fact.write is None):
            self.add_error("writes_back", _t("The register does not take this figure from returns."))
        if given.get("computed") and given.get("bound"):
            self.add_error("bound", _t("A computed cell is not filled in from the register."))
        self._clean_limits(given)
        return given

    def _clean_limits(self, given: dict[str, Any]) -> None:
        from schools.returns.checking import canonical

        if given.get("kind") not in NUMERIC | {"date"}:
            given["least"] = given["most"] = ""
            return
        plain = CellSpec(kind=given["kind"], decimals=_decimals(given.get("decimals")))
        for name in ("least", "most"):
            try:
                given[name] = canonical(plain, given.get(name) or "")
            except ValidationError as error:
                self.add_error(name, error)

    def spec(self) -> CellSpec | None:
        given = self.cleaned_data
        if not self.target.item and not given["of_its_own"]:
            return None
        unit = Words(given["unit_zh"] or given["unit_en"], given["unit_en"])
        return CellSpec(
            kind=given["kind"],
            required=given["required"],
            unit=unit if unit.zh else None,
            least=given["least"],
            most=given["most"],
            decimals=given["decimals"],
            choices=given["choices"] if given["kind"] == "choice" else (),
            computed=given["computed"],
            bound=given["bound"],
            writes_back=given["writes_back"],
            change_percent=given["change_percent"],
            is_closed=given["is_closed"],
        )


def _decimals(given: int | None) -> int:
    """None where the box was refused already: anything will do."""
    return CellSpec().decimals if given is None else given


def _shown(spec: CellSpec, text: str) -> str:
    """A limit as people type it; money in yuan."""
    if spec.kind == "money" and text:
        from schools.returns.checking import shown

        return shown(spec, text)
    return text


def _choices(text: str) -> tuple[tuple[str, Words], ...]:
    found: dict[str, Words] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        parts = [part.strip() for part in line.replace("\t", "|").split("|")]
        if not any(parts):
            continue
        code, chinese, english = (*parts, "", "")[:3]
        if not code or not chinese or code in found:
            raise ValidationError(
                _t("Line %(number)d: a choice is a code of its own and Chinese words.") % {"number": number}
            )
        found[code] = Words(chinese, english)
    return tuple(found.items())


class CheckForm(PortalForm):
    """A rule that must be true, and what the school reads where it is not."""

    rule = forms.CharField(
        label=_("Rule"),
        help_text=_('It must be true, such as pupils.total.boys <= register("facts.pupils").'),
        max_length=1000,
        widget=_area(3),
    )
    severity = forms.ChoiceField(label=_("How severe"), choices=SEVERITIES, widget=forms.RadioSelect)
    message_zh = forms.CharField(label=_("What the school reads, in Chinese"), max_length=300)
    message_en = forms.CharField(label=_("The same in English"), max_length=300, required=False)
    cells = forms.CharField(
        label=_("Cells at which it stands"),
        help_text=_("One per line, such as pupils.g1.boys. Nothing: the cells that the rule names."),
        required=False,
        widget=_area(3),
    )
    stages = _stages()

    @staticmethod
    def of(check: Check) -> dict[str, Any]:
        return {
            "rule": check.rule,
            "severity": check.severity,
            "message_zh": check.message.zh,
            "message_en": check.message.en,
            "cells": "\n".join(check.cells),
            "stages": list(check.stages),
        }

    def __init__(self, *args: Any, content: Definition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.content = content

    def clean_rule(self) -> str:
        text: str = self.cleaned_data["rule"].strip()
        self._refuse(text, YES_NO)
        return text

    def clean_message_zh(self) -> str:
        return self._message("message_zh")

    def clean_message_en(self) -> str:
        return self._message("message_en")

    def _message(self, name: str) -> str:
        """What stands in {…} is a rule as well."""
        text: str = self.cleaned_data[name]
        for inner in IN_WORDS.findall(text):
            self._refuse(inner, ANY)
        return text

    def _refuse(self, rule: str, gives: RuleKind) -> None:
        found = rule_faults(self.content, rule, gives=gives)
        if found:
            raise ValidationError([str(fault.sentence) for fault in found])

    def clean_cells(self) -> tuple[str, ...]:
        cells, plan = tuple(self.cleaned_data["cells"].split()), plan_of(self.content)
        unknown = [cell for cell in cells if not plan.expanded([cell]) or "." not in cell]
        if unknown:
            raise ValidationError(_t("The form has no cell %(cells)s.") % {"cells": ", ".join(unknown)})
        return cells

    def check(self, key: str) -> Check:
        given = self.cleaned_data
        message = Words(given["message_zh"], given["message_en"])
        return Check(key, given["rule"], given["severity"], message, given["cells"], tuple(given["stages"]))


def line_of(block: Block, target: editing.Target) -> Line | None:
    """The row of a table whose place in the table can be set with its rule."""
    if isinstance(block, Table) and target.row and not target.column:
        return next((row for row in block.rows if row.key == target.row), None)
    return None


__all__ = ["FORM_OF_BLOCK", "CheckForm", "NewBlockForm", "PartForm", "Question", "SpecForm", "block_form"]
