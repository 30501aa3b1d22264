"""Files that go to the public with an article, and its pictures."""

from __future__ import annotations

import io

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image

from bureau.access.services import may
from bureau.accounts.principals import Principal
from bureau.audit import services as audit
from bureau.files import services as files
from bureau.files import storage
from bureau.files.choices import OFFICE, PAPERS, PICTURES
from bureau.files.kinds import AttachmentKind
from bureau.files.models import Attachment
from bureau.public.publishing import public_changed
from bureau.workflow.refusals import Invalid, NotPermitted
from sections.office.news.choices import WRITING
from sections.office.news.models import Article, Picture


def why_not_written(article: Article) -> str:
    if article.status in WRITING:
        return ""
    return str(_("Files and pictures change only while the text is being written."))


ENCLOSURE = AttachmentKind(
    "enclosure",
    _("Attachment for the public"),
    types=(*PAPERS, *OFFICE),
    max_count=20,
    add="draft",
    public=True,
    note=_("Everybody can fetch it while the page is public."),
    locked=why_not_written,
)
PICTURE = AttachmentKind(
    "picture",
    _("Picture"),
    types=PICTURES,
    max_count=1,
    add="change",
    public=True,
    locked=lambda picture: why_not_written(picture.article),
)
MOST_PICTURES = 12


def add_picture(
    article: Article, *, upload: File[bytes], alt_zh: str, alt: str = "", by: Principal
) -> Picture:
    """A picture with the words for it: drawn anew by the files kernel, both rows or neither.

    Raises Invalid, NotPermitted, FileRefused and NoRoom.
    """
    decision = may(by, "draft", article)
    if not decision:
        raise NotPermitted(decision.reason)
    why = why_not_written(article)
    if why:
        raise Invalid(why)
    with transaction.atomic():
        place = article.pictures.count() + 1
        if place > MOST_PICTURES:
            raise Invalid(str(_("An article has at most %(count)d pictures.")) % {"count": MOST_PICTURES})
        picture = Picture(article=article, alt_zh=alt_zh, alt=alt, position=place)
        picture.full_clean()
        picture.save()
        picture.file = files.attach(record=picture, upload=upload, kind=PICTURE.key, by=by)
        picture.width, picture.height = _size(picture)
        picture.save(update_fields=["file", "width", "height"])
        audit.record("office.picture.added", by=by, obj=picture, fields=["alt_zh", "alt"])
        public_changed(article)
    return picture


def _size(picture: Picture) -> tuple[int, int]:
    with storage.read(picture.file.stored_as) as content, Image.open(io.BytesIO(content.read())) as image:  # type: ignore[union-attr]
        return image.size


def on_page(article: Article) -> dict[str, tuple[str, Attachment | Picture]]:
    """Everything that a published page carries: key → (what it is called, the thing)."""
    rows = Attachment.objects.of(article).in_force().filter(kind=ENCLOSURE.key)
    found: dict[str, tuple[str, Attachment | Picture]] = {f"file-{row.pk}": (row.name, row) for row in rows}
    return found | {f"picture-{one.pk}": (one.words, one) for one in article.pictures.all()}


def take_off(article: Article, key: str, *, by: Principal, reason: str) -> None:
    """A file or picture of a published page is withdrawn at once; to put another there takes a revision."""
    _name, thing = on_page(article).get(key, ("", None))
    if thing is None:
        raise Invalid(_("It is no longer on the page."))
    if isinstance(thing, Picture):
        audit.record("office.picture.removed", by=by, obj=thing)
        thing.delete()
    else:
        files.withdraw(thing, by=by, reason=reason, by_step=True)
    public_changed(article)


def remove_picture(picture: Picture, *, by: Principal) -> None:
    """Gone with its file. Raises Invalid and NotPermitted."""
    article = picture.article
    if not may(by, "draft", article):
        raise NotPermitted(may(by, "draft", article).reason)
    why = why_not_written(article)
    if why:
        raise Invalid(why)
    with transaction.atomic():
        audit.record("office.picture.removed", by=by, obj=picture)
        picture.delete()
        public_changed(article)
