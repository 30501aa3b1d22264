"""The steps of writing a letter. What was typed travels in a signed field; it is stored when it is sent,
or when the writer saves it to go on later (`drafts`)."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from bureau.pages.forms import PortalForm
from sections.office.letters.choices import Kind
from sections.office.letters.forms import KindForm, TextForm, WriterForm
from sections.office.letters.writer_forms import ChildForm, ToldForm

SALT = "letters.writing"
ADULT, CHILD = "adult", "child"
PATHS: dict[str, dict[str, type[PortalForm]]] = {
    ADULT: {"kind": KindForm, "text": TextForm, "writer": WriterForm},
    CHILD: {"told": ToldForm, "child": ChildForm},
}
# On which step of each path the letter itself is written; files are added there.
TEXT_STEPS = {ADULT: "text", CHILD: "told"}
CHECK = "check"
# Pages between the steps, each shown once.
CALLS, LIKELY = "calls", "likely"


@dataclass
class Draft:
    """What the writer has typed so far, step by step, exactly as typed, with the token of this letter.

    `began`: when the form was opened, in seconds. `seen`: pages between the steps that were shown.
    """

    answers: dict[str, dict[str, str]]
    token: str
    path: str = ADULT
    urgent: bool = False
    began: float = 0.0
    seen: list[str] = field(default_factory=list)
    # What stands in a step before anything was typed there: the page that the letter is about.
    begun_with: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def new(cls, path: str = ADULT, *, urgent: bool = False) -> Draft:
        # Who says at once that it is urgent has been shown the numbers to call.
        seen = [CALLS] if urgent else []
        return cls({}, secrets.token_urlsafe(24), path, urgent, time.time(), seen)

    @classmethod
    def read(cls, signed: str) -> Draft | None:
        """The draft of a signed field; None when the field is missing or was changed."""
        try:
            return cls._of(signing.loads(signed, salt=SALT))
        except (signing.BadSignature, KeyError, TypeError, ValueError):
            return None

    @classmethod
    def restored(cls, content: str) -> Draft:
        """What `content` gave to be kept."""
        return cls._of(json.loads(content))

    @classmethod
    def _of(cls, value: dict[str, Any]) -> Draft:
        path = value.get("path", ADULT)
        return cls(
            dict(value["answers"]),
            str(value["token"]),
            path if path in PATHS else ADULT,
            bool(value.get("urgent")),
            float(value.get("began", 0)),
            list(value.get("seen", ())),
            dict(value.get("begun_with", {})),
        )

    def _value(self) -> dict[str, Any]:
        return {
            "answers": self.answers,
            "token": self.token,
            "path": self.path,
            "urgent": self.urgent,
            "began": self.began,
            "seen": self.seen,
            "begun_with": self.begun_with,
        }

    def signed(self) -> str:
        return signing.dumps(self._value(), salt=SALT, compress=True)

    def content(self) -> str:
        return json.dumps(self._value(), ensure_ascii=True)

    # -- the steps ----------------------------------------------------------------------------------------

    @property
    def steps(self) -> dict[str, type[PortalForm]]:
        return PATHS[self.path]

    @property
    def order(self) -> tuple[str, ...]:
        return (*self.steps, CHECK)

    @property
    def text_step(self) -> str:
        return TEXT_STEPS[self.path]

    @property
    def is_by_child(self) -> bool:
        return self.path == CHILD

    @property
    def is_urgent(self) -> bool:
        """Chosen at the beginning, or answered in the form for children."""
        return self.urgent or self.answers.get("told", {}).get("harm") == ToldForm.YES

    def keep(self, step: str, posted: Mapping[str, Any]) -> None:
        """Remember a step's fields as typed, right or wrong."""
        fields = self.steps[step].base_fields
        self.answers[step] = {name: str(posted.get(name, ""))[:20_000] for name in fields}

    def form(self, step: str) -> PortalForm:
        """The step's form: bound where something was typed, so that errors show; else empty."""
        typed = self.answers.get(step)
        return self.steps[step](typed) if typed is not None else self.steps[step]()

    def blank_form(self, step: str) -> PortalForm:
        """The step's form with what was typed, without complaints: for going back."""
        return self.steps[step](initial=self.answers.get(step, self.begun_with.get(step, {})))

    def first_open_step(self) -> str:
        """The first step that is missing or wrong; `check` when all are fine."""
        return next((step for step in self.steps if not self.form(step).is_valid()), CHECK)

    def wants_calls(self) -> bool:
        """Whether the numbers to call must be shown before anything else."""
        return self.is_urgent and CALLS not in self.seen

    def cleaned(self) -> dict[str, Any]:
        """All answers, cleaned. Only for a draft whose `first_open_step` is `check`."""
        found: dict[str, Any] = {"email": "", "may_be_published": False}
        if self.is_by_child:
            found |= {"kind": Kind.REQUEST, "title": _("Letter of a child")}
        for step in self.steps:
            form = self.form(step)
            form.full_clean()
            found |= form.cleaned_data
        return found
