"""What another chart would change in the one in force, apart from grants, people and records."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bureau.charter.chart import Chart

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ChartDiff:
    """Keys of sections; (section, duty number), (section, capability) and (capability, lead) pairs."""

    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    duties_added: Pairs = ()
    duties_gone: Pairs = ()
    duties_changed: Pairs = ()
    capabilities_gained: Pairs = ()
    capabilities_lost: Pairs = ()
    leads_changed: Pairs = ()
    remits_changed: tuple[str, ...] = ()
    is_same: bool = False


def compare(new: Chart, running: Chart | None) -> ChartDiff:
    """`new` against `running`; an empty region in `new` keeps the running one."""
    old = running or Chart("", "", "", "", {}, ())
    new = with_region(new, running)
    both = [(new.section(key), old.section(key)) for key in new.section_keys() if old.section(key)]
    new_duties = {(s.key, d.code): d for s in new.sections for d in s.duties}
    old_duties = {(s.key, d.code): d for s in old.sections for d in s.duties}
    return ChartDiff(
        added=tuple(key for key in new.section_keys() if not old.section(key)),
        gone=tuple(key for key in old.section_keys() if not new.section(key)),
        renamed=tuple(a.key for a, b in both if a and b and (a.name, a.name_zh) != (b.name, b.name_zh)),
        duties_added=tuple(pair for pair in new_duties if pair not in old_duties),
        duties_gone=tuple(pair for pair in old_duties if pair not in new_duties),
        duties_changed=tuple(
            p for p, duty in new_duties.items() if p in old_duties and duty != old_duties[p]
        ),
        capabilities_gained=tuple(sorted(new.held() - old.held())),
        capabilities_lost=tuple(sorted(old.held() - new.held())),
        leads_changed=tuple(sorted(set(new.leads.items()) ^ set(old.leads.items()))),
        remits_changed=tuple(a.key for a, b in both if a and b and a.remits != b.remits),
        is_same=running is not None and new == running,
    )


def with_region(new: Chart, running: Chart | None) -> Chart:
    return new if new.region or running is None else replace(new, region=running.region)
