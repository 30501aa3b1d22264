from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(models.TextChoices):
    """How a report reached the discipline unit (Rules on Handling Reports and Accusations 2020)."""

    WEB = "web", _("web site")
    POST = "post", _("letter by post")
    VISIT = "visit", _("visit")
    PHONE = "phone", _("telephone 12388")
    LETTER = "letter", _("handed over by the letters office")


class Status(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("report on a person", "received")
    REGISTERED = "registered", pgettext_lazy("report on a person", "registered")
    VERIFYING = "verifying", pgettext_lazy("report on a person", "preliminary verification")
    REFERRED = "referred", pgettext_lazy("report on a person", "referred to another body")
    SUBSTANTIATED = "substantiated", pgettext_lazy("report on a person", "closed: substantiated")
    UNSUBSTANTIATED = "unsubstantiated", pgettext_lazy("report on a person", "closed: not substantiated")
    WITHDRAWN = "withdrawn", pgettext_lazy("report on a person", "closed: withdrawn")


OPEN = (Status.RECEIVED, Status.REGISTERED, Status.VERIFYING)
CLOSED = (Status.SUBSTANTIATED, Status.UNSUBSTANTIATED, Status.WITHDRAWN)


class Finding(models.TextChoices):
    """How a report is closed. Each is the status that it leads to."""

    SUBSTANTIATED = Status.SUBSTANTIATED.value, _("substantiated")
    UNSUBSTANTIATED = Status.UNSUBSTANTIATED.value, _("not substantiated")
    WITHDRAWN = Status.WITHDRAWN.value, _("withdrawn by the reporter")


class RevealGround(models.TextChoices):
    """Why the reporter is shown. A list, not a text: the audit must hold no word of a report."""

    CALL_BACK = "call_back", _("to ask the reporter about the facts")
    IDENTITY = "identity", _("to check that the report is by real name")
    TELL = "tell", _("to tell the reporter the acceptance or the result")
    DEMAND = "demand", _("a body entitled by law asked for it in writing")
