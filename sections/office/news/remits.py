"""What moves when the bureau is reorganised: drafts and pages with their section, columns with theirs."""

from django.db.models import Q

from bureau.access.unit_owned import UnitOwned, register
from sections.office.news.choices import OPEN
from sections.office.news.models import Article, Column

register(UnitOwned(Article, "owner", is_open=Q(status__in=OPEN)))
register(UnitOwned(Column, "owner", is_open=Q()))
