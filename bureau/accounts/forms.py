"""Signing in, choosing a password, one's own settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import User
from bureau.accounts.passwords import MAX_LENGTH


def _password_field(label: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    """Pasting and password managers are welcome; blanks count."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, widget=widget, help_text=help_text)


class SignInForm(forms.Form):
    login = forms.CharField(
        label=_("User name, phone or e-mail"),
        max_length=254,
        error_messages={"required": _("Type your user name, phone number or e-mail address.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        error_messages={"required": _("Type your password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    use_required_attribute = False


class NewPasswordForm(forms.Form):
    """One's own new password. The present one is asked for unless it has just been typed from a slip."""

    use_required_attribute = False
    old = _password_field(_("Present password"), "current-password")
    new = _password_field(_("New password"), "new-password")
    again = _password_field(_("New password once more"), "new-password")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.must_change_password:  # it has just been typed, from the slip
            del self.fields["old"]
        self.fields["new"].help_text = lazystr(" ".join(filter(None, password_validators_help_texts())))
        for name, sentence in _MISSING.items():
            if name in self.fields:
                self.fields[name].error_messages["required"] = sentence

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if not self.user.check_password(old):
            raise ValidationError(_("This is not your present password."))
        return old

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        if len(new) > MAX_LENGTH:
            raise ValidationError(_("Use at most 128 characters."))
        validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "new" in data and "again" in data and data["new"] != data["again"]:
            self.add_error("again", _("The two new passwords are not the same."))
        return data


_MISSING = {
    "old": _("Type your present password."),
    "new": _("Type a new password."),
    "again": _("Type the new password once more."),
}


if TYPE_CHECKING:
    _UserForm = forms.ModelForm[User]
else:
    _UserForm = forms.ModelForm


class OwnSettingsForm(_UserForm):
    """What a person may change about his or her own account."""

    use_required_attribute = False

    class Meta:
        model = User
        fields = ("name", "phone", "email", "language")
        labels = {"name": _("Name shown")}

    def values(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] or "" for name in self.Meta.fields}
