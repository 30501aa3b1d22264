"""The public front: kept pages, what is gone when it is withdrawn, feeds, search, moved addresses, weight."""

from __future__ import annotations

import gzip
import re
import xml.etree.ElementTree as ElementTree
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from bureau.public import kept
from bureau.public.generations import GENERATIONS, Generations, raise_numbers
from bureau.public.keeping import compare, plain
from bureau.public.models import PageGeneration, PublicPage, Redirect
from bureau.public.publishing import PUBLIC_KINDS, public_changed
from bureau.search.queries import parse
from bureau.workflow import services as workflow
from sections.office.news.models import Article
from tests.attacks.walking import typed
from tests.factories import answers, news, policies

pytestmark = pytest.mark.django_db

LOCAL = "django.core.cache.backends.locmem.LocMemCache"
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def keeps_pages(settings):
    settings.PAGE_KEPT_SECONDS = 30
    settings.PAGE_GENERATION_SECONDS = 0
    caches["pages"].clear()
    GENERATIONS.forget()
    yield settings
    caches["pages"].clear()
    GENERATIONS.forget()


def withdraw(cast, article):
    data = {"withdrawn_reason_zh": "内容有误。", "withdrawn_reason": "It was wrong."}
    return workflow.perform(article, "withdraw", by=cast.office_chief, data=data)


def stored_pages():
    """In the memory of this process, or on the Redis that REDIS_URL names."""
    store = caches["pages"]._cache
    return len(store) if isinstance(store, dict) else store.get_client(write=True).dbsize()


# -- kept pages ---------------------------------------------------------------------------------------------


def test_a_kept_page_is_answered_without_asking_for_the_article(
    client, cast, keeps_pages, django_assert_num_queries
):
    article = news.stored(1)[0]
    first = client.get(f"/zh/news/{article.pk}/")
    with django_assert_num_queries(1):  # the numbers of the generations
        again = client.get(f"/zh/news/{article.pk}/")
    assert again.content == first.content
    assert again["ETag"] == first["ETag"]
    assert "max-age=20" in again["Cache-Control"]
    assert int(re.search(r"max-age=(\d+)", again["Cache-Control"])[1]) <= 60
    assert again["Content-Language"] == "zh-Hans"
    unchanged = client.get(f"/zh/news/{article.pk}/", HTTP_IF_NONE_MATCH=again["ETag"])
    assert (unchanged.status_code, unchanged.content) == (304, b"")


def test_withdrawn_means_gone_from_page_list_search_feed_home_map_and_every_cache(client, cast, keeps_pages):
    article = news.published(cast, title_zh="秋季运动会安排公布", title="")
    page = f"/zh/news/{article.pk}/"
    places = ("/zh/", "/zh/news/", "/zh/columns/news/", "/zh/columns/news/atom/", "/zh/columns/news/rss/")
    searched = "/zh/search/?q=运动会安排"
    for _ in range(2):  # the second time from what is kept
        assert client.get(page).status_code == 200
        for place in (*places, searched):
            assert "秋季运动会安排公布" in client.get(place).content.decode(), place
    assert f"/zh/news/{article.pk}/" in client.get("/sitemap-1.xml").content.decode()

    withdraw(cast, article)

    gone = client.get(page)
    assert gone.status_code == 410
    assert "内容有误。" in gone.content.decode()
    assert "no-store" in gone["Cache-Control"]
    for place in (*places, searched):
        assert f"/news/{article.pk}/" not in client.get(place).content.decode(), place
    assert client.get("/sitemap-1.xml").status_code == 404
    assert not PublicPage.objects.filter(kind="office.article", object_id=article.pk).exists()


def test_another_process_sees_the_change_as_soon_as_it_reads_the_numbers_again(db):
    moments = [0.0]
    other = Generations(clock=lambda: moments[0])
    known = {"office.article:1": other.all().get("office.article:1", 0)}
    raise_numbers(["office.article:1"])
    assert other.still(known)  # it has not looked yet
    moments[0] = 5.0
    assert not other.still(known)


def test_only_pages_that_show_the_changed_record_are_made_anew(client, cast, keeps_pages):
    one, other = news.stored(1)[0], news.stored(1, column=news.column("recruitment"))[0]
    for article in (one, other):
        client.get(f"/zh/news/{article.pk}/")
    Article.objects.filter(pk=other.pk).update(title_zh="改过而没有告诉任何人的标题")
    Article.objects.filter(pk=one.pk).update(title_zh="改过的标题")
    public_changed(one)
    assert "改过的标题" in client.get(f"/zh/news/{one.pk}/").content.decode()
    assert "改过而没有告诉" not in client.get(f"/zh/news/{other.pk}/").content.decode()


def test_a_kept_page_holds_nothing_of_who_asked_first(client, cast, keeps_pages):
    article = news.stored(1)[0]
    insider = Client(headers={"Accept-Language": "en"})
    insider.force_login(cast.office_chief)
    insider.cookies["portal_secret"] = "canary-cookie"
    path = f"/en/news/{article.pk}/"
    made = insider.get(
        path, {"q": "canary-query", "utm": "canary-utm"}, HTTP_REFERER="https://canary.example/"
    )
    for response in (made, client.get(path)):
        text = response.content.decode()
        for canary in ("canary", str(cast.office_chief), cast.office_chief.username, "csrfmiddlewaretoken"):
            assert canary not in text
        assert not response.cookies


def test_parameters_that_do_not_count_make_no_new_entries(client, cast, keeps_pages):
    news.stored(1)
    client.get("/zh/news/")
    before = stored_pages()
    for number in range(5):
        client.get("/zh/news/", {f"x{number}": "1", "utm_source": str(number)})
        client.get("/zh/search/", {"q": str(number)})
    assert stored_pages() == before
    client.get("/zh/news/", {"page": "2"})
    assert stored_pages() == before + 1


def test_language_display_mode_and_host_have_entries_of_their_own(client, cast, keeps_pages):
    article = news.stored(1)[0]
    light = client.get(f"/zh/news/{article.pk}/").content
    client.cookies["portal_mode"] = "care.dark"
    dark = client.get(f"/zh/news/{article.pk}/").content.decode()
    assert 'class="care dark"' in dark
    assert 'class="care dark"' not in light.decode()
    assert 'lang="en"' in client.get(f"/en/news/{article.pk}/").content.decode()
    before = stored_pages()
    client.get(f"/en/news/{article.pk}/", headers={"host": "localhost"})
    assert stored_pages() == before + 1


def test_pages_with_forms_of_somebody_are_never_kept(client, cast, keeps_pages):
    for path in ("/zh/letters/new/", "/zh/track/", "/zh/search/?q=教育", "/account/login/"):
        response = client.get(path)
        assert "max-age=20" not in response.get("Cache-Control", ""), path
    assert stored_pages() == 0


def test_a_cache_that_is_away_costs_nothing_but_time(client, cast, keeps_pages, settings):
    settings.CACHES = {
        **settings.CACHES,
        "pages": {
            "BACKEND": "bureau.redis_cache.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        },
    }
    article = news.stored(1)[0]
    kept.STORE.__init__()
    for _ in range(2):
        assert client.get(f"/zh/news/{article.pk}/").status_code == 200
    settings.CACHES = {**settings.CACHES, "pages": {"BACKEND": LOCAL}}
    kept.STORE.__init__()


def test_an_expired_page_is_gone_although_nothing_happened(client, cast):
    article = news.stored(1)[0]
    Article.objects.filter(pk=article.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(f"/zh/news/{article.pk}/").status_code == 404
    assert f"/news/{article.pk}/" not in client.get("/zh/news/").content.decode()
    assert f"/news/{article.pk}/" not in client.get("/zh/columns/news/atom/").content.decode()


# -- the index, feeds, map ----------------------------------------------------------------------------------


def test_the_nightly_comparison_finds_what_was_written_past_the_signals(cast):
    kind = PUBLIC_KINDS["office.article"]
    article = news.stored(1)[0]
    PublicPage.objects.all().delete()
    assert compare(kind) == 1
    assert PublicPage.objects.get().object_id == article.pk
    Article.objects.filter(pk=article.pk).update(status="withdrawn", withdrawn_reason_zh="x")
    assert compare(kind) == 1
    assert not PublicPage.objects.exists()
    assert compare(kind) == 0


def test_feeds_and_maps_are_valid_and_name_full_addresses(client, cast, settings):
    article = news.published(cast, title_zh="A < B & “C”")
    atom = ElementTree.fromstring(client.get("/zh/columns/news/atom/").content)
    assert [entry.findtext(f"{ATOM}title") for entry in atom.iter(f"{ATOM}entry")] == ["A < B & “C”"]
    assert atom.find(f"{ATOM}entry/{ATOM}link").get("href") == f"{settings.PUBLIC_URL}/zh/news/{article.pk}/"
    rss = ElementTree.fromstring(client.get("/en/columns/news/rss/").content)
    assert rss.findtext("channel/item/link") == f"{settings.PUBLIC_URL}/en/news/{article.pk}/"
    assert client.get("/zh/columns/news/json/").status_code == 404
    files = [one.text for one in ElementTree.fromstring(client.get("/sitemap.xml").content).iter(f"{MAP}loc")]
    addresses = []
    for address in files:
        content = client.get(address.removeprefix(settings.PUBLIC_URL)).content
        addresses += [one.text for one in ElementTree.fromstring(content).iter(f"{MAP}loc")]
    assert f"{settings.PUBLIC_URL}/en/news/{article.pk}/" in addresses
    for address in addresses:  # no dead link in the map
        assert client.get(address.removeprefix(settings.PUBLIC_URL)).status_code == 200, address
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /desk/" in robots
    assert f"Sitemap: {settings.PUBLIC_URL}/sitemap.xml" in robots


def test_no_link_of_the_front_is_dead(client, cast):
    news.published(cast)
    answers.published(cast)
    for language in ("zh", "en"):
        seen, waiting = set(), [f"/{language}/", f"/{language}/sitemap/"]
        while waiting:
            path = waiting.pop()
            if path in seen or len(seen) > 150:
                continue
            seen.add(path)
            response = client.get(path)
            assert response.status_code == 200, path
            if response["Content-Type"].startswith("text/html"):
                links = re.findall(r'<a [^>]*href="(/(?:zh|en)/[^"#]*)"', response.content.decode())
                waiting += [link.replace("&amp;", "&") for link in links]


def test_site_tags_stand_on_every_page_and_those_of_the_article_on_its_own(client, cast, settings):
    settings.SITE_ID_CODE = "1400000001"
    article = news.published(cast, source="", keywords="开学")
    home = client.get("/zh/").content.decode()
    assert '<meta name="SiteName" content="' in home
    assert '<meta name="SiteIDCode" content="1400000001">' in home
    page = client.get(f"/zh/news/{article.pk}/").content.decode()
    minute = timezone.localtime(article.published_at).strftime("%Y-%m-%d %H:%M")
    for tag in (
        f'<meta name="ArticleTitle" content="{article.title_zh}">',
        f'<meta name="PubDate" content="{minute}">',
        f'<meta name="ContentSource" content="{article.source or article.owner.name_zh}">',
        '<meta name="ColumnName" content="',
    ):
        assert tag in page
    assert f">{minute}</time>" in page


# -- search ---------------------------------------------------------------------------------------------------


def test_two_characters_numbers_and_words_of_the_text_are_found_and_what_is_not_public_is_not(client, cast):
    shown = news.published(
        cast, title_zh="教师招聘公告", body_zh="<p>报名<b>时间</b>另行通知，晋教发〔2026〕14号。</p>"
    )
    hidden = news.draft(cast, title_zh="未公开的招聘草稿")
    for words in ("招聘", "〔2026〕14号", "报名时间"):
        text = client.get("/zh/search/", {"q": words}).content.decode()
        assert f"/zh/news/{shown.pk}/" in text, words
        assert f"/news/{hidden.pk}/" not in text
    assert "<mark>报名</mark>" in client.get("/zh/search/", {"q": "报名"}).content.decode()


def test_words_of_an_attachment_find_the_page_that_carries_it(client, cast):
    document = policies.entered(cast)
    policies.with_file(document, cast.office_clerk)
    document = workflow.perform(document, "submit", by=cast.office_clerk)
    assert f"/documents/{document.pk}/" not in client.get("/zh/search/", {"q": "作息时间"}).content.decode()
    document = workflow.perform(document, "publish", by=cast.office_chief)
    for words in ("作息时间", document.number, document.number[3:]):
        text = client.get("/zh/search/", {"q": words}).content.decode()
        assert f"/documents/{document.pk}/" in text, words


def test_services_come_first_and_schools_are_found(client, cast):
    text = client.get("/en/search/", {"q": "school"}).content.decode()
    assert text.index("Services and duties") < text.index('id="own1"')
    only = client.get("/en/search/", {"q": "school", "kind": "schools.school"}).content.decode()
    assert cast.school.code in only
    assert "Services and duties</h2>" not in only


def test_dates_narrow_and_nonsense_is_left_out(client, cast):
    article = news.published(cast, title_zh="冬季供暖安排")
    day = timezone.localdate()
    for since, is_found in ((day, True), (day + timedelta(days=1), False), ("nonsense", True)):
        text = client.get("/zh/search/", {"q": "供暖", "since": str(since)}).content.decode()
        assert (f"/news/{article.pk}/" in text) is is_found
    assert client.get("/zh/search/", {"q": "供暖", "kind": "accounts.user", "page": "-7"}).status_code == 200
    wrong = client.get("/en/search/", {"q": "供暖", "since": "2026-02-01", "until": "2026-01-01"})
    assert "nothing can lie between them" in wrong.content.decode()


def test_what_was_typed_comes_back_escaped(client, cast):
    text = client.get("/en/search/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>" not in text
    assert parse("<b>") is not None
    assert plain("<p>a</p><p>b &lt; c</p>") == "a\nb < c"


# -- moved addresses, error reports, weight -------------------------------------------------------------------


def test_an_old_address_leads_on_and_one_that_is_gone_says_so(client, cast):
    Redirect.objects.create(old_path="/jyj/t2019_1.html", target="/zh/news/")
    Redirect.objects.create(old_path="/show.asp?id=7", target="/zh/schools/")
    Redirect.objects.create(old_path="/old.html", target="")
    moved = client.get("/jyj/t2019_1.html?from=weixin")
    assert (moved.status_code, moved["Location"]) == (301, "/zh/news/")
    assert client.get("/show.asp?id=7")["Location"] == "/zh/schools/"
    assert client.get("/show.asp?id=8").status_code == 404
    assert client.get("/old.html").status_code == 410
    Redirect.objects.update(is_active=False)
    assert client.get("/jyj/t2019_1.html").status_code == 404


def test_the_system_administrator_keeps_the_table_and_no_chain_is_taken(client, cast):
    client.force_login(cast.system_admin)
    add = "/desk/public/moved/new/"
    row = {"old_path": "/a.html", "target": "/zh/", "note": "", "is_active": "on"}

    def post(values):
        return client.post(add, {**typed(client.get(add).context), **values}).status_code

    assert post(row) == 302
    for wrong in (
        {**row, "old_path": "/b.html", "target": "/a.html"},
        {**row, "old_path": "/c.html", "target": "javascript:alert(1)"},
        {**row, "old_path": "/c.html", "target": "//evil.example/"},
        {**row, "old_path": "no-slash.html"},
    ):
        assert post(wrong) == 422, wrong
    assert Redirect.objects.count() == 1
    client.force_login(cast.office_clerk)
    assert client.get(add).status_code == 403


def test_an_error_report_is_a_letter_that_names_the_page(client, cast, settings):
    page = client.get("/en/privacy/").content.decode()
    link = re.search(r'href="(/en/letters/new/\?[^"]*why=error[^"]*)"', page)[1].replace("&amp;", "&")
    first = client.get(link).content.decode()
    draft = re.search(r'name="draft" value="([^"]+)"', first)[1]
    form = {"draft": draft, "step": "kind", "kind": "suggestion", "go": ""}
    text = client.post("/en/letters/new/", form).content.decode()
    assert f"{settings.PUBLIC_URL}/en/privacy/" in text
    assert "Error on a page of this site" in text
    outside = client.get("/en/letters/new/?why=error&about=https://evil.example/").content.decode()
    sent = client.post(
        "/en/letters/new/", {**form, "draft": re.search(r'name="draft" value="([^"]+)"', outside)[1]}
    )
    assert "evil.example" not in sent.content.decode()


@pytest.mark.parametrize("place", ["", "news/", "columns/news/", "news/{pk}/"])
def test_pages_are_light_and_ask_for_little(client, cast, place):
    article = news.stored(30)[0]
    page = client.get(f"/zh/{place.format(pk=article.pk)}")
    assert page.status_code == 200
    text = page.content.decode()
    linked = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', text))
    assert len(linked) + 1 <= 6
    assert "<script" not in text
    css = gzip.compress((__import__("pathlib").Path("static/portal.css")).read_bytes())
    assert len(gzip.compress(page.content)) + len(css) <= 40_000


def test_numbers_that_changed_long_ago_are_not_read(db):
    PageGeneration.objects.create(tag="old", number=7, changed_at=timezone.now() - timedelta(hours=3))
    assert "old" not in Generations().all()
