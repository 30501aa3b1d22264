"""What of letters moves when the bureau is reorganised."""

from collections.abc import Sequence

from django.db.models import Q

from bureau.access.unit_owned import UnitOwned, register
from bureau.accounts.principals import Principal
from bureau.charter.models import Unit
from bureau.workflow import services as workflow
from sections.office.letters.choices import OPEN
from sections.office.letters.models import AnswerTemplate, CoHandler, Letter

register(UnitOwned(Letter, "owner", is_open=Q(status__in=OPEN), capability="office.letters", school="school"))
register(UnitOwned(Letter, "unit", is_open=Q(status__in=OPEN)))


def move_co_handlers(ids: Sequence[int], unit: Unit, by: Principal) -> None:
    """The heir is asked instead; where it leads the letter or was asked itself, nobody is asked twice."""
    rows = CoHandler.objects.filter(pk__in=ids).select_related("letter")
    for row in rows:
        asked = row.letter.co_handlers.filter(unit=unit).exists()
        if asked or row.letter.unit_id == unit.pk:
            row.delete()
        else:
            row.unit = unit
            row.save(update_fields=["unit"])
        workflow.refresh_items(row.letter)


register(UnitOwned(CoHandler, "unit", is_open=Q(is_done=False), move=move_co_handlers))
register(UnitOwned(AnswerTemplate, "owner", is_open=Q(), capability="office.letters"))
register(UnitOwned(AnswerTemplate, "unit", is_open=Q(is_in_use=True)))
