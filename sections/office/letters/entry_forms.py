"""What the clerk fills in for a letter that came by post, visit or telephone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.identifiers import phones
from bureau.pages.forms import PortalModelForm
from sections.office.letters import accusing
from sections.office.letters.accused_forms import AboutWhom
from sections.office.letters.choice_fields import SchoolCodeField
from sections.office.letters.choices import Channel
from sections.office.letters.models import Letter


class EnterForm(AboutWhom, PortalModelForm):
    """A letter that did not come through the web site, as the clerk enters it."""

    free_choices = ("about_unit",)

    school = SchoolCodeField(
        label=_("About the school"),
        help_text=_(
            "Its name or ten-digit identification code. Leave it empty if the letter is about no school."
        ),
        required=False,
        max_length=100,
    )
    name = forms.CharField(
        label=_("Name of the writer"),
        help_text=_("Leave name and phone empty if the writer gave none."),
        max_length=50,
        required=False,
    )
    phone = forms.CharField(
        label=_("Phone of the writer"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    address = forms.CharField(label=_("Address of the writer"), max_length=200, required=False)

    class Meta:
        model = Letter
        fields = (
            "channel",
            "outside_number",
            "received_on",
            "kind",
            "title",
            "body",
            "people_count",
            "is_by_child",
            "is_urgent",
        )
        widgets = {"body": forms.Textarea(attrs={"rows": 10})}
        labels = {"received_on": _("Received on")}
        help_texts = {
            "outside_number": _(
                "Such as the order number of the mayor's line. Leave it empty if there is none."
            ),
            "received_on": _("The time to tell about acceptance is counted from this day."),
            "title": _("A few words that say what it is about, without names."),
            "body": _("What was written or said. At most 5,000 characters."),
        }

    field_order = (
        *("channel", "outside_number", "received_on", "kind", "title", "body", "school"),
        *accusing.FIELDS,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channel: Any = self.fields["channel"]
        channel.choices = [one for one in Channel.choices if one[0] != Channel.WEB]
        self.initial["received_on"] = self.initial.get("received_on") or timezone.localdate()
        self.initial["channel"] = Channel.PHONE

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day has not come yet. Enter the day on which the letter came."))
        return day

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        try:
            return phones.check(typed) if typed else ""
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def values(self) -> dict[str, Any]:
        """The letter's fields by name."""
        found = {name: self.cleaned_data[name] for name in (*self.Meta.fields, "school")}
        return found | {f"sender_{name}": self.cleaned_data[name] for name in ("name", "phone", "address")}

    def accused(self) -> dict[str, Any]:
        """Whom the letter complains about."""
        return accusing.named_in(self.cleaned_data)
