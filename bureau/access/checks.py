"""Whether the rights in the tables are those that the charter in force gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from bureau.access.remits import TARGETS, drift, is_available
from bureau.charter import selectors
from bureau.charter.capabilities import CAPABILITIES
from bureau.charter.chart import Chart
from bureau.charter.choices import OVER_LABELS
from bureau.charter.diff import compare


@dataclass(frozen=True)
class Finding:
    """A sentence; a failure ends `charter check` with 1, the rest is to be known."""

    sentence: str | Promise
    is_failure: bool = True

    def __str__(self) -> str:
        return str(self.sentence)


def charter_findings(chart: Chart | None = None) -> list[Finding]:
    """Everything wrong or waiting in the charter in force; `chart`: a file it should agree with."""
    running = selectors.chart_in_force()
    if running is None:
        return [Finding(_("No charter is in force."))]
    found = [*_holders(running), *_leads(running), *_drift(), *_orphans(), *_waiting(running)]
    if chart is not None and not compare(chart, running).is_same:
        found.append(
            Finding(
                _("The file “%(key)s” says something else than the charter in force.") % {"key": chart.key}
            )
        )
    return found


def _holders(running: Chart) -> Iterator[Finding]:
    for capability in CAPABILITIES:
        if not running.holders(capability.name):
            sentence = _("No section holds the installed capability “%(name)s”.") % {"name": capability.name}
            yield Finding(sentence)


def _leads(running: Chart) -> Iterator[Finding]:
    for name in sorted({name for _key, name in running.held()}):
        holding = running.holders(name)
        lead = running.leads.get(name)
        if lead is not None and lead not in holding:
            names = {"lead": lead, "name": name}
            yield Finding(_("“%(lead)s” leads “%(name)s” without holding it.") % names)
        elif lead is None and len(holding) > 1:
            names = {"units": ", ".join(holding), "name": name}
            yield Finding(
                _("Several sections hold “%(name)s” and none leads: %(units)s.") % names, is_failure=False
            )


def _drift() -> Iterator[Finding]:
    found = drift()
    for (unit, over, verb), count in sorted(found.gained.items()):
        names = {"unit": unit, "over": over, "verb": verb, "count": count}
        yield Finding(_("Grants missing: %(unit)s, %(verb)s %(over)s × %(count)s.") % names)
    for (unit, over, verb), count in sorted(found.lost.items()):
        names = {"unit": unit or "?", "over": over, "verb": verb, "count": count}
        yield Finding(_("Grants that no remit gives: %(unit)s, %(verb)s %(over)s × %(count)s.") % names)


def _orphans() -> Iterator[Finding]:
    """Rows whose record is gone: a database that was changed by hand with its checks off."""
    for table, model in {target.grants: target.model for target in TARGETS}.items():
        alive = model._default_manager.values("pk")
        count = table._default_manager.exclude(content_object_id__in=alive).count()
        if count:
            names = {"table": table._meta.db_table, "count": count}
            yield Finding(_("Orphan grants: %(count)s in %(table)s.") % names)


def _waiting(running: Chart) -> Iterator[Finding]:
    names = sorted({name for _key, name in running.held()} - set(CAPABILITIES.keys()))
    for name in names:
        yield Finding(_("Not yet available: the capability “%(name)s”.") % {"name": name}, is_failure=False)
    for over in sorted({remit.over for _key, remit in running.remits() if not is_available(remit.over)}):
        label = {"over": OVER_LABELS.get(over, over)}
        yield Finding(_("Not yet available: remits over “%(over)s”.") % label, is_failure=False)
