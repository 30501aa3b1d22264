"""Pages of an article beside the generated ones: pictures, versions side by side, preview links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from bureau.access.services import permitted
from bureau.access.views import Records, rule
from bureau.files import uploads
from bureau.files.refusals import FileRefused, NoRoom
from bureau.files.storage import FULL
from bureau.pages.pagesets import PageSet, Workspace
from bureau.pages.views.base import PageView
from bureau.workflow.refusals import Invalid, NotPermitted, Refusal
from sections.office.news import previews, services, texts
from sections.office.news.enclosures import add_picture, remove_picture, why_not_written
from sections.office.news.forms import PictureForm, PreviewForm
from sections.office.news.models import Article, ArticleVersion, Picture, PreviewLink

NO_ROOM = 507


class OfArticle(PageView):
    """A page with one form about one article."""

    def answer(
        self, article: Article, title: str, form: Any, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        return self.page(
            title,
            status=status,
            record=article,
            record_title=self.pageset.title(article),
            form=form,
            trail=self.trail(article),
            cancel_url=self.url("detail", article.pk),
            **more,
        )

    def back_to(self, article: Article) -> HttpResponseRedirect:
        return HttpResponseRedirect(self.url("detail", article.pk))


class PictureView(OfArticle):
    """A picture with its words: neither comes without the other."""

    template = "office/news/form.html"

    def article(self, pk: int) -> Article:
        article: Article = self.record(pk, "draft")
        why = why_not_written(article)
        if why:
            raise PermissionDenied(why)
        return article

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.shown(self.article(pk), PictureForm(principal=self.principal))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = self.article(pk)
        form = PictureForm(request.POST, request.FILES, principal=self.principal)
        if uploads.has_no_room(request):
            form.errors.clear()
            form.add_error("file", FULL)
            return self.shown(article, form, status=NO_ROOM)
        if not form.is_valid():
            return self.shown(article, form, status=422)
        given = form.cleaned_data
        try:
            add_picture(
                article, upload=given["file"], alt_zh=given["alt_zh"], alt=given["alt"], by=self.principal
            )
        except FileRefused as refusal:
            form.add_error("file", refusal)
            return self.shown(article, form, status=NO_ROOM if isinstance(refusal, NoRoom) else 422)
        except Invalid as refusal:
            form.add_error(None, refusal.sentence)
            return self.shown(article, form, status=422)
        messages.success(request, _("The picture was added."))
        return self.back_to(article)

    def shown(self, article: Article, form: PictureForm, *, status: int = 200) -> HttpResponse:
        return self.answer(article, _("Add a picture"), form, status=status, act=_("Add the picture"))


class RemovePictureView(OfArticle):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int, picture: int) -> HttpResponse:
        article = self.record(pk, "draft")
        found = permitted(self.principal, "change", Picture).filter(article=article, pk=picture).first()
        if found is None:
            raise Http404
        try:
            remove_picture(found, by=self.principal)
        except (Invalid, NotPermitted) as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        messages.success(request, _("The picture was removed."))
        return self.back_to(article)


class CompareView(OfArticle):
    """Two versions of the texts: what is gone is struck out, what is new underlined."""

    template = "office/news/compare.html"

    def get(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        article = self.record(pk)
        new = self.version(article, number)
        old = self.version(article, self.other(article, number))
        return self.answer(
            article,
            _("Version %(old)d and version %(new)d") % {"old": old.number, "new": new.number},
            None,
            old=old,
            new=new,
            differences=texts.compared(old, new),
            versions=permitted(self.principal, "view", ArticleVersion).filter(article=article),
            restore_url=reverse("desk:office:article_restore", args=[article.pk, old.number]),
            may_restore=self.pageset.queryset(self.principal, "draft").filter(pk=article.pk).exists(),
        )

    def other(self, article: Article, number: int) -> int:
        """The version named in `?with=`, else the one before."""
        chosen = self.request.GET.get("with", "")
        if chosen.isascii() and chosen.isdigit():
            return min(int(chosen), 30_000)
        before = article.versions.filter(number__lt=number).order_by("-number").first()
        return before.number if before else number

    def version(self, article: Article, number: int) -> ArticleVersion:
        rows = permitted(self.principal, "view", ArticleVersion).filter(article=article)
        found = rows.filter(number=number).first()
        if found is None:
            raise Http404
        return found


class RestoreView(OfArticle):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        article = self.record(pk, "draft")
        version = article.versions.filter(number=min(number, 30_000)).first()
        if version is None:
            raise Http404
        try:
            written = services.bring_back(version, by=self.principal)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return self.back_to(article)
        messages.success(request, _("The texts of version %(number)d are back.") % {"number": version.number})
        return self.back_to(written)


class PreviewView(OfArticle):
    """A new secret address: shown on this one page, kept nowhere."""

    template = "office/news/form.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.shown(self.record(pk, "draft"), PreviewForm(principal=self.principal))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = self.record(pk, "draft")
        form = PreviewForm(request.POST, principal=self.principal)
        if not form.is_valid():
            return self.shown(article, form, status=422)
        try:
            link, secret = previews.make_link(
                article, made_for=form.cleaned_data["made_for"], by=self.principal
            )
        except Invalid as refusal:
            form.add_error(None, refusal.sentence)
            return self.shown(article, form, status=409)
        address = settings.PUBLIC_URL + reverse("public:preview", args=[secret])
        return self.shown(article, None, link=link, address=address)

    def shown(self, article: Article, form: Any, *, status: int = 200, **more: Any) -> HttpResponse:
        response = self.answer(
            article, _("Make a preview link"), form, status=status, act=_("Make the link"), **more
        )
        response.headers["Cache-Control"] = "no-store, private"
        return response


class RevokeView(OfArticle):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int, link: int) -> HttpResponse:
        article = self.record(pk, "draft")
        found = permitted(self.principal, "change", PreviewLink).filter(article=article, pk=link).first()
        if found is None:
            raise Http404
        previews.revoke_link(found, by=self.principal)
        messages.success(request, _("The preview link was taken back."))
        return self.back_to(article)


PAGES: Sequence[tuple[str, type[OfArticle], str, str]] = (
    ("<int:pk>/pictures/new/", PictureView, "draft", "article_picture"),
    ("<int:pk>/pictures/<int:picture>/remove/", RemovePictureView, "draft", "article_picture_remove"),
    ("<int:pk>/versions/<int:number>/", CompareView, "view", "article_version"),
    ("<int:pk>/versions/<int:number>/restore/", RestoreView, "draft", "article_restore"),
    ("<int:pk>/preview/", PreviewView, "draft", "article_preview"),
    ("<int:pk>/preview/<int:link>/revoke/", RevokeView, "draft", "article_revoke"),
)


def urls(pageset: PageSet, workspace: Workspace) -> list[URLPattern]:
    options: Any = {"pageset": pageset, "workspace": workspace}
    return [
        path(route, rule(Records(workspace, verb, Article))(view.as_view(**options)), name=name)
        for route, view, verb, name in PAGES
    ]
