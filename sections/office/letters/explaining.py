"""What a letter's page says of requests for explanation and of requests to see its writer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from bureau.access.services import may
from bureau.accounts.principals import Principal
from sections.office.explanations.models import Explanation
from sections.office.explanations.selectors import addressees
from sections.office.letters.models import Letter


def explanations(letter: Letter, by: Principal) -> Mapping[str, Any]:
    """Who may see the letter may see what was asked because of it."""
    rows = Explanation.objects.filter(letter=letter).select_related("recipient")
    add = ""
    if may(by, "explain", letter) and addressees(letter).exists():
        add = f"{reverse('desk:office:explanation_add')}?letter={letter.pk}"
    return {
        "rows": [(row, reverse("desk:office:explanation_detail", args=[row.pk])) for row in rows],
        "add": add,
    }
