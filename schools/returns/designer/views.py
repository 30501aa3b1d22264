"""The designer in the browser: one page per part, block, rule and check. Works without JavaScript.

Every page carries the version of the record that the person saw: who saves second keeps what he typed, reads
who was faster, and may save again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from bureau.pages.views.base import PageView
from bureau.workflow.refusals import Conflict, NotPermitted, Refusal, WrongState
from schools.returns.choices import VersionStatus
from schools.returns.definition import Definition, Table, Upload
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
            faults=designing.faults(content),
            cells=len(content.cells),
        )


class EditPage(DesignPage):
    """One form that changes the definition. A subclass gives `title`, `form` and `changed`."""

    template = "schools/returns/forms/edit.html"

    def get(self, request: HttpRequest, pk: int, **keys: str) -> HttpResponse:
        version = self.record(pk, "change")
        try:
            return self.shown(version, self.form(version.content, **keys), **keys)
        except ValidationError as error:
            return self.gone(version, error)

    def post(self, request: HttpRequest, pk: int, **keys: str) -> HttpResponse:
        version = self.record(pk, "change")
        try:
            form = self.form(version.content, data=request.POST, **keys)
        except ValidationError as error:
            return self.gone(version, error)
        if not form.is_valid():
            return self.shown(version, form, status=422, seen=self.seen(), **keys)
        try:
            definition = self.changed(version.content, form, **keys)
            designing.change_definition(
                version=version, definition=definition, by=self.principal, seen=self.seen()
            )
        except ValidationError as error:
            form.add_error(None, error)
            return self.shown(version, form, status=422, **keys)
        except Conflict as refusal:
            form.add_error(None, refusal.sentence)
            form.add_error(None, _("What you typed is still here. Look at it and save again."))
            return self.shown(self.record(pk, "change"), form, status=409, **keys)
        except (NotPermitted, WrongState) as refusal:
            form.add_error(None, refusal.sentence)
            return self.shown(version, form, status=409, **keys)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(self.after(version, **keys))

    def shown(
        self, version: FormVersion, form: Any, *, status: int = 200, seen: int | None = None, **keys: str
    ) -> HttpResponse:
        return self.answer(
            version,
            self.title(version.content, **keys),
            form=form,
            status=status,
            seen=version.version if seen is None else seen,
            **self.more(version, **keys),
        )

    def gone(self, version: FormVersion, error: ValidationError) -> HttpResponse:
        messages.error(self.request, " ".join(error.messages))
        return HttpResponseRedirect(self.at("design", version.pk))

    def after(self, version: FormVersion, **keys: str) -> str:
        return self.at("design", version.pk)

    def more(self, version: FormVersion, **keys: str) -> dict[str, Any]:
        return {}

    def title(self, content: Definition, **keys: str) -> str:
        raise NotImplementedError

    def form(self, content: Definition, data: Any = None, **keys: str) -> Any:
        raise NotImplementedError

    def changed(self, content: Definition, form: Any, **keys: str) -> Definition:
        raise NotImplementedError


class PartView(EditPage):
    """A part: a new one, or another name or other stages for one that is there."""

    def title(self, content: Definition, part: str = "") -> str:
        return (
            _("Part: %(name)s") % {"name": editing.part_of(content, part).words} if part else _("Add a part")
        )

    def form(self, content: Definition, data: Any = None, part: str = "") -> Any:
        initial = forms.PartForm.of(editing.part_of(content, part)) if part else None
        return forms.PartForm(data, initial=initial)

    def changed(self, content: Definition, form: Any, part: str = "") -> Definition:
        stages = tuple(form.cleaned_data["stages"])
        if part:
            return editing.rename_part(content, part, form.words(), stages)
        return editing.add_part(content, form.words(), stages)


class NewBlockView(EditPage):
    def title(self, content: Definition, part: str = "") -> str:
        return _("Add to %(part)s") % {"part": editing.part_of(content, part).words}

    def form(self, content: Definition, data: Any = None, part: str = "") -> Any:
        editing.part_of(content, part)
        return forms.NewBlockForm(data, initial={"kind": "table"})

    def changed(self, content: Definition, form: Any, part: str = "") -> Definition:
        definition, self.key = editing.add_block(content, part, form.cleaned_data["kind"], form.words())
        return definition

    def after(self, version: FormVersion, part: str = "") -> str:
        return self.at("block", version.pk, part, self.key)


class BlockView(EditPage):
    """Rows and columns of a table, questions, columns of rows; below them the rules of each."""

    template = "schools/returns/forms/block.html"

    def title(self, content: Definition, part: str = "", block: str = "") -> str:
        return str(editing.block_of(content, Place(part, block)).words)

    def form(self, content: Definition, data: Any = None, part: str = "", block: str = "") -> Any:
        return forms.block_form(editing.block_of(content, Place(part, block)), data)

    def changed(self, content: Definition, form: Any, part: str = "", block: str = "") -> Definition:
        place = Place(part, block)
        return editing.put_block(content, place, form.block(editing.block_of(content, place)))

    def after(self, version: FormVersion, part: str = "", block: str = "") -> str:
        return self.at("block", version.pk, part, block)

    def more(self, version: FormVersion, part: str = "", block: str = "") -> dict[str, Any]:
        found = editing.block_of(version.content, Place(part, block))
        return {
            "block": found,
            "part": part,
            "rule_url": self.at("rule", version.pk, part, block),
            **_rules(found),
        }


def _rules(block: Any) -> dict[str, Any]:
    """What has a rule of its own, as the page lists it."""
    if isinstance(block, Upload):
        return {}
    if not isinstance(block, Table):
        return {"items": block.items if block.type == "questions" else block.columns}
    grid = [
        (
            row,
            [
                (column, block.spec(row, column), f"{row.key}.{column.key}" in block.cells)
                for column in block.columns
            ],
        )
        for row in block.rows
    ]
    return {"table": block, "grid": grid}


class RuleView(EditPage):
    """The rule of a column, a row, a cell or a question: `?column=`, `?row=`, both, or `?item=`."""

    def target(self, part: str, block: str) -> Target:
        given = {name: self.request.GET.get(name, "")[:40] for name in ("row", "column", "item")}
        return Target(Place(part, block), **given)

    def title(self, content: Definition, part: str = "", block: str = "") -> str:
        target = self.target(part, block)
        words = editing.block_of(content, target.place).words
        named = " · ".join(name for name in (target.row, target.column, target.item) if name)
        return _("Rule of %(what)s in %(block)s") % {"what": named, "block": words}

    def form(self, content: Definition, data: Any = None, part: str = "", block: str = "") -> Any:
        target = self.target(part, block)
        spec = editing.spec_of(content, target)
        line = forms.line_of(editing.block_of(content, target.place), target)
        return forms.SpecForm(data, target=target, line=line, initial=forms.SpecForm.of(spec, line))

    def changed(self, content: Definition, form: Any, part: str = "", block: str = "") -> Definition:
        target, given = self.target(part, block), form.cleaned_data
        if "level" in form.fields:
            content = editing.put_line(
                content,
                target,
                level=given["level"],
                is_total=given["is_total"],
                stages=tuple(given["stages"]),
            )
        return editing.put_spec(content, target, form.spec())

    def after(self, version: FormVersion, part: str = "", block: str = "") -> str:
        return self.at("block", version.pk, part, block)


class CheckView(EditPage):
    def title(self, content: Definition, check: str = "") -> str:
        return _("Check %(key)s") % {"key": check} if check else _("Add a check")

    def form(self, content: Definition, data: Any = None, check: str = "") -> Any:
        found = next((one for one in content.checks if one.key == check), None)
        if check and found is None:
            raise editing.gone()
        initial = forms.CheckForm.of(found) if found else {"severity": "error"}
        return forms.CheckForm(data, known=tuple(content.cells), initial=initial)

    def changed(self, content: Definition, form: Any, check: str = "") -> Definition:
        key = check or editing.new_check_key(content)
        return editing.put_check(content, form.check(key), check)


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


def blank(content: Definition) -> list[dict[str, Any]]:
    """The form as a school sees it, without figures: parts with their letters, blocks with their cells."""
    return [
        {
            "part": part,
            "letter": content.letter(part),
            "blocks": [_blank(content, block) for block in part.blocks],
        }
        for part in content.parts
    ]


def _blank(content: Definition, block: Any) -> dict[str, Any]:
    if not isinstance(block, Table):
        return {"block": block, "cells": {}}
    rows = [
        (row, [content.cells.get(f"{block.key}.{row.key}.{column.key}") for column in block.columns])
        for row in block.rows
    ]
    return {"block": block, "rows": rows}
