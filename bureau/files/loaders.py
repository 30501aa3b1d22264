"""The table of marks of secrecy, as it comes with the portal. A row that somebody has changed stays as it is."""

from django.utils.translation import gettext_lazy as _

from bureau.deadlines.references import Loaded, Loader, put_all, register
from bureau.files.inspection.marks import brought_along
from bureau.files.models import ClassificationMark


def load_classification_marks() -> Loaded:
    changed = set(ClassificationMark.objects.exclude(changed_by="").values_list("key", flat=True))
    own = set(ClassificationMark.objects.filter(key="").values_list("form", "text"))
    wanted = [
        row for row in brought_along() if row["key"] not in changed and (row["form"], row["text"]) not in own
    ]
    return put_all(ClassificationMark, ("key",), wanted)


register(Loader("files.classification_marks", _("marks of secrecy"), load_classification_marks))
