"""A cleaned copy in the place of the file that was sent."""

from __future__ import annotations

import io

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from bureau.accounts.principals import Principal
from bureau.files import kinds, services
from bureau.files.inspection.services import cleaned
from bureau.files.models import Attachment
from bureau.files.refusals import FileRefused


def replace_by_cleaned(attachment: Attachment, *, by: Principal) -> Attachment:
    """Add a copy of the file without what hides in it, withdraw the file itself; both or neither.

    Raises FileRefused where no copy can be made without changing what the file says; PermissionDenied,
    ValidationError as `attach` and `withdraw` do.
    """
    copy = cleaned(attachment)
    if copy is None:
        raise FileRefused(
            _(
                "No cleaned copy can be made of this file without changing what it says."
                " Open it in the program that made it, remove what was found, and add it again."
            )
        )
    model = kinds.CARRIERS[attachment.record_kind].model
    record = model._base_manager.get(pk=attachment.record_id)
    with transaction.atomic():
        services.withdraw(attachment, by=by, reason=_("Replaced by a cleaned copy."))
        upload = File(io.BytesIO(copy), name=attachment.name)
        return services.attach(
            record=record, upload=upload, kind=attachment.kind, by=by, name=attachment.name
        )
