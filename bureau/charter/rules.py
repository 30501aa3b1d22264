"""Whom the organisation cannot do without."""

from bureau.accounts.keeping import KEPT
from bureau.charter.services import why_kept

KEPT.add("charter.last_security_admin", why_kept)
