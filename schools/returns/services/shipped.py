"""The forms that come with the portal, as data: `reference/forms/*.json`. For the trial, and to copy from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from bureau.accounts.principals import System
from bureau.charter.models import Unit
from bureau.charter.selectors import holders
from schools.returns.definition import Definition
from schools.returns.models import Form, FormVersion
from schools.returns.services import designing

HERE = Path(__file__).parent.parent / "reference" / "forms"
BY = System(
    "shipped forms",
    frozenset(
        {
            "schools.form.add",
            "schools.form.change",
            "schools.formversion.add",
            "schools.formversion.freeze",
        }
    ),
)
HEAD = (
    "code",
    "name_zh",
    "name",
    "purpose_zh",
    "purpose",
    "legal_basis",
    "period",
    "minutes",
    "needs_district",
)


def shipped() -> list[dict[str, Any]]:
    """The documents of the forms, in the order of their file names."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("*.json"))]


def load_forms() -> list[FormVersion]:
    """Put the shipped forms into use where their code is free. Returns the versions that were made.

    A basis that nobody has verified says so in its text and is the owner's to mend.
    """
    present = set(Form.objects.values_list("code", flat=True))
    made = [_load(document) for document in shipped() if document["code"] not in present]
    return [version for version in made if version is not None]


@transaction.atomic
def _load(document: Mapping[str, Any]) -> FormVersion | None:
    owner = owner_of(document["owner"])
    if owner is None:
        return None
    form = designing.create_form(by=BY, owner=owner, **{name: document[name] for name in HEAD})
    definition = Definition.read(document["definition"])
    draft = designing.begin_version(form=form, by=BY, definition=definition)
    return designing.freeze(version=draft, by=BY)


def owner_of(capabilities: list[str]) -> Unit | None:
    """The lead holder of the first capability that anybody holds under the chart in force."""
    return next((unit for name in capabilities for unit in holders(name)[:1]), None)
