"""Accounts, memberships, hand-over: what the administrator fills in."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import User
from bureau.charter.choices import ROLES_OF_KIND, Role, UnitKind
from bureau.charter.models import Unit
from bureau.pages.forms import PortalForm

STATES = (
    ("", _("all")),
    ("active", _("in use")),
    ("waiting", _("waiting for a slip")),
    ("off", _("switched off")),
)


class SearchForm(PortalForm):
    q = forms.CharField(label=_("Name, user name or phone"), required=False, max_length=60)
    kind = forms.ChoiceField(
        label=_("Belongs to"), required=False, choices=[("", _("any kind of unit")), *UnitKind.choices]
    )
    state = forms.ChoiceField(label=_("Account"), required=False, choices=STATES)


class AccountForm(PortalForm):
    """A person's account; the user name is fixed once it is given."""

    username = forms.CharField(
        label=_("User name"), max_length=60, help_text=_("Letters, digits, hyphens and dots; for signing in.")
    )
    name = forms.CharField(label=_("Name"), max_length=60)
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=User.Language.choices, initial=User.Language.ZH)

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user is not None:
            del self.fields["username"]
            for name in self.fields:
                self.fields[name].initial = getattr(user, name) or ""


class ReasonForm(PortalForm):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("It stands in the audit; name no personal data.")
    )


class MembershipForm(PortalForm):
    """Which place and role, from when until when."""

    free_choices: ClassVar[tuple[str, ...]] = ("unit", "in_charge_of")

    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none())
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    since = forms.DateField(label=_("From"), initial=timezone.localdate)
    until = forms.DateField(label=_("Until"), required=False, help_text=_("Leave empty when no end is set."))
    in_charge_of = forms.ModelMultipleChoiceField(
        label=_("In charge of"),
        required=False,
        queryset=Unit.objects.none(),
        help_text=_("Only for a deputy leader."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [kind for kind, roles in ROLES_OF_KIND.items() if roles]
        units = Unit.objects.filter(is_active=True)
        self.fields["unit"].queryset = units.filter(kind__in=kinds)  # type: ignore[attr-defined]
        self.fields["in_charge_of"].queryset = units.filter(kind=UnitKind.SECTION)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("The end lies before the beginning."))
        return data


class EndForm(PortalForm):
    last_day = forms.DateField(
        label=_("Last day"), required=False, help_text=_("Leave empty to end it at once.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)


class OnboardingForm(PortalForm):
    with_seconds = forms.BooleanField(
        label=_("Also one account for a clerk of each school and a reviewer of each district"),
        required=False,
        initial=True,
    )


class NewPersonForm(PortalForm):
    """Who takes over, or joins."""

    name = forms.CharField(label=_("Name"), max_length=60)
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)


class HandOverForm(NewPersonForm):
    role = forms.ChoiceField(label=_("Role"), choices=())
    reason = forms.CharField(label=_("Reason"), max_length=300, initial="")

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = ROLES_OF_KIND[UnitKind(unit.kind)]
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]
