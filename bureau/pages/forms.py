"""Forms that forgive how people type and never let two editors overwrite each other in silence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils.crypto import salted_hmac
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy, ngettext_lazy

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC, Principal
from bureau.pages.dates import DATE_FORMATS, DateInput, DatePartsField
from bureau.pages.pagesets import Column
from bureau.pages.tables import cell
from bureau.pages.words import in_words

__all__ = ["Clash", "DatePartsField", "PortalForm", "PortalModelForm", "within_rights"]

# Full-width digits, Latin letters and the marks of numbers and dates; the ideographic space.
WIDE = {
    code: code - 0xFEE0 for code in [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]
}
NARROW = {**WIDE, 0xFF0B: "+", 0xFF0D: "-", 0xFF0E: ".", 0xFF0F: "/", 0xFF20: "@", 0x3000: " ", 0x00A0: " "}
LONG_NUMBER = re.compile(r"\s*[+-]?\d{19,}\s*")
SPACES = re.compile(r"[ \t\r\n]+")
UNTOUCHED = (forms.Textarea, forms.PasswordInput, forms.FileInput, forms.HiddenInput)


def within_rights(
    queryset: QuerySet[Any] | None, principal: Principal, *, verb: str = "view", keep: Any = None
) -> QuerySet[Any] | None:
    """The part of a choice's records that the person may `verb`, and the one that stands there already."""
    if queryset is None:
        return None
    allowed = Q(pk__in=permitted(principal, verb, queryset.model).values("pk"))
    return queryset.filter(allowed | Q(pk=keep) if keep is not None else allowed)


def tidied(data: Mapping[str, Any], untouched: set[str]) -> MultiValueDict[str, Any]:
    """A copy of what was posted: half-width digits and single spaces, prose and passwords as they came."""
    copy: MultiValueDict[str, Any] = QueryDict(mutable=True)
    lists = data.lists() if isinstance(data, MultiValueDict) else ((name, [data[name]]) for name in data)
    for name, values in lists:
        copy.setlist(name, [value if name in untouched else _tidy(value) for value in values])
    return copy


def _tidy(value: Any) -> Any:
    return SPACES.sub(" ", value.translate(NARROW)).strip() if isinstance(value, str) else value


class Tidy(forms.BaseForm):
    """What every form of the portal does. `principal` limits the choices; without one nobody's rights apply.

    `choice_verbs`: field → verb that its choices need ("view" otherwise).
    `free_choices`: fields over reference tables that have no policy.
    """

    choice_verbs: ClassVar[Mapping[str, str]] = {}
    free_choices: ClassVar[Sequence[str]] = ()
    use_required_attribute = False

    def __init__(self, *args: Any, principal: Principal = PUBLIC, record: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.principal = principal
        self.record = record
        for name, field in self.fields.items():
            word(field)
            if isinstance(field, forms.ModelChoiceField) and name not in self.free_choices:
                verb = self.choice_verbs.get(name, "view")
                field.queryset = within_rights(field.queryset, principal, verb=verb, keep=self._present(name))
        if self.is_bound:
            plain = {
                self.add_prefix(name)
                for name, field in self.fields.items()
                if isinstance(field.widget, UNTOUCHED)
            }
            self.data = tidied(self.data, plain)
            self._refuse_keys_beyond_any_column()

    def _refuse_keys_beyond_any_column(self) -> None:
        """A database fails on a list with a number that no key can be; an empty one is refused as no choice."""
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelMultipleChoiceField):
                given = self.data.getlist(self.add_prefix(name))  # type: ignore[attr-defined]
                kept = ["" if LONG_NUMBER.fullmatch(str(value)) else value for value in given]
                self.data.setlist(self.add_prefix(name), kept)  # type: ignore[attr-defined]

    def _present(self, name: str) -> Any:
        """The key of the record that the field holds now."""
        return None


def word(field: forms.Field) -> None:
    """Sentences that name the field, the rule and what to do; native dates."""
    label = field.label or ""
    usual = forms.Field.default_error_messages["required"]
    if label and field.error_messages.get("required") == usual:
        asks = CHOOSE if _is_choice(field) else FILL_IN
        field.error_messages["required"] = _Sentence(asks, label)  # type: ignore[assignment]
    _say_what_is_wrong(field, label)
    _ask_for_choice(field)
    for place, validator in enumerate(field.validators):
        if type(validator) is MaxLengthValidator:
            field.validators[place] = MaxLengthValidator(validator.limit_value, TOO_LONG)
    if type(field) is forms.DateField and type(field.widget) is forms.DateInput:
        field.widget = DateInput(attrs=field.widget.attrs)
        field.input_formats = DATE_FORMATS


def _say_what_is_wrong(field: forms.Field, label: Any) -> None:
    """In the place of Django's sentences, which do not say which field is meant; a field's own stay."""
    said: set[str] = set()
    for kind, code, sentence in SENTENCES if label else ():
        if not isinstance(field, kind) or code in said:
            continue
        said.add(code)
        if field.error_messages.get(code) == kind.default_error_messages.get(code):
            field.error_messages[code] = _Sentence(sentence, label)  # type: ignore[assignment]


def _ask_for_choice(field: forms.Field) -> None:
    """Words instead of Django's row of dashes."""
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = PLEASE if field.empty_label == DASHES else field.empty_label
    elif isinstance(field, forms.ChoiceField):
        choices: list[Any] = list(field.choices)  # type: ignore[arg-type]
        if ("", DASHES) in choices:
            field.choices = [("", PLEASE) if one == ("", DASHES) else one for one in choices]


DASHES = "---------"
PLEASE = gettext_lazy("Choose…")
CHOOSE = gettext_lazy("Choose: %(label)s.")
FILL_IN = gettext_lazy("Fill in: %(label)s.")
FROM_THE_LIST = gettext_lazy("%(label)s: choose one from the list.")
AT_LEAST = gettext_lazy("%(label)s: at least %(limit_value)s.")
AT_MOST = gettext_lazy("%(label)s: at most %(limit_value)s.")
# Class of field, code of the error, sentence: of several that fit, the first one counts.
SENTENCES: Sequence[tuple[type[forms.Field], str, Any]] = (
    (
        forms.DateTimeField,
        "invalid",
        gettext_lazy("%(label)s: type day and time, for example 2026-03-15 14:30."),
    ),
    (forms.DateField, "invalid", gettext_lazy("%(label)s: type a date, for example 2026-03-15.")),
    (forms.TimeField, "invalid", gettext_lazy("%(label)s: type a time, for example 14:30.")),
    (forms.DecimalField, "invalid", gettext_lazy("%(label)s: type a number.")),
    (forms.FloatField, "invalid", gettext_lazy("%(label)s: type a number.")),
    (forms.IntegerField, "invalid", gettext_lazy("%(label)s: type a whole number.")),
    (forms.IntegerField, "min_value", AT_LEAST),
    (forms.IntegerField, "max_value", AT_MOST),
    (forms.EmailField, "invalid", gettext_lazy("%(label)s: this is not an e-mail address.")),
    (forms.URLField, "invalid", gettext_lazy("%(label)s: type a web address that begins with https://.")),
    (forms.ModelMultipleChoiceField, "invalid_choice", FROM_THE_LIST),
    (forms.ModelChoiceField, "invalid_choice", FROM_THE_LIST),
    (forms.ChoiceField, "invalid_choice", FROM_THE_LIST),
)
TOO_LONG = ngettext_lazy(
    "Use at most %(limit_value)d character; there are %(show_value)d.",
    "Use at most %(limit_value)d characters; there are %(show_value)d.",
    "limit_value",
)


class _Sentence:
    """A sentence with the field's label, put together when it is read."""

    def __init__(self, sentence: Any, label: Any) -> None:
        self.sentence, self.label = sentence, label

    def __str__(self) -> str:
        return self % {"limit_value": ""}

    def __mod__(self, params: Any) -> str:
        return str(self.sentence) % {**params, "label": str(self.label).rstrip("?？:： ")}


def _is_choice(field: forms.Field) -> bool:
    return isinstance(field, forms.ChoiceField | forms.ModelChoiceField)


class PortalForm(Tidy, forms.Form):
    """A form without a model behind it."""


if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
else:
    _ModelForm = forms.ModelForm


@dataclass(frozen=True)
class Clash:
    """One field that somebody else changed meanwhile: what stands there now, and what I typed."""

    label: str
    theirs: str
    mine: str


class PortalModelForm(Tidy, _ModelForm):
    """A form over a record. The hidden `version` remembers what each field held when the page was made."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"] = self.fields.pop("version")
        # Before validation writes into the instance.
        self.present = _values(self.instance, self.own_fields)
        self.fields["version"].initial = self.stamp()

    @property
    def own_fields(self) -> list[str]:
        model_fields = {field.name for field in self._meta.model._meta.get_fields()}
        return [name for name in self.fields if name in model_fields and name != "version"]

    def _present(self, name: str) -> Any:
        return getattr(self.instance, f"{name}_id", None)

    def stamp(self) -> str:
        """A keyed digest per field; it says whether a value changed, never what it was."""
        return ",".join(f"{name}={self._digest(name)}" for name in self.own_fields)

    def _digest(self, name: str) -> str:
        place = f"{self.instance._meta.label_lower}:{self.instance.pk}:{name}"
        return salted_hmac("pages.version", f"{place}:{self.present[name]}", algorithm="sha256").hexdigest()[
            :16
        ]

    def clashes(self, record: Any) -> list[Clash]:
        """Fields that were changed since the page was made and differ from what I typed.

        `record`: fresh from the database, locked. Call after `is_valid()`. Afterwards the form carries the
        new state: sent again, it is saved on top.
        """
        opened = dict(
            part.split("=", 1)
            for part in self.data.get(self.add_prefix("version"), "").split(",")
            if "=" in part
        )
        moved = [name for name in self.own_fields if opened.get(name) != self._digest(name)]
        mine = {name: _plain(self.cleaned_data.get(name)) for name in moved}
        found = [self._clash(record, name) for name in moved if mine[name] != _plain(self.present[name])]
        if found:
            self.data[self.add_prefix("version")] = self.stamp()  # type: ignore[index]
        return found

    def _clash(self, record: Any, name: str) -> Clash:
        field = self.fields[name]
        mine = in_words(field, self.cleaned_data.get(name))
        return Clash(str(field.label or name), cell(record, Column(name)).text, mine)


def _values(instance: Model, names: Sequence[str]) -> dict[str, Any]:
    found = {}
    for name in names:
        field = instance._meta.get_field(name)
        value = field.value_from_object(instance) if instance.pk or not field.many_to_many else []  # type: ignore[union-attr]
        found[name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    """Comparable: records by key, many of them sorted, emptiness in one form."""
    if isinstance(value, list | tuple | QuerySet):
        return sorted(str(_plain(one)) for one in value)
    if isinstance(value, Model):
        return value.pk
    return "" if value is None else value
