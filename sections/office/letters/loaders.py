"""Tables that come with the portal: stock phrases, retention of letters."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.deadlines.references import Loaded, Loader, put_all, register
from sections.office.letters.models import PrivacyText, RetentionRule, StockPhrase

HERE = Path(__file__).parent / "reference"


def load_stock_phrases() -> Loaded:
    """A row that the office has changed, or one of its own with the same words, stays as it is."""
    changed = set(StockPhrase.objects.exclude(changed_by="").values_list("key", flat=True))
    own = set(StockPhrase.objects.filter(key="").values_list("phrase", flat=True))
    wanted = [
        row for row in _rows("stock_phrases.toml") if row["key"] not in changed and row["phrase"] not in own
    ]
    return put_all(StockPhrase, ("key",), wanted)


def load_retention_rules() -> Loaded:
    own = set(RetentionRule.objects.exclude(changed_by="").values_list("kind", "valid_from"))
    rows = _rows("retention_rules.toml")
    wanted = [{**row, "is_reference": True} for row in rows if (row["kind"], row["valid_from"]) not in own]
    return put_all(RetentionRule, ("kind", "valid_from"), wanted)


def load_privacy_texts() -> Loaded:
    """A text that may have been agreed to is never rewritten: only days that are not there yet are added."""
    known = set(PrivacyText.objects.values_list("valid_from", flat=True))
    wanted = [row for row in _rows("privacy_texts.toml") if row["valid_from"] not in known]
    return put_all(PrivacyText, ("valid_from",), wanted)


def _rows(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((HERE / name).read_text(encoding="utf-8"))["row"]
    return found


for loader in (
    Loader("letters.stock_phrases", _("stock phrases of answers"), load_stock_phrases),
    Loader("letters.privacy_texts", _("privacy texts"), load_privacy_texts),
    Loader("letters.retention", _("retention of letters"), load_retention_rules),
):
    register(loader)
