"""What of the reports moves when the bureau is reorganised."""

from bureau.access.unit_owned import UnitOwned, register
from sections.office.letter_figures.models import LetterReport
from sections.office.letter_figures.rules import drafted

register(UnitOwned(LetterReport, "owner", is_open=drafted(), capability="office.letters"))
