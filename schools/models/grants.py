"""Rights over schools and stages. Only `bureau.access` reads or writes these rows."""

from __future__ import annotations

from django.db import models

from bureau.access.models import GroupGrant, UserGrant
from schools.models.school import School, SchoolStage


class SchoolGroupGrant(GroupGrant):
    content_object = models.ForeignKey(School, on_delete=models.CASCADE)

    class Meta(GroupGrant.Meta):
        indexes = [
            models.Index(fields=["group", "permission", "content_object"], name="schools_school_grant"),
        ]


class SchoolUserGrant(UserGrant):
    content_object = models.ForeignKey(School, on_delete=models.CASCADE)

    class Meta(UserGrant.Meta):
        pass


class StageGroupGrant(GroupGrant):
    content_object = models.ForeignKey(SchoolStage, on_delete=models.CASCADE)

    class Meta(GroupGrant.Meta):
        indexes = [
            models.Index(fields=["group", "permission", "content_object"], name="schools_stage_grant"),
        ]
