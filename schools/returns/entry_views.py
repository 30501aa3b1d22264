"""Filling in a part: the grid as an ordinary form, its quiet saving as a draft, the return on paper.

One form posts everything: cells, repeated rows, reasons, answers to remarks, a new remark. The act stands in the
address (`?do=check`), so that a form carried through sign-in comes back as it was sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau.access.services import may
from bureau.access.views import Records, rule
from bureau.accounts.models import User
from bureau.pages.details import due_words
from bureau.pages.pagesets import PageSet, Workspace
from bureau.pages.views.act import ActView
from bureau.pages.views.base import PageView
from bureau.workflow.declare import Transition
from bureau.workflow.refusals import NotPermitted, Refusal
from schools.returns import grid, panels
from schools.returns.checking import findings
from schools.returns.choices import CellSource, ReturnStatus
from schools.returns.definition import Cell, Part, Rows
from schools.returns.entry_form import MOST_BLANKS, Posted, cells_of, page_number, posted
from schools.returns.entry_form import whole as whole_block
from schools.returns.models import Return
from schools.returns.selectors import answering, tasklist
from schools.returns.selectors.locks import why_locked
from schools.returns.services import remarks
from schools.returns.services.entry import Saved, save_cells

UNPROCESSABLE = 422
BLANKS_AT_ONCE = 5
LAST_PAGE = 9999  # whichever it is
MOST_EMPTY = 3  # rows with empty cells that the list above the page still names one by one


class OfReturn(PageView):
    """A page about one return, or one part of it."""

    def found(self, pk: int, verb: str = "view") -> Return:
        return cast(Return, self.record(pk, verb))

    def part(self, record: Return, key: str) -> Part:
        part = answering.asked(record).part(key)
        if part is None:
            raise Http404
        return part

    @property
    def person(self) -> User:
        if not isinstance(self.principal, User):
            raise PermissionDenied
        return self.principal

    def part_url(self, record: Return, key: str, **params: str | int) -> str:
        address = reverse(f"{self.workspace}:schools:return_part", args=[record.pk, key])
        return f"{address}?{urlencode(params)}" if params else address


class PartView(OfReturn):
    """The grid. GET shows it, POST saves and goes where the button says."""

    template = "schools/returns/entry/part.html"

    def get(self, request: HttpRequest, pk: int, key: str) -> HttpResponse:
        record = self.found(pk)
        return self.shown(record, self.part(record, key))

    def post(self, request: HttpRequest, pk: int, key: str) -> HttpResponse:
        record = self.found(pk, "fill")
        part = self.part(record, key)
        known = findings(record)
        form = posted(request.POST, part, answering.asked(record), known)
        act = request.GET.get("do", "")
        if act == "drop":
            self.drop(form, request.GET.get("row", ""))
        if act == "close":
            form.closing = request.GET.get("remark", "")
        try:
            saved = self.save(record, form)
        except NotPermitted as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        except Refusal as refusal:
            return self.refused(record, part, form, refusal)
        if saved.faults or saved.conflicts:
            return self.again(saved, part, form)
        refusal_of_remark = self.say(saved.record, part, form)
        if refusal_of_remark:
            return self.shown(
                saved.record,
                part,
                status=422,
                trouble=refusal_of_remark,
                remark=form.remark,
                at=form.remark_at,
            )
        return self.onward(saved, part, act, form)

    def drop(self, form: Posted, named: str) -> None:
        """Take one repeated row out of the form: `block.number`."""
        block, _dot, number = named.rpartition(".")
        rows, before = form.rows.get(block, []), form.around.get(block, (0, 0))[0]
        if number.isascii() and number.isdigit() and before < int(number[:6]) <= before + len(rows):
            rows[int(number) - 1 - before] = {}

    def save(self, record: Return, form: Posted, *, whole: bool = True) -> Saved:
        for block in form.rows:
            form.rows[block] = whole_block(answering.rows_of(record, block), form, block)
        return save_cells(
            record=record,
            by=self.person,
            typed=form.cells,
            page_entry=form.entry,
            reasons=form.reasons,
            rows=form.rows,
            whole=whole,
        )

    def say(self, record: Return, part: Part, form: Posted) -> str:
        """Answers to remarks and a new one; the sentence of what could not be said."""
        try:
            for pk, text in form.answers.items():
                remark = record.remarks.filter(pk=pk, closed_at=None).first()
                if remark is not None:
                    remarks.answer(remark=remark, text=text, by=self.person)
            self.settle(record, form.closing)
            if not form.remark:
                return ""
            cell = self.cell_at(record, part, form.remark_at)
            if cell is None:
                return _("“%(cell)s” is no cell of this part. Write letter and number, such as C4.") % {
                    "cell": form.remark_at
                }
            remarks.comment(record=record, cell=cell.key, text=form.remark, by=self.person)
        except Refusal as refusal:
            return refusal.sentence
        return ""

    def settle(self, record: Return, number: str) -> None:
        """A comment of the school that is settled."""
        if number.isascii() and number.isdigit() and len(number) < 19:
            remark = record.remarks.filter(pk=int(number), closed_at=None).first()
            if remark is not None:
                remarks.close(remark=remark, by=self.person)

    def cell_at(self, record: Return, part: Part, typed: str) -> Cell | None:
        """The cell that a person calls C4 (or A·C4)."""
        wanted = typed.upper().rpartition("·")[2].replace(" ", "")
        own = cells_of(part, answering.asked(record))
        return next((cell for cell in own if cell.address.rpartition("·")[2] == wanted), None)

    def onward(self, saved: Saved, part: Part, act: str, form: Posted) -> HttpResponse:
        record = saved.record
        if saved.theirs:
            words = ngettext(
                "A colleague changed %(count)d cell meanwhile; it is shown as it is now.",
                "A colleague changed %(count)d cells meanwhile; they are shown as they are now.",
                len(saved.theirs),
            )
            messages.info(self.request, words % {"count": len(saved.theirs)})
        if act == "check":
            return HttpResponseRedirect(self.part_url(record, part.key, checked=1, **paged(form)) + "#result")
        if act in ("add", "drop"):
            more = BLANKS_AT_ONCE if act == "add" else 1
            block = quote(self.request.GET.get("row", "").partition(".")[0], safe="")
            page = {"page": LAST_PAGE} if act == "add" and form.page > 1 else paged(form)
            return HttpResponseRedirect(f"{self.part_url(record, part.key, more=more, **page)}#b-{block}")
        messages.success(self.request, saved_words())
        parts = [one.key for one in answering.asked(record).parts]
        place = parts.index(part.key) + {"next": 1, "back": -1}.get(act, 0)
        if act == "next" and place == len(parts):
            return HttpResponseRedirect(self.url("detail", record.pk))
        going_on = {"checked": 1} if "checked" in self.request.GET and act == "" else {}
        if act in ("", "page", "close"):
            to = self.request.GET.get("to", "")
            going_on |= {"page": page_number(to)} if act == "page" else paged(form)
        return HttpResponseRedirect(self.part_url(record, parts[max(0, place)], **going_on))

    def again(self, saved: Saved, part: Part, form: Posted) -> HttpResponse:
        """What was wrong comes back as typed; the rest is saved."""
        troubled = {*saved.faults, *saved.conflicts}
        typed = {key: text for key, text in form.cells.items() if key in troubled}
        rows = {
            key: rows
            for key, rows in form.rows.items()
            if key in saved.conflicts or any(one == key or one.startswith(f"{key}.") for one in saved.faults)
        }
        return self.shown(
            saved.record,
            part,
            status=422 if saved.faults else 409,
            typed=typed,
            rows=rows,
            faults=saved.faults,
            conflicts=saved.conflicts,
            remark=form.remark,
            at=form.remark_at,
            around=form.around,
            page=form.page,
        )

    def refused(self, record: Return, part: Part, form: Posted, refusal: Refusal) -> HttpResponse:
        """Locked meanwhile: nothing was written; what was typed is still shown, to be copied."""
        return self.shown(
            record,
            part,
            status=409,
            trouble=refusal.sentence,
            typed=form.cells,
            rows=form.rows,
            is_open=True,
            around=form.around,
            page=form.page,
        )

    def shown(
        self,
        record: Return,
        part: Part,
        *,
        status: int = 200,
        trouble: str = "",
        remark: str = "",
        at: str = "",
        is_open: bool | None = None,
        page: int = 0,
        **typed: Any,
    ) -> HttpResponse:
        locked = why_locked(record, timezone.localdate())
        fills = bool(may(self.principal, "fill", record))
        is_open = (fills and not locked) if is_open is None else is_open
        known = findings(record)
        is_checked = "checked" in self.request.GET or record.status != ReturnStatus.DRAFT
        about = grid.beside(
            record,
            is_open=is_open,
            findings=known if is_checked else [one for one in known if one.reason],
            far=grid.far_from_last(known),
            blanks=self.blanks(),
            page=page or page_number(self.request.GET.get("page", "")),
            **typed,
        )
        blocks = grid.blocks_of(part, about)
        boxes = [box for block in blocks for row in block.rows for box in row.boxes]
        return self.page(
            f"{about.definition.letter(part)} {part.words}",
            status=status,
            part=part,
            blocks=blocks,
            locked=locked if fills else _("You may read this return; the school fills it in."),
            is_open=is_open,
            page_number=about.page,
            trouble=trouble,
            lines=summary(blocks),
            has_errors=bool(trouble) or any("bad" in box.classes for box in boxes),
            is_checked=is_checked,
            address=self.part_url(record, part.key, **({"checked": 1} if is_checked else {})),
            draft_url=reverse(f"{self.workspace}:schools:return_draft", args=[record.pk, part.key])
            if is_open and not trouble
            else "",
            remark=remark,
            remark_at=at,
            may_remark=is_open and bool(may(self.principal, "comment", record)),
            **self.around(record, part, tasklist.parts(record, known)),
        )

    def around(self, record: Return, part: Part, parts: Sequence[tasklist.Task]) -> dict[str, Any]:
        """The return in which the part stands: its state, its other parts, the ways on and back."""
        place = [one.key for one in parts].index(part.key)
        due = tasklist.due_on(record)
        words, is_overdue = due_words(due)
        return {
            "record": record,
            "entry": record.entry,
            "status_kind": self.pageset.tags.get(record.status, ""),
            "due_on": due,
            "due_words": words,
            "is_overdue": is_overdue,
            "parts": parts,
            "place": place + 1,
            "before": parts[place - 1] if place else None,
            "after": parts[place + 1] if place + 1 < len(parts) else None,
            "here_url": self.part_url(record, part.key),
            "words": json.dumps(script_words()),
            "detail_url": self.url("detail", record.pk),
            "trail": self.trail(record),
        }

    def blanks(self) -> int:
        more = self.request.GET.get("more", "")
        return min(int(more), MOST_BLANKS) if more.isascii() and more.isdigit() and len(more) < 4 else 1


def paged(form: Posted) -> dict[str, int]:
    return {"page": form.page} if form.page > 1 else {}


def summary(blocks: Sequence[grid.Shown]) -> list[tuple[str, str]]:
    """(anchor, sentence) of everything that must be mended in this part, in the order of the page."""
    found = []
    for block in blocks:
        empty = [row for row in block.rows if any(note.is_empty for note in row.notes)]
        is_long = block.type == "table" and len(empty) > MOST_EMPTY
        if is_long:
            found.append((f"#{empty[0].notes_id}", empty_words(empty)))
        for row in block.rows:
            wanted = [note for note in row.notes if note.kind == "bad" or note.is_unexplained]
            wanted = [note for note in wanted if not (is_long and note.is_empty)]
            found += [(f"#{row.notes_id}", note.said) for note in wanted]
        found += [
            (f"#b-{block.key}", note.said)
            for note in block.notes
            if note.kind == "bad" or note.is_unexplained
        ]
    return found


def empty_words(rows: Sequence[grid.GridRow]) -> str:
    """One line for a table in which much is still empty."""
    notes = [note for row in rows for note in row.notes if note.is_empty]
    places = [place for note in notes for place in note.address.split(_(", "))]
    words = _("Many cells are still empty: %(first)s to %(last)s. The rows say which.")
    return words % {"first": places[0], "last": places[-1]}


def saved_words() -> str:
    now = timezone.localtime().strftime("%H:%M")
    return _("Draft saved at %(time)s.") % {"time": now}


def script_words() -> dict[str, str]:
    """What the script of the grid says. `{n}` and `{m}` are numbers."""
    return {
        "saving": _("Saving…"),
        "lost": _("Not saved: the network cannot be reached. What you typed is still here."),
        "again": _("Try again"),
        "ended": _("Your session has ended. Press “Save”: what you typed is carried through sign-in."),
        "filled": _("{n} cells filled."),
        "strange": _("{n} cells filled, {m} not numbers."),
        "beyond": _("{n} values did not fit into the table."),
        "take": _("Take theirs"),
        "theirs": _("A colleague changed {n} cells meanwhile; they are shown as they are now."),
        "unsaved": _("{n} cells are not saved; see the marked rows."),
    }


class DraftView(PartView):
    """The quiet saving while somebody types: only the boxes that were touched come in, JSON goes out."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int, key: str) -> HttpResponse:
        record = self.found(pk, "fill")
        part = self.part(record, key)
        has_reasons = any(name.startswith("why-") for name in request.POST)
        form = posted(request.POST, part, answering.asked(record), findings(record) if has_reasons else ())
        try:
            saved = self.save(record, form, whole=False)
        except NotPermitted as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        except Refusal as refusal:
            return JsonResponse({"refused": refusal.sentence}, status=409)
        return JsonResponse(self.said(saved, part, form))

    def said(self, saved: Saved, part: Part, form: Posted) -> dict[str, Any]:
        record = saved.record
        about = grid.Beside(
            record,
            answering.asked(record),
            last=answering.last_values(record),
            has_last=answering.previous(record) is not None,
            is_open=True,
        )
        far = grid.far_from_last(findings(record)) if about.has_last else frozenset()
        drawn = [box for block in grid.blocks_of(part, about) for row in block.rows for box in row.boxes]
        boxes = {box.name: box.value for box in drawn if box.name}
        names = {cell.key: grid.name_of(cell) for cell in cells_of(part, about.definition)}
        theirs = self.theirs(record, form, names)
        return {
            "entry": record.entry,
            "said": saved_words(),
            "texts": {box.name: box.value for box in drawn if box.shape == "text" and box.name},
            "far": [f"{names[key]}-change" for key in far if key in names],
            "theirs": {name: boxes[name] for name in theirs if name in boxes},
            "faults": {self.box_name(part, key, names): words for key, words in saved.faults.items()},
            "conflicts": {
                names[key]: {
                    "words": grid.conflict_words(about.definition.cells[key].spec, conflict),
                    "theirs": boxes.get(names[key], ""),
                }
                for key, conflict in saved.conflicts.items()
                if key in names
            },
            "blocks": [str(saved.conflicts[key].who) for key in saved.conflicts if key not in names],
        }

    def theirs(self, record: Return, form: Posted, names: Mapping[str, str]) -> set[str]:
        """Boxes of this part that a colleague changed since the page was read, and that were not posted."""
        if form.entry >= record.entry - 1:
            return set()
        since = answering.changes_since(record, form.entry)
        mine = {key for key, rows in since.items() if rows[-1].by_id_then == self.person.pk}
        computed = {key for key, rows in since.items() if rows[-1].source == CellSource.COMPUTED}
        others = since.keys() - mine - computed - form.cells.keys()
        return {names[key] for key in others if key in names}

    def box_name(self, part: Part, key: str, names: Mapping[str, str]) -> str:
        """The name of the box at which a fault stands; for a repeated row `block.number.column`."""
        if key in names:
            return names[key]
        for block in part.blocks:
            if isinstance(block, Rows) and key.startswith(f"{block.key}."):
                number, _dot, column = key[len(block.key) + 1 :].partition(".")
                columns = [one.key for one in block.columns]
                if column in columns and number.isdigit():
                    return grid.row_name(grid.place_of(part, block), int(number), columns.index(column) + 1)
        return key


class SettleView(PartView):
    """A comment of the school is settled, from the page of the return: also when it was sent."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int, key: str = "") -> HttpResponse:
        record = self.found(pk, "comment")
        try:
            self.settle(record, request.POST.get("remark", ""))
        except NotPermitted as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        except Refusal as refusal:
            messages.warning(request, refusal.sentence)
        return HttpResponseRedirect(self.url("detail", record.pk))


class StepView(ActView):
    """The steps of a school: before the signature stands what is signed; what stops the check leads to its cells."""

    template = "schools/returns/entry/act.html"

    def answer(
        self, record: Any, step: Transition, form: Any, *, status: int = 200, **context: Any
    ) -> HttpResponse:
        if step.name == "check" and status == UNPROCESSABLE:
            messages.error(self.request, _("Not yet: look at what is still to be done."))
            return HttpResponseRedirect(self.url("detail", record.pk))
        if step.name == "sign":
            context["declaration"] = panels.declaration(record, self.principal)
        return super().answer(record, step, form, status=status, **context)


PAGES: Sequence[tuple[str, type[OfReturn], str, str]] = (
    ("<int:pk>/parts/<slug:key>/", PartView, "view", "return_part"),
    ("<int:pk>/parts/<slug:key>/draft/", DraftView, "fill", "return_draft"),
    ("<int:pk>/settle/", SettleView, "comment", "return_settle"),
)


def urls(pageset: PageSet, workspace: Workspace) -> list[URLPattern]:
    options: Any = {"pageset": pageset, "workspace": workspace}
    return [
        path(route, rule(Records(workspace, verb, Return))(view.as_view(**options)), name=name)
        for route, view, verb, name in PAGES
    ]
