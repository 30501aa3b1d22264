"""What says who wrote a letter, and what only looks like it."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.identifiers.resident_id import check_digit
from sections.office.letters.leaks import MASK, Leak, compare, redacted, scan
from sections.office.letters.models import Letter

ID = "14070219800315123" + check_digit("14070219800315123")


def letter(**changes: object) -> Letter:
    values: dict[str, object] = {
        "number": "L2026-000123",
        "title": "校车站点太远",
        "body": "我们小区离最近的校车站点有九百米，请问新学期线路是否调整？",
        "sender_name": "王小明",
        "sender_phone": "13812345678",
        "sender_address": "山西省晋中市榆次区迎宾街幸福小区3号楼",
        "received_on": date(2026, 3, 9),
    }
    return Letter(**{**values, **changes})


def kinds(text: str, about: Letter | None = None) -> set[str]:
    return {one.kind.value for one in scan(text, about)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"身份证{ID}。", Leak.ID_NUMBER),
        (f"{ID[:6]} {ID[6:14]} {ID[14:]}", Leak.ID_NUMBER),
        (ID.translate(str.maketrans("0123456789", "０１２３４５６７８９")), Leak.ID_NUMBER),
        ("140702800315123", Leak.ID_NUMBER),
        ("电话13812345678", Leak.PHONE),
        ("138-1234-5678", Leak.PHONE),
        ("1\u200b38 1234\u20605678", Leak.PHONE),
        ("一三八一二三四五六七八", Leak.PHONE),
        ("幺三八幺二三四五六七八", Leak.PHONE),
        ("+86 138 1234 5678", Leak.PHONE),
        ("0354-3061234", Leak.PHONE),
        ("卡号 4539 1488 0343 6467", Leak.CARD),
        ("请写信到 Wang.XM+a@163.com", Leak.MAIL),
        ("微信：wxm_1980", Leak.ACCOUNT),
        ("QQ号 123456789", Leak.ACCOUNT),
        ("车牌晋K·A1234", Leak.PLATE),
        ("新能源晋KD12345", Leak.PLATE),
        ("王女士反映", Leak.PERSON),
        ("欧阳先生来电", Leak.PERSON),
        ("李某的家长", Leak.PERSON),
        ("我是三年级2班李某的家长", Leak.FAMILY),
        ("三（2）班的学生", Leak.FAMILY),
        ("高一3班", Leak.FAMILY),
        ("我家孩子在贵校就读", Leak.FAMILY),
        ("I am the mother of a pupil", Leak.FAMILY),
        ("My daughter is in grade 3", Leak.FAMILY),
    ],
)
def test_what_says_who_somebody_is_is_found(text: str, kind: Leak) -> None:
    assert kind.value in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "请说明校车线路的安排及依据。",
        "依据《校车安全管理条例》（国令第617号）第十条。",
        "晋教基〔2026〕12号文件",
        "收费标准为每学期1200元，共计360人。",
        "140702198003151230",  # the check digit is wrong
        "1234567890123456",  # no bank has this number
        "School bus: please describe the route and who decided on it.",
        "",
    ],
)
def test_plain_official_text_is_left_alone(text: str) -> None:
    assert scan(text) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("王小明来信", Leak.WRITER),
        ("王 小 明来信", Leak.WRITER),
        ("小明的家里", Leak.WRITER),
        ("王家长说", Leak.WRITER),
        ("老王，您好", Leak.WRITER),
        ("手机尾号5678的用户", Leak.PHONE),
        ("138****5678", Leak.PHONE),
        ("住在迎宾街幸福小区3号楼", Leak.ADDRESS),
    ],
)
def test_the_writer_of_the_letter_is_found_in_every_shape(text: str, kind: Leak) -> None:
    assert kind.value in kinds(text, letter())


def test_latin_names_are_found_by_their_parts_and_not_inside_words() -> None:
    about = letter(sender_name="Wang Example")
    assert kinds("Mr Wang asked", about) == {"writer"}
    assert scan("for exampled wangles", about) == []


def test_a_letter_without_name_phone_and_address_finds_nothing_of_them() -> None:
    assert scan("校车线路", letter(sender_name="", sender_phone="", sender_address="")) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("关于L2026-000123", Leak.LETTER),
        ("3月9日收到反映", Leak.LETTER),
        ("2026年03月09日", Leak.LETTER),
        ("2026-3-9", Leak.LETTER),
        ("on 9 March", Leak.LETTER),
        ("有人说离最近的校车站点有九百米", Leak.WORDING),
        ("离最近的，校车站点——有九百米", Leak.WORDING),
    ],
)
def test_what_leads_back_to_the_letter_is_found(text: str, kind: Leak) -> None:
    assert kind.value in {one.kind.value for one in compare(text, letter())}


def test_another_day_and_words_of_ones_own_lead_nowhere() -> None:
    assert compare("请于3月19日前说明校车线路设置情况。", letter()) == []
    assert (
        compare("Please describe the route of the school bus.", letter(body="The school bus is late.")) == []
    )


def test_findings_say_where_and_redaction_leaves_nothing_of_them() -> None:
    text = "王小明，电话１３８１２３４５６７８，邮箱a@b.cn。"
    found = scan(text, letter())
    assert [text[one.start : one.end] for one in found] == [one.text for one in found]
    assert redacted(text, found) == f"{MASK}，电话{MASK}，邮箱{MASK}。"


@given(st.text(max_size=200))
def test_any_text_is_scanned_and_findings_never_overlap(text: str) -> None:
    found = [*scan(text, letter())]
    assert all(one.end <= after.start for one, after in pairwise(found))
    assert all(one.text == text[one.start : one.end] for one in found)


def test_a_mask_stands_for_every_length() -> None:
    assert redacted("电话13812345678", scan("电话13812345678")) == redacted(
        "电话03543061234", scan("电话03543061234")
    )
