"""The shell's own public pages. They ask as PUBLIC and never look at request.user."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from bureau.access.views import Open, SignedIn, rule
from bureau.accounts.models import User
from bureau.charter.selectors import sections
from bureau.public import blocks, channels, errors, front, languages, modes, selectors
from bureau.public.addresses import inside
from bureau.public.kept import kept, relies_on


@rule(Open())
@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """/ leads on by the remembered choice, then Accept-Language, then Chinese."""
    prefix = languages.PREFIXES[languages.remembered(request)]
    response = redirect(f"/{prefix}/")
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


@rule(Open())
@require_safe
@kept()
def home(request: HttpRequest) -> HttpResponse:
    relies_on(request, *blocks.tags())
    context = {
        "blocks": blocks.filled(),
        "open_now": blocks.what_is_open(),
        "task_entries": front.tasks(),
        "quick": front.open_government(),
        "sections": sections(),
    }
    return render(request, "public/home.html", context)


@rule(Open())
@require_safe
@kept()
def channel(request: HttpRequest, key: str) -> HttpResponse:
    """A channel with several pages: what each is for, and its columns."""
    found = next((one for one in channels.filled() if one.key == key), None)
    if found is None:
        raise Http404
    context = {
        "channel": found,
        "columns": channels.columns_of(found),
        "task_entries": front.tasks() if found.tasks else [],
        "site_tags": {"ColumnName": found.label, "ColumnDescription": found.label},
    }
    return render(request, "public/channel.html", context)


@rule(Open())
@require_safe
@kept()
def duties(request: HttpRequest) -> HttpResponse:
    """What the bureau does: every section, every duty, and what the public can use of it."""
    context = {"sections": selectors.sections_with_duties(), "nav": "duties"}
    return render(request, "public/duties.html", context)


@rule(Open())
@require_safe
@kept()
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "public/accessibility.html")


@rule(Open())
@require_safe
@kept()
def privacy(request: HttpRequest) -> HttpResponse:
    minutes = settings.SESSION_COOKIE_AGE // 60
    return render(request, "public/privacy.html", {"session_minutes": minutes})


@rule(Open())
@require_safe
@kept()
def sitemap(request: HttpRequest) -> HttpResponse:
    found = [(one, channels.columns_of(one)) for one in channels.filled()]
    return render(request, "public/sitemap.html", {"channels": found, "task_entries": front.tasks()})


@rule(Open())
@csrf_exempt
@require_POST
def set_mode(request: HttpRequest) -> HttpResponse:
    """Remember care, dark or light mode or the language in one cookie each, and go back."""
    if not modes.is_from_here(request):
        return errors.forbidden(request)
    there = inside(request, request.POST.get("next", ""))
    language = request.POST.get("language", "")
    if language in languages.PREFIXES:
        response = HttpResponseRedirect(languages.in_language(there, language))
        _remember(request, response, settings.LANGUAGE_COOKIE_NAME, language)
        return response
    response = HttpResponseRedirect(there)
    choice = request.POST.get("mode", "")
    if choice in modes.CHOICES:
        _remember(request, response, modes.COOKIE, ".".join(modes.after(modes.chosen(request), choice)))
    return response


def _remember(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=modes.A_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax"
    )


@rule(SignedIn())
@require_POST
def set_work_language(request: HttpRequest) -> HttpResponse:
    """The language switch of the work areas: the person's own setting."""
    language = request.POST.get("language", "")
    response = HttpResponseRedirect(inside(request, request.POST.get("next", ""), otherwise=reverse("root")))
    if language in languages.PREFIXES:
        User.objects.filter(username=request.user.get_username()).update(language=language)
        _remember(request, response, settings.LANGUAGE_COOKIE_NAME, language)
    return response
