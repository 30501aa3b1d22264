"""What is filled in for a policy document."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.files.models import ClassificationMark
from bureau.pages.forms import PortalForm, PortalModelForm
from bureau.rich_text.fields import RichTextFormField
from sections.office.news.choices import Status as ArticleStatus
from sections.office.news.models import Article
from sections.office.policies.choices import Validity
from sections.office.policies.models import PolicyCode, PolicyDocument
from sections.office.policies.services import tidy_number


class DocumentNumberField(forms.CharField):
    """Spaces and full-width digits are taken as they come."""

    def to_python(self, value: Any) -> str:
        return tidy_number(str(super().to_python(value) or ""))


class DocumentForm(PortalModelForm):
    number = DocumentNumberField(
        label=_("Document number"),
        max_length=40,
        required=False,
        help_text=_("As on the paper: 市教字〔2026〕15号. Empty where the document has none."),
    )

    class Meta:
        model = PolicyDocument
        fields = (
            "title_zh",
            "title",
            "number",
            "issuer",
            "genre",
            "topic",
            "issued_on",
            "in_force_on",
            "expires_on",
            "is_normative",
            "body_zh",
            "body",
            "interpretation_zh",
            "interpretation",
            "interpreted_in",
            "keywords",
        )
        help_texts: ClassVar[dict[str, Any]] = {
            "is_normative": _("It binds citizens or organisations and holds for some time."),
            "expires_on": _("The last day. Empty where no term is set."),
            "interpreted_in": _(
                "A published article that explains the document; or write the interpretation here."
            ),
        }

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        found = self.cleaned_data
        begins, ends = found.get("in_force_on"), found.get("expires_on")
        if begins and ends and ends < begins:
            self.add_error("expires_on", _t("A document cannot end before it is in force."))
        issued = found.get("issued_on")
        if issued and issued > timezone.localdate():
            self.add_error("issued_on", _t("This day has not come yet."))
        return found


class CompleteForm(PortalForm):
    """What may change on a published document."""

    title = forms.CharField(label=_("English title"), max_length=250, required=False)
    body = RichTextFormField(label=_("English text"), max_length=200_000, required=False)
    interpreted_in = forms.ModelChoiceField(
        label=_("Interpretation as an article"),
        queryset=Article.objects.filter(status=ArticleStatus.PUBLISHED),
        required=False,
    )
    interpretation_zh = RichTextFormField(
        label=_("Chinese interpretation"), max_length=100_000, required=False
    )
    interpretation = RichTextFormField(label=_("English interpretation"), max_length=100_000, required=False)
    keywords = forms.CharField(label=_("Keywords"), max_length=200, required=False)

    def fit(self, document: PolicyDocument, by: Principal) -> None:
        kept = {name: getattr(document, name) for name in self.fields}
        self.initial = {**kept, "interpreted_in": document.interpreted_in_id, **self.initial}


class DocumentChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: PolicyDocument) -> str:
        return f"{obj} {obj.label}"


class ValidityForm(PortalForm):
    validity = forms.ChoiceField(label=_("Validity"), choices=Validity.choices, widget=forms.RadioSelect)
    validity_on = forms.DateField(label=_("Since"), initial=timezone.localdate)
    validity_reason_zh = forms.CharField(
        label=_("Why, in Chinese"),
        help_text=_("Everybody reads it at the head of the document."),
        max_length=300,
        error_messages={"required": _("Say why, in a sentence that everybody reads.")},
    )
    validity_reason = forms.CharField(label=_("Why, in English"), max_length=300, required=False)
    replaced_by = DocumentChoice(
        label=_("Replaced or amended by"), queryset=PolicyDocument.objects.all(), required=False
    )
    expires_on = forms.DateField(
        label=_("New last day"), required=False, help_text=_("Where the document is extended.")
    )

    def fit(self, document: PolicyDocument, by: Principal) -> None:
        field: Any = self.fields["replaced_by"]
        field.queryset = field.queryset.exclude(pk=document.pk)
        self.initial = {
            "validity": document.validity,
            "replaced_by": document.replaced_by_id,
            **self.initial,
        }

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        still = found.get("validity") in (Validity.IN_FORCE, Validity.AMENDED)
        ends = found.get("expires_on")
        if ends and ends < timezone.localdate() and still:
            self.add_error("expires_on", _t("This day has passed already."))
        return found


class WithdrawForm(PortalForm):
    withdrawn_reason_zh = forms.CharField(
        label=_("Why, in Chinese"),
        help_text=_("Whoever asks for the page reads it."),
        max_length=300,
        error_messages={"required": _("Say why, in a sentence that everybody reads.")},
    )
    withdrawn_reason = forms.CharField(label=_("Why, in English"), max_length=300, required=False)


class CodeForm(PortalModelForm):
    class Meta:
        model = PolicyCode
        fields = ("kind", "key", "name", "name_zh", "basis", "position", "is_active")


class MarkForm(PortalModelForm):
    class Meta:
        model = ClassificationMark
        fields = ("form", "text", "basis", "is_verified", "is_active")

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if len("".join(text.split())) < 2:
            raise forms.ValidationError(_t("This would stop nearly everything. Use a longer mark."))
        return text
