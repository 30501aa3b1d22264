"""Hand-made shares of one teacher. Rights of units are rows on SchoolStage; only `bureau.access` reads or writes them."""

from __future__ import annotations

from django.db import models

from bureau.access.models import UserGrant
from personnel.models.teacher import Teacher


class TeacherUserGrant(UserGrant):
    content_object = models.ForeignKey(Teacher, on_delete=models.CASCADE)

    class Meta(UserGrant.Meta):
        pass
