"""What the bureau adds to a letter while it handles it: notes, other sections, links, citations, templates."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit
from sections.office.letters.choices import Kind, NoteKind
from sections.office.letters.models.letter import Letter


class LetterNote(models.Model):
    """A note inside the bureau, or a leader's instruction. The writer never sees either."""

    letter = models.ForeignKey(
        Letter, on_delete=models.CASCADE, related_name="notes", verbose_name=_("letter")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=NoteKind.choices, default=NoteKind.NOTE)
    text = models.TextField(_("text"), max_length=2000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    written_at = models.DateTimeField(_("written"))

    class Meta:
        ordering = ("-written_at", "-pk")
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=NoteKind.values), name="office_letternote_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class CoHandler(models.Model):
    """A section that contributes to the answer; the lead section writes it."""

    letter = models.ForeignKey(
        Letter, on_delete=models.CASCADE, related_name="co_handlers", verbose_name=_("letter")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="letters_co_handled", verbose_name=_("section")
    )
    question = models.TextField(_("what it shall contribute"), max_length=1000, blank=True)
    contribution = models.TextField(_("contribution"), max_length=5000, blank=True)
    invited_on = models.DateField(_("invited"))
    contributed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("contribution written by"),
    )
    contributed_on = models.DateField(_("contributed"), null=True, blank=True)
    is_done = models.BooleanField(_("contributed"), default=False)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("section that contributes")
        verbose_name_plural = _("sections that contribute")
        constraints = [
            models.UniqueConstraint(fields=["letter", "unit"], name="office_cohandler_once"),
            models.CheckConstraint(
                condition=Q(is_done=False) | ~Q(contribution=""), name="office_cohandler_done_has_text"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.unit}"


class LetterLink(models.Model):
    """Two letters that belong together; each is handled by itself. Stored once, read from both sides."""

    first = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="+", verbose_name=_("letter"))
    second = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="+", verbose_name=_("letter"))
    reason = models.CharField(_("reason"), max_length=200)
    linked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("linked by"),
    )
    linked_on = models.DateField(_("linked"))

    class Meta:
        ordering = ("pk",)
        verbose_name = _("link between letters")
        verbose_name_plural = _("links between letters")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="office_letterlink_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="office_letterlink_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first} {self.second}"


class Citation(models.Model):
    """A document on which the answer rests; the writer reads it below the answer."""

    letter = models.ForeignKey(
        Letter, on_delete=models.CASCADE, related_name="citations", verbose_name=_("letter")
    )
    place = models.PositiveSmallIntegerField(_("place"))
    title = models.CharField(_("title"), max_length=200)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    address = models.URLField(_("web address"), max_length=300, blank=True)

    class Meta:
        ordering = ("place",)
        verbose_name = _("cited document")
        verbose_name_plural = _("cited documents")
        constraints = [
            models.UniqueConstraint(fields=["letter", "place"], name="office_citation_place"),
        ]

    def __str__(self) -> str:
        return self.title


class AnswerTemplate(models.Model):
    """A beginning for answers; the office keeps them, every section that answers may use them."""

    owner = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="answer_templates_kept",
        verbose_name=_("kept by"),
        editable=False,
    )
    title = models.CharField(_("name of the template"), max_length=60)
    kind = models.CharField(_("kind of letter"), max_length=12, choices=Kind.choices, blank=True)
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="answer_templates",
        verbose_name=_("only for the section"),
    )
    text = models.TextField(_("text"), max_length=5000)
    is_in_use = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ("title", "pk")
        verbose_name = _("answer template")
        verbose_name_plural = _("answer templates")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "title"],
                name="office_answertemplate_title",
                violation_error_message=_("A template with this name exists already."),
            ),
            models.CheckConstraint(
                condition=Q(kind="") | Q(kind__in=Kind.values), name="office_answertemplate_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.title
