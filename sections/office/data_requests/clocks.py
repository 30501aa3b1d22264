"""The clock of a request about personal data, whatever it is about: one rule of law, one row of the table."""

from django.utils.translation import gettext_lazy as _

from bureau.deadlines.clocks import Matter, register

# The key stands in the table of clock rules and with every clock that ran.
DATA_REQUEST = "letters.data_request"

register(Matter(DATA_REQUEST, label=_("Reply to the writer about personal data")))
