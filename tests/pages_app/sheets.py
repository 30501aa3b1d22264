from bureau.charter.models import Unit
from bureau.sheets.declare import Sheet, SheetColumn, choices_of, named_choices, register
from tests.pages_app.models import Club, Kind


def owners(by):
    return named_choices(Unit.objects.values_list("pk", "key", "name_zh", "name"))


@register
class ClubSheet(Sheet):
    """A workbook with nothing of its own: all the defaults."""

    key = "pages_app.clubs"
    model = Club
    title = "Clubs"
    identity = ("number",)
    columns = (
        SheetColumn("number", kind="code", required=True),
        SheetColumn("name", required=True),
        SheetColumn("kind", kind="choice", choices=choices_of(Kind), required=True),
        SheetColumn("owner", kind="choice", choices=owners, required=True),
        SheetColumn("founded_on", kind="date"),
        SheetColumn("seats", kind="integer", blank="clear"),
        SheetColumn("phone", kind="code"),
        SheetColumn("is_hidden", read_only=True),
    )
