"""What is filled in for an article, a review, a publication, a column and the tables of publishing."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bureau.pages.forms import PortalForm, PortalModelForm
from sections.office.news.choices import ColumnKind
from sections.office.news.models import Article, Column, EditorialTerm, Picture, WrongWord

MOMENT = "%Y-%m-%dT%H:%M"


class MomentField(forms.DateTimeField):
    """A day and a minute in the time of the bureau; the browser's own picker where it has one."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("Enter a day and a time, such as 2026-06-09 08:30.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=[MOMENT, "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M"], **kwargs)


class ArticleForm(PortalModelForm):
    """The texts of an article. Chinese is compulsory, English completes it."""

    choice_verbs: ClassVar[dict[str, str]] = {"column": "draft"}

    source_url = forms.URLField(
        label=_("Address of the source"), required=False, max_length=500, assume_scheme="https"
    )

    class Meta:
        model = Article
        fields: tuple[str, ...] = (
            "column",
            "title_zh",
            "summary_zh",
            "body_zh",
            "title",
            "summary",
            "body",
            "source",
            "source_url",
            "author",
            "keywords",
            "objections_until",
            "review_by",
        )
        widgets: ClassVar[dict[str, Any]] = {
            "summary_zh": forms.Textarea(attrs={"rows": 3}),
            "summary": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "title": _("Without English, the English page shows the Chinese text."),
            "source": _("Empty: the section that wrote it. For a reprint, where it comes from."),
            "objections_until": _("For a public notice: the last day on which anybody may object."),
            "review_by": _("On this day somebody reads the page again, to see whether it still holds."),
            "keywords": _("A few words, with spaces between them."),
        }

    def clean_review_by(self) -> Any:
        return _not_before_today(self.cleaned_data["review_by"])

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        data = self.cleaned_data
        column, until = data.get("column"), data.get("objections_until")
        is_notice = column is not None and column.kind == ColumnKind.PUBLIC_NOTICES
        if until and column is not None and not is_notice:
            self.add_error("objections_until", _t("Only a public notice has a period for objections."))
        if data.get("source_url") and not data.get("source"):
            self.add_error("source", _t("Say whose page this address leads to."))
        return cleaned


class WritingForm(ArticleForm):
    """A draft that is there already; of a revision, also what was changed."""

    class Meta(ArticleForm.Meta):
        fields = (*ArticleForm.Meta.fields, "change_note_zh", "change_note")
        help_texts: ClassVar[dict[str, Any]] = {
            **ArticleForm.Meta.help_texts,
            "change_note_zh": _("One sentence for the public: what is different now."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.revision_of_id is None:
            del self.fields["change_note_zh"], self.fields["change_note"]
        else:
            self.fields["column"].disabled = True


def _not_before_today(day: Any) -> Any:
    if day and day < timezone.localdate():
        raise forms.ValidationError(_t("This day is over. Choose a later one."))
    return day


class ReviewForm(PortalForm):
    """A review with the proofreading that belongs to it."""

    proofread = forms.BooleanField(
        label=_("I have proofread the whole text, pictures and attachments included"),
        error_messages={"required": _("Proofread the text first, then say so here.")},
    )
    opinion = forms.CharField(
        label=_("Opinion"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class SendBackForm(PortalForm):
    why = forms.CharField(
        label=_("What is to be changed"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )


class DatesForm(PortalForm):
    """How long a page stands, and how long above the others."""

    expires_at = MomentField(
        label=_("Expires"), required=False, help_text=_("Empty: it stays until it is withdrawn.")
    )
    pinned_until = forms.DateField(
        label=_("Pinned until"), required=False, help_text=_("Until then it stands above the others.")
    )

    def fit(self, record: Article, by: Any) -> None:
        for name in self.fields:
            if hasattr(record, name):
                self.fields[name].initial = getattr(record, name)

    def clean_expires_at(self) -> Any:
        return _not_past(self.cleaned_data["expires_at"])

    def clean_pinned_until(self) -> Any:
        return _not_before_today(self.cleaned_data["pinned_until"])


class ScheduleForm(DatesForm):
    publish_at = MomentField(label=_("Publish at"))
    field_order = ("publish_at", "expires_at", "pinned_until")

    def clean_publish_at(self) -> Any:
        moment = self.cleaned_data["publish_at"]
        if moment <= timezone.now():
            raise forms.ValidationError(_t("This moment has passed. Choose a later one, or publish now."))
        return moment

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        begins, ends = found.get("publish_at"), found.get("expires_at")
        if begins and ends and ends <= begins:
            self.add_error("expires_at", _t("It would expire before it is published."))
        return found


def _not_past(moment: Any) -> Any:
    if moment and moment <= timezone.now():
        raise forms.ValidationError(_t("This moment has passed. Choose a later one."))
    return moment


class ConfirmForm(PortalForm):
    review_by = forms.DateField(label=_("Look at it again by"))

    def clean_review_by(self) -> Any:
        return _not_before_today(self.cleaned_data["review_by"])


class WithdrawForm(PortalForm):
    """The sentence that the address shows from now on."""

    withdrawn_reason_zh = forms.CharField(
        label=_("Why it is withdrawn, in Chinese"),
        help_text=_("The public reads this sentence in place of the page."),
        max_length=300,
    )
    withdrawn_reason = forms.CharField(label=_("The same in English"), max_length=300, required=False)


class TakeOffForm(PortalForm):
    what = forms.ChoiceField(label=_("File or picture"), widget=forms.RadioSelect)
    why = forms.CharField(label=_("Why it is taken off"), max_length=300)

    def fit(self, record: Article, by: Any) -> None:
        from sections.office.news.enclosures import on_page

        self.fields["what"].choices = [(key, name) for key, (name, _thing) in on_page(record).items()]  # type: ignore[attr-defined]


class PictureForm(PortalForm):
    file = forms.FileField(
        label=_("Picture"),
        help_text=_("JPEG or PNG. Place, camera and date are taken out of it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".jpg,.jpeg,.png"}),
        error_messages={"required": _("Choose a picture."), "empty": _("The file is empty.")},
    )
    alt_zh = forms.CharField(
        label=_("What is to be seen, in Chinese"),
        help_text=_("For people who cannot see it: what it shows, not that it is a picture."),
        max_length=200,
        error_messages={"required": _("Say what is to be seen. Without words a picture is not taken.")},
    )
    alt = forms.CharField(label=_("What is to be seen, in English"), max_length=200, required=False)


class WordsForm(PortalModelForm):
    """The words of a picture."""

    class Meta:
        model = Picture
        fields = ("alt_zh", "alt", "position")


class PreviewForm(PortalForm):
    made_for = forms.CharField(
        label=_("For whom"),
        help_text=_("The name stands in the record. Whoever has the address can read the draft."),
        max_length=100,
    )


class ColumnForm(PortalModelForm):
    free_choices = ("owner",)

    class Meta:
        model = Column
        fields = (
            "key",
            "name_zh",
            "name",
            "description_zh",
            "description",
            "parent",
            "kind",
            "owner",
            "takes_drafts",
            "stale_after_days",
            "position",
            "is_shown",
        )
        help_texts: ClassVar[dict[str, Any]] = {
            "key": _("It stands in the address. Small letters, digits and dashes."),
            "stale_after_days": _("Empty: the period that the table gives for this kind."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from bureau.charter.selectors import sections

        self.fields["owner"].queryset = sections()  # type: ignore[attr-defined]
        self.fields["stale_after_days"].min_value = 1  # type: ignore[attr-defined]

    def clean_stale_after_days(self) -> Any:
        """A column may be stricter than the state, never laxer."""
        from sections.office.news import terms

        own, kind = self.cleaned_data["stale_after_days"], self.cleaned_data.get("kind")
        limit = terms.days(f"stale-{kind}") if kind else None
        if own is not None and (own < 1 or (limit is not None and own > limit)):
            raise forms.ValidationError(
                _t("Enter 1 to %(limit)d days, or leave it empty.") % {"limit": limit or own}
            )
        return own

    def clean_parent(self) -> Column | None:
        parent: Column | None = self.cleaned_data["parent"]
        place = parent
        while place is not None:
            if place.pk is not None and place.pk == self.instance.pk:
                raise forms.ValidationError(_t("A column cannot be part of itself."))
            place = place.parent
        return parent


class WrongWordForm(PortalModelForm):
    class Meta:
        model = WrongWord
        fields = ("wrong", "right", "note", "stops", "is_active")

    def clean_wrong(self) -> str:
        text = str(self.cleaned_data["wrong"])
        if len(text) < 2:
            raise forms.ValidationError(_t("One character alone would be found everywhere."))
        return text


class TermForm(PortalModelForm):
    class Meta:
        model = EditorialTerm
        fields = ("key", "name_zh", "name", "length", "unit", "basis", "is_verified", "valid_from")
