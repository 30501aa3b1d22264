"""What the pages of the office's tables have in common."""

from __future__ import annotations

from typing import Any

from bureau.accounts.principals import Principal
from bureau.pages.forms import PortalModelForm
from bureau.pages.pagesets import PageSet
from bureau.pages.services import save_record


class TablePages(PageSet):
    """Every row names who changed it last."""

    def save(self, form: PortalModelForm, by: Principal) -> Any:
        form.instance.changed_by = by.audit_name[:100]
        return save_record(form.instance, by=by, fields=form.changed_data)
