"""The clocks of a report by real name. Their lengths and grounds stand in the table of clock rules."""

from django.utils.translation import gettext_lazy as _

from bureau.deadlines.clocks import Matter, register

ACCEPTANCE = "person_reports.acceptance"
RESULT = "person_reports.result"

register(Matter(ACCEPTANCE, label=_("Tell the reporter whether the report is accepted")))
register(Matter(RESULT, label=_("Tell the reporter the result")))
