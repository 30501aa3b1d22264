"""Columns, articles, what was reviewed, what was written when, and what goes with a page."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.charter.models import Unit, local
from bureau.files.models import Attachment
from bureau.rich_text.fields import RichTextField
from bureau.workflow.models import Tracked
from sections.office.news.choices import (
    ColumnKind,
    ColumnStatus,
    LinkKind,
    LinkState,
    Outcome,
    Stage,
    Status,
    TermUnit,
    VersionKind,
)

TEXTS = ("title", "title_zh", "summary", "summary_zh", "body", "body_zh")


class EditorialTerm(models.Model):
    """A period of publishing with its legal ground: staleness, notice periods, reminders, secret links."""

    key = models.SlugField(_("period"), max_length=40)
    name = models.CharField(_("English name"), max_length=150)
    name_zh = models.CharField(_("Chinese name"), max_length=150)
    length = models.PositiveSmallIntegerField(_("length"))
    unit = models.CharField(_("unit"), max_length=12, choices=TermUnit.choices)
    basis = models.CharField(_("legal basis"), max_length=300)
    is_verified = models.BooleanField(_("verified at its source"), default=False)
    valid_from = models.DateField(_("valid from"))
    changed_by = models.CharField(_("last changed by"), max_length=100, blank=True, editable=False)

    class Meta:
        ordering = ("key", "-valid_from")
        verbose_name = _("period of publishing")
        verbose_name_plural = _("periods of publishing")
        constraints = [
            models.UniqueConstraint(fields=["key", "valid_from"], name="office_editorial_term_once"),
            models.CheckConstraint(condition=Q(unit__in=TermUnit.values), name="office_editorial_term_unit"),
            models.CheckConstraint(condition=Q(length__gte=1), name="office_editorial_term_length"),
        ]

    def __str__(self) -> str:
        return local(self.name_zh, self.name)


class Column(Tracked):
    """A part of the public site. Which there are is data; a section answers for each."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("English name"), max_length=80)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    description = models.CharField(_("English description"), max_length=300, blank=True)
    description_zh = models.CharField(_("Chinese description"), max_length=300, blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=ColumnKind.choices)
    owner = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="columns", verbose_name=_("kept by")
    )
    takes_drafts = models.BooleanField(_("every section may write for it"), default=False)
    # Empty: that of its kind, in the table of periods.
    stale_after_days = models.PositiveSmallIntegerField(
        _("own limit of staleness in days"), null=True, blank=True
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_shown = models.BooleanField(_("shown on the site"), default=True)
    # The last day on which it must have something new; written with each publication and each night.
    fresh_until = models.DateField(_("something new by"), null=True, blank=True, editable=False)
    status = models.CharField(
        _("status"), max_length=8, choices=ColumnStatus.choices, default=ColumnStatus.FRESH, editable=False
    )

    class Meta:
        ordering = ("position", "pk")
        verbose_name = _("column")
        verbose_name_plural = _("columns")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ColumnKind.values), name="office_column_kind"),
            models.CheckConstraint(condition=Q(status__in=ColumnStatus.values), name="office_column_status"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")), name="office_column_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return local(self.name_zh, self.name)

    @property
    def about(self) -> str:
        return local(self.description_zh, self.description)


class Article(Tracked):
    """One page of text. The public reads it while it is published, from its moment on and until it expires."""

    column = models.ForeignKey(
        Column, on_delete=models.PROTECT, related_name="articles", verbose_name=_("column")
    )
    owner = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="articles", verbose_name=_("drafted by")
    )
    title_zh = models.CharField(_("Chinese title"), max_length=120)
    title = models.CharField(_("English title"), max_length=200, blank=True)
    summary_zh = models.TextField(_("Chinese summary"), max_length=300, blank=True)
    summary = models.TextField(_("English summary"), max_length=600, blank=True)
    # Cleaned HTML: what is stored may be shown.
    body_zh = RichTextField(_("Chinese text"), max_length=100_000, blank=True)
    body = RichTextField(_("English text"), max_length=100_000, blank=True)
    source = models.CharField(pgettext_lazy("of an article", "source"), max_length=100, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    author = models.CharField(_("author"), max_length=100, blank=True)
    keywords = models.CharField(_("keywords"), max_length=200, blank=True)
    change_note = models.CharField(_("change note"), max_length=300, blank=True)
    change_note_zh = models.CharField(_("Chinese change note"), max_length=300, blank=True)
    publish_at = models.DateTimeField(_("publish at"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    revised_at = models.DateTimeField(_("last revised"), null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    pinned_until = models.DateField(_("pinned until"), null=True, blank=True)
    objections_until = models.DateField(_("objections until"), null=True, blank=True)
    review_by = models.DateField(_("look at it again by"), null=True, blank=True)
    is_emergency = models.BooleanField(_("published in an emergency"), default=False, editable=False)
    look_again_by = models.DateTimeField(_("second look by"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=300, blank=True, editable=False)
    withdrawn_reason_zh = models.CharField(
        _("why it was withdrawn, in Chinese"), max_length=300, blank=True, editable=False
    )
    # Set by the nightly task some days before `review_by`; the section is then asked.
    is_review_due = models.BooleanField(_("to be looked at again"), default=False, editable=False)
    broken_links = models.PositiveSmallIntegerField(_("broken links"), default=0, editable=False)
    # A draft that will take the place of a published text, at the same address.
    revision_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="revisions",
        editable=False,
        verbose_name=_("revision of"),
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("begun by"),
    )
    # Counts how often it was sent to review; each round asks for all reviews anew.
    round = models.PositiveSmallIntegerField(_("round of review"), default=0, editable=False)
    is_invented = models.BooleanField(_("invented for the demonstration"), default=False, editable=False)
    status = models.CharField(
        _("status"), max_length=16, choices=Status.choices, default=Status.DRAFT, editable=False
    )

    class Meta:
        ordering = ("-published_at", "-pk")
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        indexes = [
            models.Index(fields=["column", "status", "-published_at"], name="office_article_column"),
            models.Index(fields=["status", "-published_at"], name="office_article_newest"),
            models.Index(fields=["owner", "status"], name="office_article_owner"),
            models.Index(
                fields=["publish_at"], name="office_article_scheduled", condition=Q(status=Status.SCHEDULED)
            ),
            models.Index(
                fields=["expires_at"],
                name="office_article_expiring",
                condition=Q(status=Status.PUBLISHED, expires_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="office_article_status"),
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED) | Q(published_at__isnull=False),
                name="office_article_published_when",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.SCHEDULED) | Q(publish_at__isnull=False),
                name="office_article_scheduled_when",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.WITHDRAWN) | ~Q(withdrawn_reason_zh=""),
                name="office_article_withdrawn_why",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True)
                | Q(publish_at__isnull=True)
                | Q(expires_at__gt=F("publish_at")),
                name="office_article_expires_later",
                violation_error_message=_("It would expire before it is published."),
            ),
            models.UniqueConstraint(
                fields=["revision_of"],
                condition=~Q(status__in=[Status.TAKEN_OVER, Status.DISCARDED]),
                name="office_article_one_revision",
                violation_error_message=_("A revision of this page is being written already."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return local(self.title_zh, self.title)

    @property
    def gist(self) -> str:
        return local(self.summary_zh, self.summary)

    @property
    def text(self) -> str:
        """Cleaned HTML in the reader's language, in Chinese where there is no English."""
        return local(self.body_zh, self.body)


class ArticleVersion(models.Model):
    """The texts as they were at one moment. Never changed."""

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="versions", verbose_name=_("article")
    )
    number = models.PositiveSmallIntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=10, choices=VersionKind.choices)
    title_zh = models.CharField(_("Chinese title"), max_length=120)
    title = models.CharField(_("English title"), max_length=200, blank=True)
    summary_zh = models.TextField(_("Chinese summary"), blank=True)
    summary = models.TextField(_("English summary"), blank=True)
    body_zh = models.TextField(_("Chinese text"), blank=True)
    body = models.TextField(_("English text"), blank=True)
    note = models.CharField(_("change note"), max_length=300, blank=True)
    note_zh = models.CharField(_("Chinese change note"), max_length=300, blank=True)
    at = models.DateTimeField(_("time"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account"),
    )
    by_name = models.CharField(_("written by"), max_length=100, blank=True)

    class Meta:
        ordering = ("-number",)
        verbose_name = _("version of an article")
        verbose_name_plural = _("versions of articles")
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="office_article_version_once"),
            models.CheckConstraint(condition=Q(kind__in=VersionKind.values), name="office_version_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.number}"


class ArticleReview(models.Model):
    """Who looked at a text, when, with what result, and which proofreading went with it (三审三校)."""

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="reviews", verbose_name=_("article")
    )
    round = models.PositiveSmallIntegerField(_("round of review"))
    stage = models.CharField(_("review"), max_length=10, choices=Stage.choices)
    outcome = models.CharField(_("result"), max_length=8, choices=Outcome.choices)
    proofread = models.PositiveSmallIntegerField(_("proofreading"), default=0)
    opinion = models.CharField(_("opinion"), max_length=1000, blank=True)
    text_version = models.PositiveSmallIntegerField(_("version of the text"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account"),
    )
    by_name = models.CharField(_("reviewed by"), max_length=100)
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        ordering = ("at", "pk")
        verbose_name = _("review of an article")
        verbose_name_plural = _("reviews of articles")
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="office_article_review_stage"),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="office_article_review_outcome"
            ),
            models.CheckConstraint(condition=Q(proofread__lte=3), name="office_article_review_proofread"),
            models.UniqueConstraint(
                fields=["article", "round", "stage"],
                condition=Q(outcome=Outcome.PASSED),
                name="office_article_review_passed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.stage}"


class Picture(models.Model):
    """A picture of an article. Without words for who cannot see it there is none."""

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="pictures", verbose_name=_("article")
    )
    # Written in the transaction that makes the picture: a file needs the key of its record.
    file = models.OneToOneField(
        Attachment,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("file"),
    )
    alt_zh = models.CharField(_("what is to be seen, in Chinese"), max_length=200)
    alt = models.CharField(_("what is to be seen, in English"), max_length=200, blank=True)
    width = models.PositiveIntegerField(_("width"), default=0, editable=False)
    height = models.PositiveIntegerField(_("height"), default=0, editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ("position", "pk")
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [models.CheckConstraint(condition=~Q(alt_zh=""), name="office_picture_has_words")]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        return local(self.alt_zh, self.alt)


class PreviewLink(models.Model):
    """A secret address under which one draft can be read without an account, until it expires."""

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="preview_links", verbose_name=_("article")
    )
    # The address itself is kept nowhere.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_for = models.CharField(_("for whom"), max_length=100)
    expires_at = models.DateTimeField(_("valid until"))
    made_by = models.CharField(_("made by"), max_length=100, editable=False)
    # Its address dies with the account of who made it.
    maker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+", editable=False
    )
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")

    def __str__(self) -> str:
        return self.made_for


class ArticleLink(models.Model):
    """A link in a published text and how the last check found it."""

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="links", verbose_name=_("article")
    )
    address = models.CharField(_("address"), max_length=500)
    words = models.CharField(_("words of the link"), max_length=200, blank=True)
    kind = models.CharField(_("leads to"), max_length=8, choices=LinkKind.choices)
    state = models.CharField(
        _("result"), max_length=10, choices=LinkState.choices, default=LinkState.UNCHECKED
    )
    answer = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("link in an article")
        verbose_name_plural = _("links in articles")
        constraints = [
            models.UniqueConstraint(fields=["article", "address"], name="office_article_link_once"),
            models.CheckConstraint(condition=Q(kind__in=LinkKind.values), name="office_article_link_kind"),
            models.CheckConstraint(condition=Q(state__in=LinkState.values), name="office_article_link_state"),
        ]

    def __str__(self) -> str:
        return self.address


class WrongWord(models.Model):
    """Words that must not stand in a published text, and what to write instead."""

    wrong = models.CharField(_("wrong"), max_length=60, unique=True)
    right = models.CharField(_("write instead"), max_length=60, blank=True)
    note = models.CharField(_("reason"), max_length=200, blank=True)
    stops = models.BooleanField(_("stops publication"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)
    changed_by = models.CharField(_("last changed by"), max_length=100, blank=True, editable=False)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("wrong word")
        verbose_name_plural = _("wrong words")

    def __str__(self) -> str:
        return self.wrong
