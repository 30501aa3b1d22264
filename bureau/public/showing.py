"""From entries of the index to what a list shows: checked once more against the rule of each record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC
from bureau.public import languages
from bureau.public.models import PublicPage
from bureau.public.publishing import PUBLIC_KINDS


@dataclass(frozen=True)
class Shown:
    """One public page in a list, in the reader's language where it exists. `lang`: of the title, if another."""

    key: int
    kind: str
    label: str | Promise
    title: str
    summary: str
    address: str
    date: datetime | None
    column: str
    number: str = ""
    lang: str = ""
    excerpt: str = ""


def shown(pages: Iterable[PublicPage]) -> list[Shown]:
    """In the same order; without pages whose record the public may not see (any more)."""
    found = list(pages)
    allowed = allowed_of(found)
    return [as_shown(page) for page in found if (page.kind, page.object_id) in allowed]


def allowed_of(pages: Iterable[PublicPage]) -> set[tuple[str, int]]:
    """Kind and key of the records that the public may see, of those that these pages stand for."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for page in pages:
        by_kind[page.kind].append(page.object_id)
    found = set()
    for name, keys in by_kind.items():
        kind = PUBLIC_KINDS.get(name)
        if kind is not None:
            rows = permitted(PUBLIC, "view", kind.model).filter(pk__in=keys)
            found |= {(name, key) for key in rows.order_by().values_list("pk", flat=True)}
    return found


def as_shown(page: PublicPage, excerpt: str = "") -> Shown:
    code = languages.current()
    own, other = (page.title_zh, page.title) if code == "zh-hans" else (page.title, page.title_zh)
    gist = (page.summary_zh or page.summary) if code == "zh-hans" else (page.summary or page.summary_zh)
    return Shown(
        key=page.object_id,
        kind=page.kind,
        label=PUBLIC_KINDS[page.kind].label,
        title=own or other,
        summary=gist,
        address=address_of(page, code),
        date=page.date,
        column=page.column,
        number=page.numbers.split("\n", 1)[0],
        lang="" if own else languages.HTML_LANG[languages.other(code)],
        excerpt=excerpt,
    )


def address_of(page: PublicPage, code: str) -> str:
    return f"/{languages.PREFIXES[code]}{page.path}"
