"""The pages of a queue of possible duplicates: list, side by side, merge, keep apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bureau.access.views import Records, rule
from bureau.accounts.principals import Principal
from bureau.duplicates.choices import INHERITED
from bureau.duplicates.declare import mergeable_of
from bureau.pages import links
from bureau.pages.acts import LONGEST_REASON
from bureau.pages.comparing import Comparison, compare, suggested, title
from bureau.pages.forms import PortalForm
from bureau.pages.pagesets import Column, PageSet, Panel, Tabs, TagKind, Text, Workspace

TAGS: Mapping[str, TagKind] = {"open": "new", "merged": "moved", "different": "done", "lapsed": "half"}


def why(pair: Any) -> list[str]:
    """The signs of a pair in words, the strongest first."""
    mergeable = mergeable_of(pair)
    signs = (mergeable.sign(name) for name in pair.signs)
    found = [str(sign.label) for sign in signs if sign is not None]
    return [*found, _t("asked about a record that was merged")] if INHERITED in pair.signs else found


def side_by_side(pair: Any, by: Principal) -> Mapping[str, Any]:
    return {"both": compare(mergeable_of(pair), pair.first, pair.second)}


class PairPages(PageSet):
    """A queue of possible duplicates. A subclass names model, slug, menu, search and what rows follow."""

    columns = (
        Column("first", label=_("Record A"), link=True, value=lambda pair: title(pair.first)),
        Column("second", label=_("Record B"), value=lambda pair: title(pair.second)),
        Column("signs", label=_("Why"), value=why, low=True),
        Column("score", kind="number", sort="score"),
        Column("status", kind="tag"),
    )
    tabs = Tabs("status")
    tags = TAGS
    ordering = ("-score", "pk")
    exports = False
    empty = _("No two records look alike at present. The register is searched every night.")
    panels = (
        Panel(
            _("Why they may be the same"),
            fields=(Column("signs", label=_("Signs"), value=why), Column("score", kind="number")),
        ),
        Panel(_("Side by side"), template="pages/side_by_side.html", context=side_by_side),
        Panel(
            _("Which record stays"),
            fields=("survivor",),
            shown=lambda pair, by: pair.survivor_id is not None,
        ),
    )

    def extra_urls(self, workspace: Workspace) -> Sequence[URLPattern | URLResolver]:
        """The step `merge` has a page of its own, at the address that the generated one would have."""
        from bureau.pages.views.duplicates import MergeView

        view = MergeView.as_view(pageset=self, workspace=workspace)
        marked = rule(Records(workspace, "merge", self.model))(view)
        return [path("<int:pk>/do/merge/", marked, {"name": "merge"}, name=f"{self.model_name}_merge")]


class MergeForm(PortalForm):
    """Which record stays, and of every field that differs which value. The fields follow from the comparison."""

    keep = forms.ChoiceField(label=_("Which record stays"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, comparison: Comparison, keep: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["keep"]
        choice.choices = [
            ("first", f"{_t('Record A')}: {comparison.titles[0]}"),
            ("second", f"{_t('Record B')}: {comparison.titles[1]}"),
        ]
        choice.initial = keep
        for line in comparison.choices:
            self.fields[f"use_{line.name}"] = _side(line.label, _usual(line.sides, keep))
        self.fields["reason"] = forms.CharField(
            label=_("Reason"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3})
        )

    def values(self) -> dict[str, Any]:
        """Choice → side."""
        return {
            name.removeprefix("use_"): side
            for name, side in self.cleaned_data.items()
            if name.startswith("use_")
        }


def _side(label: str, initial: str) -> forms.ChoiceField:
    sides = (("first", _("record A")), ("second", _("record B")))
    return forms.ChoiceField(label=label, choices=sides, initial=initial, widget=forms.RadioSelect)


def _usual(sides: Any, keep: str) -> str:
    """The value of the record that stays, unless it is empty."""
    own, other = sides if keep == "first" else reversed(sides)
    if own.text or not other.text:
        return keep
    return "second" if keep == "first" else "first"


def merge_form(pair: Any, by: Principal, data: Any = None) -> tuple[MergeForm, Comparison]:
    mergeable = mergeable_of(pair)
    comparison = compare(mergeable, pair.first, pair.second)
    keep = suggested(mergeable, comparison, pair.first, pair.second)
    return MergeForm(data, principal=by, comparison=comparison, keep=keep), comparison


def doubles(model_title: Callable[[Any], Text] = title) -> Panel:
    """A panel with the records that were merged into this one, and where their past can be read."""

    def context(record: Any, by: Principal) -> Mapping[str, Any]:
        return {
            "rows": [
                {"title": model_title(row), "url": links.page(row, "history", "desk", row.pk)}
                for row in record.merged_from.all()
            ]
        }

    return Panel(
        _("Double records merged into this one"),
        template="pages/doubles.html",
        context=context,
        shown=lambda record, by: record.merged_from.exists(),
    )
