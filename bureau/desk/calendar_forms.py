"""Forms of the calendar page: a holiday notice, a new version of a clock rule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.charter.choices import Role
from bureau.deadlines.holiday_notices import FIRST_YEAR, LAST_YEAR, LONGEST_TEXT
from bureau.deadlines.models import ClockRule
from bureau.pages.forms import PortalForm, PortalModelForm

EXTENDERS = [
    (role.value, role.label) for role in (Role.OFFICER, Role.CHIEF, Role.DEPUTY_LEADER, Role.BUREAU_LEADER)
]


class NoticeForm(PortalForm):
    """One line for each special day, pasted or as a file; a file takes the place of what was pasted."""

    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    title_zh = forms.CharField(label=_("Chinese title of the notice"), max_length=200)
    title = forms.CharField(label=_("English title of the notice"), max_length=200, required=False)
    source = forms.CharField(
        label=_("Source"), max_length=300, required=False, help_text=_("Address or number of the notice.")
    )
    file = forms.FileField(
        label=_("File"), required=False, help_text=_("A CSV file. It takes the place of the text below.")
    )
    text = forms.CharField(
        label=_("Days"),
        required=False,
        max_length=LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text=_("One line for each day: date, holiday, off or work. Example: 2027-01-01,元旦,off"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = timezone.localdate().year + 1

    def clean_file(self) -> str:
        """The text of the file, in UTF-8 or as a Chinese spreadsheet writes it."""
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is None:
            return ""
        if (file.size or 0) > LONGEST_TEXT:
            raise forms.ValidationError(_("The file is too large for a holiday notice. Choose another one."))
        raw: bytes = file.read()
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                text = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\0" not in text:
                return str(text)
        raise forms.ValidationError(_("The file is not a text. Save it as CSV and choose it again."))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["text"] = data.get("file") or data.get("text", "")
        if not data["text"].strip() and not self.errors:
            self.add_error("text", _("Paste the days of the notice or choose a file."))
        return data


class RuleForm(PortalModelForm):
    """A new version of a matter's rule, from a day on."""

    extended_by = forms.MultipleChoiceField(
        label=_("Who may extend"), choices=EXTENDERS, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ClockRule
        fields = (
            "valid_from",
            "length",
            "unit",
            "fixed_month",
            "fixed_day",
            "rolls",
            "extension_length",
            "extended_by",
            "basis_zh",
            "basis",
        )
