"""The designer in the browser: one page per part, block, rule and check. Works without JavaScript.

Every page carries the version of the record that the person saw: who saves second keeps what he typed, reads
who was faster, and may save again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from bureau.pages.views.base import PageView
from bureau.workflow.refusals import Conflict, NotPermitted, Refusal, WrongState
from schools.returns.checking import computed_faults
from schools.returns.choices import VersionStatus
from schools.returns.definition import CellSpec, Definition, Line, Table, Upload
from schools.returns.designer import editing, forms
from schools.returns.designer.editing import Place, Target
from schools.returns.models import FormVersion
from schools.returns.services import designing


class DesignPage(PageView):
    """A page about one version."""

    def at(self, name: str, *args: Any) -> str:
        return reverse(f"desk:schools:formversion_{name}", args=args)

    def answer(self, version: FormVersion, title: str, *, status: int = 200, **more: Any) -> HttpResponse:
        trail = [*self.trail(version), (_("Design"), self.at("design", version.pk))]
        return self.page(
            title,
            status=status,
            version=version,
            record_title=self.pageset.title(version),
            trail=trail,
            cancel_url=self.at("design", version.pk),
            **more,
        )

    def seen(self) -> int:
        """The version of the record that the person looked at; one that never was where the field is missing."""
        text = self.request.POST.get("seen", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


class DesignView(DesignPage):
    """All parts, blocks and checks, with what can be done to each."""

    template = "schools/returns/forms/design.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = self.record(pk, "change")
        content = version.content
        return self.answer(
            version,
            _("Design"),
            content=content,
            is_draft=version.status == VersionStatus.DRAFT,
            fixed=designing.why_fixed(version),
            faults=designing.faults(content),
            cells=len(content.cells),
        )


class EditPage(DesignPage, ABC):
    """One form that changes the definition. A subclass gives `title`, `form` and `changed`."""

    template = "schools/returns/forms/edit.html"
    part = block = check = ""  # keys from the address

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        for name in ("part", "block", "check"):
            setattr(self, name, kwargs.get(name, ""))

    @property
    def place(self) -> Place:
        return Place(self.part, self.block)

    def get(self, request: HttpRequest, pk: int, **keys: str) -> HttpResponse:
        version = self.record(pk, "change")
        try:
            return self.shown(version, self.form(version.content))
        except ValidationError as error:
            return self.gone(version, error)

    def post(self, request: HttpRequest, pk: int, **keys: str) -> HttpResponse:
        version = self.record(pk, "change")
        try:
            form = self.form(version.content, data=request.POST)
        except ValidationError as error:
            return self.gone(version, error)
        if not form.is_valid():
            return self.shown(version, form, status=422, seen=self.seen())
        try:
            definition = self.changed(version.content, form)
            designing.change_definition(
                version=version, definition=definition, by=self.principal, seen=self.seen()
            )
        except ValidationError as error:
            form.add_error(None, error)
            return self.shown(version, form, status=422)
        except Conflict as refusal:
            form.add_error(None, refusal.sentence)
            form.add_error(None, _("What you typed is still here. Look at it and save again."))
            return self.shown(self.record(pk, "change"), form, status=409)
        except (NotPermitted, WrongState) as refusal:
            form.add_error(None, refusal.sentence)
            return self.shown(version, form, status=409)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(self.after(version))

    def shown(
        self, version: FormVersion, form: Any, *, status: int = 200, seen: int | None = None
    ) -> HttpResponse:
        return self.answer(
            version,
            self.title(version.content),
            form=form,
            status=status,
            seen=version.version if seen is None else seen,
            **self.more(version),
        )

    def gone(self, version: FormVersion, error: ValidationError) -> HttpResponse:
        messages.error(self.request, " ".join(error.messages))
        return HttpResponseRedirect(self.at("design", version.pk))

    def after(self, version: FormVersion) -> str:
        return self.at("design", version.pk)

    def more(self, version: FormVersion) -> dict[str, Any]:
        return {}

    @abstractmethod
    def title(self, content: Definition) -> str:
        """What is edited, as the heading of the page."""

    @abstractmethod
    def form(self, content: Definition, data: Any = None) -> Any:
        """The form of what is edited; filled with `data` where something was sent."""

    @abstractmethod
    def changed(self, content: Definition, form: Any) -> Definition:
        """The content with what the valid form says."""


class PartView(EditPage):
    """A part: a new one, or another name or other stages for one that is there."""

    def title(self, content: Definition) -> str:
        return (
            _("Part: %(name)s") % {"name": editing.part_of(content, self.part).words}
            if self.part
            else _("Add a part")
        )

    def form(self, content: Definition, data: Any = None) -> Any:
        initial = forms.PartForm.of(editing.part_of(content, self.part)) if self.part else None
        return forms.PartForm(data, initial=initial)

    def changed(self, content: Definition, form: Any) -> Definition:
        stages = tuple(form.cleaned_data["stages"])
        if self.part:
            return editing.rename_part(content, self.part, form.words(), stages)
        return editing.add_part(content, form.words(), stages)


class NewBlockView(EditPage):
    def title(self, content: Definition) -> str:
        return _("Add to %(part)s") % {"part": editing.part_of(content, self.part).words}

    def form(self, content: Definition, data: Any = None) -> Any:
        editing.part_of(content, self.part)
        return forms.NewBlockForm(data, initial={"kind": "table"})

    def changed(self, content: Definition, form: Any) -> Definition:
        definition, self.key = editing.add_block(content, self.part, form.cleaned_data["kind"], form.words())
        return definition

    def after(self, version: FormVersion) -> str:
        return self.at("block", version.pk, self.part, self.key)


class BlockView(EditPage):
    """Rows and columns of a table, questions, columns of rows; below them the rules of each."""

    template = "schools/returns/forms/block.html"

    def title(self, content: Definition) -> str:
        return str(editing.block_of(content, self.place).words)

    def form(self, content: Definition, data: Any = None) -> Any:
        return forms.block_form(editing.block_of(content, self.place), data)

    def changed(self, content: Definition, form: Any) -> Definition:
        return editing.put_block(content, self.place, form.block(editing.block_of(content, self.place)))

    def after(self, version: FormVersion) -> str:
        return self.at("block", version.pk, self.part, self.block)

    def more(self, version: FormVersion) -> dict[str, Any]:
        found = editing.block_of(version.content, self.place)
        return {
            "block": found,
            "part": self.part,
            "rule_url": self.at("rule", version.pk, self.part, self.block),
            **_rules(found),
        }


def _rules(block: Any) -> dict[str, Any]:
    """What has a rule of its own, as the page lists it."""
    if isinstance(block, Upload):
        return {}
    if not isinstance(block, Table):
        items = block.items if block.type == "questions" else block.columns
        return {"items": [(item, said(item.spec)) for item in items]}
    return {"table": block, "grid": [(row, _cells(block, row)) for row in block.rows]}


def _cells(block: Table, row: Line) -> list[tuple[Line, str, bool]]:
    """(column, the rule that holds, whether it is the cell's own)."""
    return [
        (column, said(block.spec(row, column)), f"{row.key}.{column.key}" in block.cells)
        for column in block.columns
    ]


def said(spec: CellSpec) -> str:
    """A rule in a few words."""
    if spec.is_closed:
        return _("closed")
    if spec.computed:
        return f"= {spec.computed}"
    words = str(dict(forms.KINDS)[spec.kind])
    return words + (" *" if spec.required else "") + (f" ← {spec.bound}" if spec.bound else "")


class RuleView(EditPage):
    """The rule of a column, a row, a cell or a question: `?column=`, `?row=`, both, or `?item=`."""

    def target(self) -> Target:
        given = {name: self.request.GET.get(name, "")[:40] for name in ("row", "column", "item")}
        return Target(self.place, **given)

    def title(self, content: Definition) -> str:
        target = self.target()
        words = editing.block_of(content, target.place).words
        named = " · ".join(name for name in (target.row, target.column, target.item) if name)
        return _("Rule of %(what)s in %(block)s") % {"what": named, "block": words}

    def form(self, content: Definition, data: Any = None) -> Any:
        target = self.target()
        spec = editing.spec_of(content, target)
        line = forms.line_of(editing.block_of(content, target.place), target)
        return forms.SpecForm(data, target=target, line=line, initial=forms.SpecForm.of(spec, line))

    def changed(self, content: Definition, form: Any) -> Definition:
        target, given = self.target(), form.cleaned_data
        if "level" in form.fields:
            content = editing.put_line(
                content,
                target,
                level=given["level"],
                is_total=given["is_total"],
                stages=tuple(given["stages"]),
            )
        spec = form.spec()
        content = editing.put_spec(content, target, spec)
        if spec is not None and spec.computed:
            found = computed_faults(content, editing.cells_at(content, target))
            if found:
                raise ValidationError({"computed": found})
        return content

    def after(self, version: FormVersion) -> str:
        return self.at("block", version.pk, self.part, self.block)


class CheckView(EditPage):
    def title(self, content: Definition) -> str:
        return _("Check %(key)s") % {"key": self.check} if self.check else _("Add a check")

    def form(self, content: Definition, data: Any = None) -> Any:
        found = next((one for one in content.checks if one.key == self.check), None)
        if self.check and found is None:
            raise editing.gone()
        initial = forms.CheckForm.of(found) if found else {"severity": "error"}
        return forms.CheckForm(data, content=content, initial=initial)

    def changed(self, content: Definition, form: Any) -> Definition:
        key = self.check or editing.new_check_key(content)
        return editing.put_check(content, form.check(key), self.check)


class MoveView(DesignPage):
    """A part or block one place up or down, or away; a check away."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = self.record(pk, "change")
        given = {name: request.POST.get(name, "")[:40] for name in ("part", "block", "check", "act")}
        edit = _moves(**given)
        try:
            designing.change_definition(
                version=version, definition=edit(version.content), by=self.principal, seen=self.seen()
            )
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(self.at("design", version.pk))


def _moves(part: str, block: str, check: str, act: str) -> Callable[[Definition], Definition]:
    step = {"up": -1, "down": 1}.get(act)
    if check:
        return lambda content: editing.remove_check(content, check)
    if block:
        place = Place(part, block)
        if step is None:
            return lambda content: editing.remove_block(content, place)
        return lambda content: editing.move_block(content, place, step)
    if step is None:
        return lambda content: editing.remove_part(content, part)
    return lambda content: editing.move_part(content, part, step)
