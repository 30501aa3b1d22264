"""Reference data of publishing: periods, columns, wrong words."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit
from bureau.charter.selectors import holders, sections
from bureau.deadlines.references import Loaded, Loader, put_all, register
from sections.office.news.models import Column, EditorialTerm, WrongWord

HERE = Path(__file__).parent / "reference"


def load_terms() -> Loaded:
    """What an editor changed stays."""
    own = set(EditorialTerm.objects.exclude(changed_by="").values_list("key", "valid_from"))
    wanted = [row for row in _rows("terms.toml") if (row["key"], row["valid_from"]) not in own]
    return put_all(EditorialTerm, ("key", "valid_from"), wanted)


def load_wrong_words() -> Loaded:
    own = set(WrongWord.objects.exclude(changed_by="").values_list("wrong", flat=True))
    wanted = [row for row in _rows("wrong_words.toml") if row["wrong"] not in own]
    return put_all(WrongWord, ("wrong",), wanted)


def load_columns() -> Loaded:
    """Columns that are missing yet; before a chart is loaded there is nobody to keep them."""
    holder = holders("office.news").first()
    if holder is None:
        return Loaded()
    there = {unit.key: unit for unit in sections()}
    present = {column.key: column for column in Column.objects.all()}
    loaded = Loaded(same=len(present))
    for row in _rows("columns.toml"):
        if row["key"] in present:
            continue
        owner = _keeper(row.pop("sections"), there, holder)
        parent = present.get(row.pop("parent", ""))
        column = Column(**row, owner=owner, parent=parent)
        column.full_clean(exclude=["status", "version"])
        column.save()
        present[column.key] = column
        loaded.created += 1
    return loaded


def _keeper(keys: Sequence[str], there: dict[str, Unit], holder: Unit) -> Unit:
    return next((there[key] for key in keys if key in there), holder)


def _rows(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((HERE / name).read_text(encoding="utf-8"))["row"]
    return found


for loader in (
    Loader("news.terms", _("periods of publishing"), load_terms),
    Loader("news.wrong_words", _("wrong words"), load_wrong_words),
    Loader("news.columns", _("columns of the site"), load_columns),
):
    register(loader)
