"""What `manage.py reference` loads for the register."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.deadlines.references import Loader, register
from schools.services.reference import load_districts, load_reference


def _load_districts() -> None:
    load_districts()


register(Loader("schools.codes", _("school types, organisers, urban–rural classes"), load_reference))
register(Loader("schools.districts", _("districts"), _load_districts))
