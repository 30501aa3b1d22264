"""A report of a load in plain lines, for the command and for whoever keeps the paper."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau.access.remits import Counts
from bureau.access.reorganisation import LoadReport
from bureau.charter.choices import OVER_LABELS, VERB_LABELS


def report_lines(report: LoadReport) -> Iterator[str]:
    """What changed, section by section; one line when nothing did."""
    if report.changes_nothing:
        yield _("“%(name)s” is in force already; nothing changes.") % {"name": report.chart.key}
        return
    yield from _sections(report)
    yield from _capabilities(report)
    yield from _grants(report, report.grants.gained, "+")
    yield from _grants(report, report.grants.lost, "-")
    yield from _people(report)
    for (kind, unit, to), count in sorted(report.records.items()):
        yield _("open records: %(count)s × %(kind)s, %(from)s → %(to)s") % {
            "count": count,
            "kind": kind,
            "from": unit,
            "to": to or "?",
        }
    if report.stale_lines:
        yield ngettext(
            "%(count)s line of the moves file no longer applies.",
            "%(count)s lines of the moves file no longer apply.",
            report.stale_lines,
        ) % {"count": report.stale_lines}


def _sections(report: LoadReport) -> Iterator[str]:
    diff = report.diff
    for sign, keys in (("+", diff.added), ("-", diff.gone), ("~", diff.renamed)):
        for key in keys:
            to = report.plan.units.get(key, "") if sign == "-" else ""
            arrow = f" → {to}" if to else ""
            yield _("section %(sign)s %(key)s %(name)s") % {
                "sign": sign,
                "key": key,
                "name": f"{report.names.get(key, '')}{arrow}",
            }
    yield _("duties: %(added)s new, %(gone)s gone, %(changed)s changed") % {
        "added": len(diff.duties_added),
        "gone": len(diff.duties_gone),
        "changed": len(diff.duties_changed),
    }


def _capabilities(report: LoadReport) -> Iterator[str]:
    for sign, pairs in (("+", report.diff.capabilities_gained), ("-", report.diff.capabilities_lost)):
        for key, capability in pairs:
            yield _("capability %(sign)s %(key)s: %(capability)s") % {
                "sign": sign,
                "key": key,
                "capability": capability,
            }


def _grants(report: LoadReport, counts: Counts, sign: str) -> Iterator[str]:
    for (unit, over, verb), count in sorted(counts.items()):
        yield _("grants %(sign)s %(unit)s: %(verb)s %(over)s × %(count)s") % {
            "sign": sign,
            "unit": unit,
            "verb": verb,
            "over": over,
            "count": count,
        }


def _people(report: LoadReport) -> Iterator[str]:
    for line in report.people:
        yield _("person %(what)s: %(from)s → %(to)s") % {
            "what": line.what,
            "from": line.unit,
            "to": ", ".join(line.to) or "?",
        }


def grant_table(report: LoadReport) -> list[tuple[str, str, str, int, int]]:
    """(unit, kind, verb, gained, lost) in words, for the page."""
    keys = sorted({*report.grants.gained, *report.grants.lost})
    return [
        (
            report.names.get(unit, unit),
            str(OVER_LABELS.get(over, over)),
            str(VERB_LABELS.get(verb, verb)),
            report.grants.gained[unit, over, verb],
            report.grants.lost[unit, over, verb],
        )
        for unit, over, verb in keys
    ]
