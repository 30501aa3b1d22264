"""What `manage.py reference` loads for money."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.deadlines.references import Loader, register
from finance.services.reference import load_reference

register(Loader("finance.codes", _("function codes and economic classes of the budget"), load_reference))
