"""Rights over funds. Only `bureau.access` reads or writes these rows."""

from __future__ import annotations

from django.db import models

from bureau.access.models import GroupGrant, UserGrant
from finance.models.fund import Fund


class FundGroupGrant(GroupGrant):
    content_object = models.ForeignKey(Fund, on_delete=models.CASCADE)

    class Meta(GroupGrant.Meta):
        indexes = [models.Index(fields=["group", "permission", "content_object"], name="finance_fund_grant")]


class FundUserGrant(UserGrant):
    content_object = models.ForeignKey(Fund, on_delete=models.CASCADE)

    class Meta(UserGrant.Meta):
        pass
