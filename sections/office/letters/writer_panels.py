"""What the page of a letter on the desk shows of its writer's additions and files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from sections.office.letters import enclosures
from sections.office.letters.models import Addition, Letter
from sections.office.letters.writer_identity import sees_writer


def urgency(letter: Letter) -> str:
    return _("urgent") if letter.is_pressing else ""


def consent(letter: Letter) -> str:
    """Whether the writer agreed on the web form; whoever came otherwise is asked before publishing."""
    return _("the writer agreed on the web site") if letter.may_be_published else _("not agreed yet")


def additions(letter: Letter, by: Principal) -> Mapping[str, Any]:
    return {"rows": permitted(by, "view", Addition).filter(letter=letter)}


def has_additions(letter: Letter, by: Principal) -> bool:
    return letter.additions.exists()


def sent_names(letter: Letter, by: Principal) -> Mapping[str, Any]:
    """For who may see the writer: a file name may say who wrote."""
    return {"files": enclosures.with_names(letter)}


def sees_names(letter: Letter, by: Principal) -> bool:
    return enclosures.has_names(letter) and sees_writer(letter, by)
