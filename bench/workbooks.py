"""Workbooks as a bureau sends them round, always the same: a merged title, a line of notes, two header rows,
full-width digits, trailing spaces, an empty row now and then, and a few rows that are wrong.

No benchmark itself: `bench/imports.py` and the tests fill them with as many rows as they need.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import xlsxwriter
from django.utils import translation

from bureau.identifiers import credit_code, resident_id

SEED = 140700
# The title, the notes and the two rows of heads.
FIRST_ROW = 5
EMPTY_EVERY = 400
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
# A county code that was never given out: such a number belongs to nobody.
NOBODY = "140799"
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
GIVEN = "敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文海燕春晓东雪峰鹏"

# Heading above, headings below it.
Heads = Sequence[tuple[str, Sequence[str]]]
Spoil = Callable[[list[Any]], None]


@dataclass(frozen=True)
class Workbook:
    """The file, how many rows it has, and where it is wrong: row → the heading of the cell."""

    content: bytes
    rows: int
    wrong: dict[int, str] = field(default_factory=dict)


def words(label: Any) -> str:
    """A label as the bureau writes it."""
    with translation.override("zh-hans"):
        return str(label)


def _saved(
    title: str, heads: Heads, rows: Iterator[list[Any]], spoilt: dict[int, tuple[str, Spoil]]
) -> Workbook:
    """`spoilt`: how many-th row → heading and what is done to the row."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    sheet = book.add_worksheet("花名册")
    bold = book.add_format({"bold": True, "align": "center", "border": 1})
    width = sum(len(below) for _above, below in heads)
    sheet.merge_range(0, 0, 0, width - 1, title, bold)
    sheet.merge_range(1, 0, 1, width - 1, "填报单位（盖章）：　　　　填报人：　　　　联系电话：")
    _heads(sheet, heads, bold)
    place, count, wrong = FIRST_ROW - 1, 0, {}
    for count, row in enumerate(rows, start=1):
        if count % EMPTY_EVERY == 0:
            place += 1
        if count in spoilt:
            heading, spoil = spoilt[count]
            spoil(row)
            wrong[place + 1] = heading
        sheet.write_row(place, 0, _untidy(row, count))
        place += 1
    book.close()
    return Workbook(target.getvalue(), count, wrong)


def _heads(sheet: Any, heads: Heads, style: Any) -> None:
    left = 0
    for above, below in heads:
        if len(below) > 1:
            sheet.merge_range(2, left, 2, left + len(below) - 1, above, style)
        else:
            sheet.write(2, left, above, style)
        left += len(below)
    sheet.write_row(3, 0, [name for _above, below in heads for name in below], style)


def _untidy(row: list[Any], count: int) -> list[Any]:
    """What clerks leave behind: spaces at the end of every fifth row, full-width digits in every seventh."""
    if count % 5 == 0:
        row = [f"{cell}　 " if isinstance(cell, str) and cell else cell for cell in row]
    if count % 7 == 0:
        row = [cell.translate(_WIDE) if isinstance(cell, str) else cell for cell in row]
    return row


def _day(on: date, count: int) -> str:
    """The four ways in which one roster writes its dates."""
    ways = (f"{on:%Y-%m-%d}", f"{on:%Y/%m/%d}", f"{on.year}年{on.month}月{on.day}日", f"{on:%Y.%m.%d}")
    return ways[count % len(ways)]


def _spread(spoils: Sequence[tuple[str, Spoil]], rows: int) -> dict[int, tuple[str, Spoil]]:
    """The wrong rows, spread over the file; none in a file that is too short for all of them."""
    step = rows // (len(spoils) + 1)
    return {step * place: spoil for place, spoil in enumerate(spoils, start=1)} if step else {}


def _set(place: int, value: Any) -> Spoil:
    def spoil(row: list[Any]) -> None:
        row[place] = value

    return spoil


# --- schools ----------------------------------------------------------------------------------

SCHOOL_HEADS: Heads = (
    ("基本信息", ("学校标识码", "学校名称", "办学类型", "举办者类型", "是否民办")),
    ("所在地", ("县区", "乡镇", "学校地址", "城乡类型")),
    ("登记信息", ("社会信用代码", "建校时间")),
)
KINDS = (("11", "幼儿园", 46), ("21", "小学", 34), ("31", "初级中学", 10), ("31", "九年一贯制学校", 10))


def schools(count: int, districts: Sequence[tuple[str, str]], *, with_faults: bool = True) -> Workbook:
    """`districts`: (region code, Chinese name). Codes begin at 900001, beyond those of the trial."""
    spoils = (
        ("学校标识码", _set(0, "2114")),
        ("办学类型", _set(2, "小学校")),
        ("社会信用代码", _set(9, "12140700MBOA12345X")),
        ("建校时间", _set(10, "1985年13月1日")),
    )
    chosen = _spread(spoils, count) if with_faults else {}
    return _saved("晋中市2026年学校基本信息一览表", SCHOOL_HEADS, _schools(count, districts), chosen)


def _schools(count: int, districts: Sequence[tuple[str, str]]) -> Iterator[list[Any]]:
    dice = random.Random(SEED)  # noqa: S311 - invented data, the same every time
    for number in range(1, count + 1):
        kind, name, _share = dice.choices(KINDS, [share for _kind, _name, share in KINDS])[0]
        region, district = dice.choice(districts)
        stem = f"12{region}{number:09d}"
        yield [
            f"{kind}14{900000 + number}",
            f"{district}{_numbered(number)}{name}",
            name,
            "县级教育部门",
            "否",
            district,
            f"{dice.choice(SURNAMES)}家庄镇",
            f"{district}迎宾街{dice.randint(1, 400)}号",
            dice.choice(("主城区", "镇中心区", "村庄")),
            stem + credit_code.check_digit(stem),
            _day(date(dice.randint(1950, 2020), 9, 1), number),
        ]


def _numbered(number: int) -> str:
    """Four signs that no two numbers share."""
    signs = GIVEN[:16]
    return "".join(signs[number >> shift & 15] for shift in (12, 8, 4, 0))


# Days on which the invented persons were born: after so many persons they come round again.
BIRTHDAYS = 12_700


# --- teachers ---------------------------------------------------------------------------------

TEACHER_HEADS: Heads = (
    ("基本信息", ("教师编号", "姓名", "性别", "出生日期", "证件类型", "身份证号")),
    ("任职情况", ("学校标识码", "学段", "任教学科", "聘用形式", "任职日期")),
    ("联系方式", ("手机号",)),
)
SUBJECTS = {
    "preschool": ("学前教育",),
    "primary": ("语文", "数学", "英语", "科学", "音乐", "美术", "体育与健康"),
    "junior": ("语文", "数学", "英语", "物理", "化学", "历史", "地理"),
    "senior": ("语文", "数学", "英语", "物理", "化学", "生物", "思想政治"),
}


def teachers(
    count: int, stages: Sequence[tuple[str, str]], *, with_faults: bool = True, first: int = 1
) -> Workbook:
    """`stages`: (school code, value of the stage). `first`: the number of the first person; others are others."""
    spoils = (
        ("身份证号", _wrong_digit),
        ("任教学科", _set(8, "奥数")),
        ("学校标识码", _set(6, "2114000000")),
        ("出生日期", _set(3, "1985年13月1日")),
        ("手机号", _set(11, "1390000")),
        ("聘用形式", _set(9, "临时")),
    )
    chosen = _spread(spoils, count) if with_faults else {}
    return _saved("晋中市2026年教职工花名册", TEACHER_HEADS, _teachers(count, stages, first), chosen)


def _teachers(count: int, stages: Sequence[tuple[str, str]], first: int) -> Iterator[list[Any]]:
    from personnel.choices import IdKind, Sex
    from schools.choices import Stage

    dice = random.Random(SEED + first)  # noqa: S311 - invented data, the same every time
    labels = {stage: words(Stage(stage).label) for _code, stage in stages}
    sexes = {True: words(Sex.MALE.label), False: words(Sex.FEMALE.label)}
    kind = words(IdKind.RESIDENT.label)
    for number in range(first, first + count):
        code, stage = stages[number % len(stages)]
        born_on = date(1966, 1, 1) + timedelta(days=number * 7 % BIRTHDAYS)
        is_man = number % 3 == 0
        yield [
            "",
            dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN),
            sexes[is_man],
            _day(born_on, number),
            kind,
            resident_number(number, born_on, is_man=is_man),
            code,
            labels[stage],
            dice.choice(SUBJECTS.get(stage, ("语文",))),
            dice.choices(("在编", "合同聘用"), (9, 1))[0],
            _day(date(born_on.year + 23, 9, 1), number),
            f"139{number:08d}",
        ]


def resident_number(number: int, born_on: date, *, is_man: bool) -> str:
    """A number of the right form; no two numbers with one birthday get the same."""
    serial = number // BIRTHDAYS % 500 * 2 + is_man
    first = f"{NOBODY}{born_on:%Y%m%d}{serial:03d}"
    return first + resident_id.check_digit(first)


def _wrong_digit(row: list[Any]) -> None:
    row[5] = row[5][:-1] + ("1" if row[5][-1] != "1" else "2")


# --- funds ------------------------------------------------------------------------------------

FUND_HEADS: Heads = (
    ("来源文件", ("文号", "文件标题", "发文日期")),
    ("资金", ("资金名称", "级次", "资金用途", "资金性质", "科目编码", "金额（元）")),
)


def funds(count: int, year: int, function_codes: Sequence[str], *, with_faults: bool = True) -> Workbook:
    spoils = (
        ("金额（元）", _set(8, "五十万元")),
        ("科目编码", _set(7, "2059999")),
        ("文号", _set(0, "")),
    )
    chosen = _spread(spoils, count) if with_faults else {}
    return _saved(f"{year}年教育资金台账", FUND_HEADS, _funds(count, year, function_codes), chosen)


def _funds(count: int, year: int, codes: Sequence[str]) -> Iterator[list[Any]]:
    from finance.choices import Earmark, Purpose, SourceLevel

    dice = random.Random(SEED)  # noqa: S311 - invented data, the same every time
    levels, purposes, marks = (
        [words(one.label) for one in vocabulary] for vocabulary in (SourceLevel, Purpose, Earmark)
    )
    for number in range(1, count + 1):
        yield [
            f"晋财教〔{year}〕{number}号",
            f"关于下达{year}年第{number}批教育资金的通知",
            _day(date(year, 1 + number % 9, 1 + number % 27), number),
            f"第{number}批教育资金",
            dice.choice(levels),
            dice.choice(purposes),
            dice.choice(marks),
            dice.choice(codes),
            f"{dice.randint(1, 900) * 10_000:,}.{dice.randint(0, 99):02d}",
        ]
