"""A policy document, and the codes by which documents are filed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit, local
from bureau.identifiers import document_number
from bureau.identifiers.errors import BadIdentifier
from bureau.rich_text.fields import RichTextField
from bureau.workflow.models import Tracked
from sections.office.news.models import Article
from sections.office.policies.choices import STILL_VALID, CodeKind, Status, Validity

# What the public reads, in both languages.
TEXTS = ("title", "title_zh", "body", "body_zh", "interpretation", "interpretation_zh", "keywords")


class PolicyCode(models.Model):
    """A topic, a kind of document, a body that issues documents. A code in use is switched off, not deleted."""

    kind = models.CharField(_("table"), max_length=8, choices=CodeKind.choices)
    key = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("English name"), max_length=120)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    basis = models.CharField(_("legal basis"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)
    changed_by = models.CharField(_("last changed by"), max_length=100, editable=False, blank=True)

    class Meta:
        ordering = ("kind", "position", "key")
        verbose_name = _("code of policy documents")
        verbose_name_plural = _("codes of policy documents")
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="office_policy_code_once"),
            models.CheckConstraint(condition=Q(kind__in=CodeKind.values), name="office_policy_code_kind"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return local(self.name_zh, self.name)


def _code(kind: str, name: Any, **more: object) -> models.ForeignKey[PolicyCode, PolicyCode]:
    return models.ForeignKey(
        PolicyCode,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"kind": kind, "is_active": True},
        verbose_name=name,
        **more,  # type: ignore[arg-type]
    )


def check_document_number(text: str) -> None:
    """A form's and a model's validator."""
    from django.core.exceptions import ValidationError

    try:
        document_number.check(text)
    except BadIdentifier as error:
        raise ValidationError(str(error)) from error


class PolicyDocument(Tracked):
    """One document as the public reads it: what it says, since when, whether it still holds, what it means."""

    number = models.CharField(
        _("document number"), max_length=40, blank=True, validators=[check_document_number]
    )
    index_number = models.CharField(_("index number"), max_length=60, unique=True, editable=False)
    title_zh = models.CharField(_("Chinese title"), max_length=150)
    title = models.CharField(_("English title"), max_length=250, blank=True)
    body_zh = RichTextField(_("Chinese text"), max_length=200_000)
    body = RichTextField(_("English text"), max_length=200_000, blank=True)
    keywords = models.CharField(_("keywords"), max_length=200, blank=True)
    issuer = _code(CodeKind.ISSUER, _("issuing body"))
    genre = _code(CodeKind.GENRE, _("kind of document"))
    topic = _code(CodeKind.TOPIC, _("topic"))
    is_normative = models.BooleanField(_("normative document"), default=False)
    issued_on = models.DateField(_("date of the document"))
    in_force_on = models.DateField(_("in force from"))
    expires_on = models.DateField(_("in force until"), null=True, blank=True)
    validity = models.CharField(
        _("validity"), max_length=8, choices=Validity.choices, default=Validity.IN_FORCE, editable=False
    )
    validity_on = models.DateField(_("validity changed on"), null=True, blank=True, editable=False)
    validity_reason_zh = models.CharField(_("why, in Chinese"), max_length=300, blank=True, editable=False)
    validity_reason = models.CharField(_("why, in English"), max_length=300, blank=True, editable=False)
    replaced_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        editable=False,
        verbose_name=_("replaced or amended by"),
    )
    interpretation_zh = RichTextField(_("Chinese interpretation"), max_length=100_000, blank=True)
    interpretation = RichTextField(_("English interpretation"), max_length=100_000, blank=True)
    interpreted_in = models.ForeignKey(
        Article,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="interprets",
        verbose_name=_("interpretation as an article"),
    )
    owner = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="policy_documents",
        editable=False,
        verbose_name=_("kept by"),
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("entered by"),
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    withdrawn_reason_zh = models.CharField(
        _("why it was withdrawn, in Chinese"), max_length=300, blank=True, editable=False
    )
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=300, blank=True, editable=False)
    # Set when its last day comes near: somebody decides what becomes of it.
    reminded_on = models.DateField(_("reminded of its end"), null=True, blank=True, editable=False)
    is_invented = models.BooleanField(_("invented for the demonstration"), default=False, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False
    )

    class Meta:
        ordering = ("-issued_on", "-pk")
        verbose_name = _("policy document")
        verbose_name_plural = _("policy documents")
        indexes = [
            models.Index(fields=["status", "-issued_on"], name="office_policy_newest"),
            models.Index(fields=["owner", "status"], name="office_policy_owner"),
            models.Index(
                fields=["expires_on"],
                name="office_policy_expiring",
                condition=Q(status=Status.PUBLISHED, validity__in=STILL_VALID, expires_on__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="office_policy_status"),
            models.CheckConstraint(condition=Q(validity__in=Validity.values), name="office_policy_validity"),
            models.UniqueConstraint(
                fields=["number"],
                condition=~Q(number="") & ~Q(status=Status.WITHDRAWN),
                name="office_policy_number",
                violation_error_message=_("There is a document with this number already."),
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("in_force_on")),
                name="office_policy_days",
                violation_error_message=_("A document cannot end before it is in force."),
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED) | Q(published_at__isnull=False),
                name="office_policy_published",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.index_number

    @property
    def label(self) -> str:
        return local(self.title_zh, self.title)

    @property
    def is_valid(self) -> bool:
        return self.validity in STILL_VALID

    @property
    def begins_later(self) -> bool:
        """Published, and not in force yet."""
        return self.in_force_on > timezone.localdate()

    @property
    def is_explained(self) -> bool:
        return bool(self.interpretation_zh or self.interpreted_in_id)
