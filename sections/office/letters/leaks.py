"""Text that says who wrote a letter: looked for before anything leaves the people who handle it.

A scan warns; it proves nothing. Whoever sends a text reads it and decides, with a reason where something was found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.identifiers.personal import GAP, NumberKind, numbers_in
from sections.office.letters.models import Letter


class Leak(models.TextChoices):
    ID_NUMBER = "id_number", _("identity number")
    CARD = "card", _("bank card")
    PHONE = "phone", _("telephone number")
    MAIL = "mail", _("e-mail address")
    ACCOUNT = "account", _("WeChat or QQ account")
    PLATE = "plate", _("number plate")
    WRITER = "writer", _("name of the writer")
    ADDRESS = "address", _("address of the writer")
    PERSON = "person", _("name with a title")
    FAMILY = "family", _("class, child or role of the writer")
    LETTER = "letter", _("number or date of the letter")
    WORDING = "wording", _("words of the letter")


@dataclass(frozen=True, order=True)
class Finding:
    """Where something stands in the text: `text[start:end]`."""

    start: int
    end: int
    kind: Leak
    text: str

    def __str__(self) -> str:
        return f"{self.kind.label}: {self.text}"


MASK = "***"
_HAN = "\u4e00-\u9fff"
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙雷钱汤尹黎易武乔贺赖龚文庞樊兰殷施陶洪翟颜倪严牛温芦季俞章鲁葛伍韦申尤毕"
    "聂焦柳邢岳梅莫庄辛管祝左耿牟卜詹苗凌费纪靳盛童欧甄项曲裴席屈鲍覃霍翁隋甘景薄柯阮桂闵解柴华冉房辜饶刁瞿戚丘滕晋苑邬臧畅宫苟褚廉简娄盖符穆党燕郎邸冀谈姬屠郜晏栾郁商蒙喻窦迟宇敖糜鄢冷卓仇艾蓝巩稽井练仲虞卞封冼楚佟栗匡宗巫鞠僧桑荆谌银扬伏岑习胥蔺"
)
_DOUBLE = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "夏侯",
    "宇文",
    "长孙",
    "端木",
)
_TITLES = (
    "(?:某某|某|女士|先生|小姐|同志|师傅|老师|家长|同学|妈妈|爸爸|阿姨|叔叔|大爷|大妈|大姐|大哥|奶奶|爷爷)"
)
_KIN = "(?:家长|妈妈|爸爸|父亲|母亲|爷爷|奶奶|姥姥|姥爷|外公|外婆|监护人|亲属)"
_NUMERAL = "[一二三四五六七八九十0-9]{1,3}"


def scan(text: str, letter: Letter | None = None) -> list[Finding]:
    """What in `text` could say who wrote `letter`, in the order of the text; nothing stands in two findings."""
    plain = _plain(text)
    known = [*_of_writer(plain, letter)] if letter is not None else []
    return _apart(text, [*known, *_numbers(plain), *_patterns(plain)])


def compare(text: str, letter: Letter) -> list[Finding]:
    """What in `text` leads back to the letter itself: its number, its dates, its wording."""
    plain = _plain(text)
    return _apart(
        text, [*_of_letter(plain, letter), *_shared(plain, _plain(f"{letter.title}\n{letter.body}"))]
    )


def redacted(text: str, findings: Iterable[Finding]) -> str:
    """The text with each finding replaced by a mask of always the same length."""
    for one in sorted(findings, reverse=True):
        text = text[: one.start] + MASK + text[one.end :]
    return text


def _plain(text: str) -> str:
    """Half-width and lower case, character by character, so that places stay what they are."""
    return "".join(_narrow(mark) for mark in text)


def _narrow(mark: str) -> str:
    found = unicodedata.normalize("NFKC", mark).lower()
    return found if len(found) == 1 else mark


def _apart(text: str, found: Iterable[Finding]) -> list[Finding]:
    """Of findings that overlap the first, and of those the longest."""
    kept: list[Finding] = []
    for one in sorted(found, key=lambda finding: (finding.start, -finding.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(Finding(one.start, one.end, one.kind, text[one.start : one.end]))
    return kept


def _hits(pattern: str, text: str, kind: Leak) -> Iterator[Finding]:
    for hit in re.finditer(pattern, text):
        yield Finding(hit.start(), hit.end(), kind, hit.group())


# -- numbers ------------------------------------------------------------------------------------------------


LEAKS = {
    NumberKind.ID: Leak.ID_NUMBER,
    NumberKind.CARD: Leak.CARD,
    NumberKind.MOBILE: Leak.PHONE,
    NumberKind.LANDLINE: Leak.PHONE,
}


def _numbers(text: str) -> Iterator[Finding]:
    for one in numbers_in(text):
        yield Finding(one.start, one.end, LEAKS[one.kind], text[one.start : one.end])


# -- words --------------------------------------------------------------------------------------------------

_PATTERNS: tuple[tuple[Leak, str], ...] = (
    (Leak.MAIL, r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+"),
    (
        Leak.ACCOUNT,
        r"(?:微信|wechat|weixin|v信|vx|qq|扣扣)(?:群|号码|号|id)?\s*[:是为]?\s*[a-z0-9][a-z0-9_-]{4,19}",
    ),
    (
        Leak.PLATE,
        "[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新][a-hj-np-z][·. ]?"
        "[a-hj-np-z0-9]{4,5}[a-hj-np-z0-9挂学警港澳](?![a-z0-9])",
    ),
    (Leak.PERSON, f"(?:{'|'.join(_DOUBLE)}|[{_SURNAMES}]){_TITLES}"),
    (Leak.PERSON, f"[{_HAN}]某(?:某)?(?:的)?{_KIN}?"),
    (Leak.FAMILY, f"(?:小学|初中|高中|初|高)?{_NUMERAL}(?:年级|年)?[(\\[]?{_NUMERAL}?[)\\]]?班"),
    (Leak.FAMILY, f"(?:我是|本人是|作为)[^，。；,.;\n]{{0,24}}?(?:{_KIN}|学生|教师|老师|职工|保安|邻居)"),
    (Leak.FAMILY, "我(?:们)?家?的?(?:孩子|儿子|女儿|孙子|孙女|外孙|小孩|娃)"),
    (Leak.FAMILY, r"\b(?:i am|i'm|as) (?:a|an|the) (?:\w+ )?(?:mother|father|parent|guardian|grand\w+)\b"),
    (Leak.FAMILY, r"\bmy (?:son|daughter|child|children|grandson|granddaughter)\b"),
    (Leak.FAMILY, r"\b(?:grade|class|year) [0-9]{1,2}\b"),
)


def _patterns(text: str) -> Iterator[Finding]:
    for kind, pattern in _PATTERNS:
        yield from _hits(pattern, text, kind)


# -- this writer ----------------------------------------------------------------------------------------------


def _of_writer(text: str, letter: Letter) -> Iterator[Finding]:
    yield from _name_of(text, _plain(letter.sender_name).strip())
    phone = re.sub(r"[^0-9]", "", letter.sender_phone)
    if len(phone) >= 7:
        yield from _hits(GAP.join(phone), text, Leak.PHONE)
        # Masked, or its end alone: 138****0000, 尾号0000.
        yield from _hits(f"(?:{phone[:3]}[*x]{{2,6}})?(?<![0-9]){phone[-4:]}(?![0-9])", text, Leak.PHONE)
    for part in _parts_of_address(letter.sender_address):
        yield from _hits(re.escape(part), text, Leak.ADDRESS)


def _name_of(text: str, name: str) -> Iterator[Finding]:
    if re.fullmatch(f"[{_HAN}·]{{2,}}", name):
        surname = name[:2] if name.startswith(_DOUBLE) else name[:1]
        yield from _hits(GAP.join(map(re.escape, name)), text, Leak.WRITER)
        yield from _hits(
            f"{surname}{_TITLES}|小{surname}(?![{_HAN}])|老{surname}(?![{_HAN}])", text, Leak.WRITER
        )
        given = name[len(surname) :]
        if len(given) > 1:
            yield from _hits(re.escape(given), text, Leak.WRITER)
        return
    for part in [name, *name.split()]:
        if len(part) > 2:
            yield from _hits(rf"(?<!\w){re.escape(part)}(?!\w)", text, Leak.WRITER)


def _parts_of_address(address: str) -> list[str]:
    """The address, and what of it is narrower than a county: village, street, estate, house."""
    whole = _plain(address).strip()
    parts = [part.strip() for part in re.split("[省市区县,，;；\n]", whole)]
    return [part for part in dict.fromkeys([whole, *parts]) if len(part) >= 4]


# -- this letter ----------------------------------------------------------------------------------------------


def _of_letter(text: str, letter: Letter) -> Iterator[Finding]:
    for number in (letter.number, letter.outside_number):
        if number:
            yield from _hits(re.escape(_plain(number)), text, Leak.LETTER)
    day = letter.received_on
    months = r"[-/.年 ]+0?"
    yield from _hits(
        rf"(?:{day.year}{months})?(?<![0-9])0?{day.month}\s*月\s*0?{day.day}\s*[日号]", text, Leak.LETTER
    )
    yield from _hits(rf"{day.year}{months}{day.month}[-/.月 ]+0?{day.day}(?![0-9])", text, Leak.LETTER)
    name = day.strftime("%B").lower()
    yield from _hits(rf"\b(?:{day.day} {name}|{name} {day.day})\b", text, Leak.LETTER)


def _shared(text: str, other: str) -> Iterator[Finding]:
    """Runs of characters that stand in both; spaces and marks do not count."""
    short, long = settings.LETTERS_SHARED_CHARACTERS, 2 * settings.LETTERS_SHARED_CHARACTERS
    places = [place for place, mark in enumerate(text) if mark.isalnum()]
    mine = "".join(text[place] for place in places)
    theirs = "".join(mark for mark in other if mark.isalnum())
    known = {theirs[at : at + short] for at in range(len(theirs) - short + 1)}
    at = 0
    while at <= len(mine) - short:
        end = at
        while end <= len(mine) - short and mine[end : end + short] in known:
            end += 1
        run = mine[at : end + short - 1] if end > at else ""
        # A Chinese character says about as much as two letters.
        if run and (len(run) >= long or any("\u4e00" <= mark <= "\u9fff" for mark in run)):
            yield Finding(places[at], places[at + len(run) - 1] + 1, Leak.WORDING, run)
        at = end + short - 1 if end > at else at + 1
