"""Reference data of policy documents: topics, kinds, issuing bodies; periods of reminding."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.deadlines.references import Loaded, Loader, put_all, register
from sections.office.news.models import EditorialTerm
from sections.office.policies.models import PolicyCode

HERE = Path(__file__).parent / "reference"


def load_codes() -> Loaded:
    """What an editor changed stays."""
    own = set(PolicyCode.objects.exclude(changed_by="").values_list("kind", "key"))
    wanted = [row for row in rows_of(HERE / "codes.toml") if (row["kind"], row["key"]) not in own]
    return put_all(PolicyCode, ("kind", "key"), wanted)


def load_terms() -> Loaded:
    return put_terms(HERE / "terms.toml")


def put_terms(path: Path) -> Loaded:
    """Periods of another room, into the one table of periods of publishing."""
    own = set(EditorialTerm.objects.exclude(changed_by="").values_list("key", "valid_from"))
    wanted = [row for row in rows_of(path) if (row["key"], row["valid_from"]) not in own]
    return put_all(EditorialTerm, ("key", "valid_from"), wanted)


def rows_of(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["row"]
    return found


for loader in (
    Loader("policies.codes", _("codes of policy documents"), load_codes),
    Loader("policies.terms", _("periods of policy documents"), load_terms),
):
    register(loader)
