"""What the check of a file may find, and which of it stops a publication."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FindingKind(TextChoices):
    UNREADABLE = "unreadable", _("cannot be read")
    NO_TEXT = "no_text", _("pages without text that can be read")
    CLASSIFICATION = "classification", _("mark of secrecy")
    CHANGES = "changes", _("tracked changes")
    COMMENTS = "comments", _("comments")
    HIDDEN_TEXT = "hidden_text", _("hidden text")
    HIDDEN_SHEET = "hidden_sheet", _("hidden sheet")
    HIDDEN_CELLS = "hidden_cells", _("hidden rows or columns")
    EMBEDDED = "embedded", _("files inside")
    METADATA = "metadata", _("details about the author")
    PLACE = "place", _("place where the picture was taken")
    ID_NUMBER = "id_number", _("ID numbers")
    OLD_ID = "old_id", _("numbers like old ID numbers")
    CARD = "card", _("bank card numbers")
    PHONE = "phone", _("mobile telephone numbers")


# What a careful reader may leave as it is: the telephone of an office, the name of the house in the properties,
# fifteen digits without a check digit that may be any number.
WARNINGS = frozenset({FindingKind.METADATA, FindingKind.PHONE, FindingKind.OLD_ID})
