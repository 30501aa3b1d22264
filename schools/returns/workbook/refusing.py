"""A workbook that belongs elsewhere: another school, period, form or version. Each gets its own sentence."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from bureau.sheets.reading import Raw, Unreadable
from schools.models import School
from schools.returns.models import Collection, Form, Return
from schools.returns.workbook.marks import Mark, mark_of, marks_in


class Elsewhere(Unreadable):
    """The workbook is whole, but not the one of this page. `return_id`: the return that it was made for."""

    def __init__(self, sentence: str, *, return_id: int) -> None:
        super().__init__(sentence)
        self.return_id = return_id


def own_mark(record: Return, sheets: Sequence[Raw]) -> Mark:
    """The mark of a workbook of this very return: the oldest saving where its sheets tell several.

    Raises Unreadable, or Elsewhere where the file belongs to another return.
    """
    found = marks_in(sheets)
    if not found:
        raise Unreadable(
            _(
                "This file does not say which form and school it belongs to. Download the workbook of this page "
                "and copy your figures into it."
            )
        )
    _refuse_two(found)
    own = mark_of(record)
    for _sheet, mark in found:
        if mark.whose != own.whose:
            raise Elsewhere(_sentence(record, mark, own), return_id=mark.return_id)
    return min((mark for _sheet, mark in found), key=lambda mark: mark.entry)


def _refuse_two(found: Sequence[tuple[str, Mark]]) -> None:
    """Sheets of two schools, or of two periods, brought together in one file."""
    schools = sorted({mark.school for _sheet, mark in found})
    if len(schools) > 1:
        raise Unreadable(
            _(
                "This file holds sheets of several schools: %(names)s. Upload the workbook of each school alone."
            )
            % {"names": ", ".join(map(_school, schools))}
        )
    if len({mark.return_id for _sheet, mark in found}) > 1:
        names = ", ".join(f"“{sheet}”" for sheet, mark in found if sheet and mark != found[0][1])
        raise Unreadable(
            _(
                "This file holds sheets of several returns: %(names)s. Upload the workbook of each return alone."
            )
            % {"names": names or "–"}
        )


def _sentence(record: Return, mark: Mark, own: Mark) -> str:
    if mark.form != own.form:
        form = Form.objects.filter(code=mark.form).first()
        return _("This is the workbook of the form “%(other)s”, but this page takes “%(own)s”.") % {
            "other": form or mark.form,
            "own": record.form_version.form,
        }
    if mark.school != own.school:
        return _("This is the workbook of %(other)s, but this page takes the one of %(own)s.") % {
            "other": _school(mark.school),
            "own": record.school,
        }
    if mark.collection != own.collection:
        other = Collection.objects.filter(pk=mark.collection).first()
        return _(
            "This is the workbook of “%(other)s”, but this page takes “%(own)s”. Download the workbook of this "
            "page and copy your figures into it."
        ) % {"other": other or _("another collection"), "own": record.collection}
    if mark.version != own.version:
        return _(
            "This workbook was made for version %(old)s of the form; the return is filled in on version %(new)s. "
            "Download the workbook of version %(new)s and copy your figures into it."
        ) % {"old": mark.version, "new": own.version}
    return _("This workbook was made for another return of your school. Download the workbook of this page.")


def _school(code: str) -> str:
    found = School.objects.filter(code=code).first()
    return str(found) if found else code
