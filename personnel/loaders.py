"""What `manage.py reference` loads for the register of teachers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.deadlines.references import Loader, register
from personnel.services.reference import load_reference

register(Loader("personnel.codes", _("subjects, hiring forms, titles, key-teacher levels"), load_reference))
