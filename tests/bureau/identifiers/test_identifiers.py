"""More of each kind, as people type them."""

import pytest
import time_machine
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from bureau.identifiers import (
    codes,
    credit_code,
    document_number,
    masking,
    phones,
    pinyin,
    resident_id,
    school_code,
    student_number,
    teacher_certificate,
    validators,
)
from bureau.identifiers.errors import BadIdentifier
from bureau.identifiers.text import fold, normalise_digits


def test_an_identity_number_may_be_typed_full_width_with_spaces_and_a_small_x():
    assert str(resident_id.check(" １１０１０５ 19491231 002x ")) == "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("110105491231002", "15 digits"),
        ("1101051949123100", "17 digits"),
        ("", "17 digits"),
        ("A1010519491231002X", "17 digits"),
        ("99010519491231002X", "No province"),
        ("110105194912310020", "does not fit"),
        ("110105189902290020", "date does not exist"),
    ],
)
def test_a_wrong_identity_number_is_refused_with_a_sentence(text, says):
    with pytest.raises(BadIdentifier, match=says):
        resident_id.check(text)


@time_machine.travel("2026-03-01 12:00+08:00")
def test_nobody_is_born_tomorrow():
    with pytest.raises(BadIdentifier, match="in the future"):
        resident_id.check("14070220260302001" + resident_id.check_digit("14070220260302001"))


@given(st.integers(0, 16), st.integers(1, 9))
def test_every_single_wrong_digit_of_an_identity_number_is_found(place, shift):
    number = "110105194912310020"[:17] + "X"
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(BadIdentifier):
        resident_id.check(wrong)


def test_people_from_hong_kong_taiwan_and_foreign_residents_have_numbers_too():
    for region in ("810000", "830000", "911124"):
        first17 = f"{region}19900101001"
        assert resident_id.check(first17 + resident_id.check_digit(first17)).region == region


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("52140702MJ000000X", "18 characters"),
        ("52140702MJ000000XB", "does not fit"),
        ("5214070AMJ000000XA", "region"),
        ("52140702MJ00000中XA", "only digits and capital"),
    ],
)
def test_a_wrong_credit_code_is_refused_with_a_sentence(text, says):
    with pytest.raises(BadIdentifier, match=says):
        credit_code.check(text)


def test_a_code_of_an_unknown_prefix_is_another_body():
    first17 = "71140702MJ000000X"
    assert str(credit_code.check(first17 + credit_code.check_digit(first17)).kind) == "another body"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("211400012", "10 digits"),
        ("9914000123", "no such type"),
        ("2199000123", "no such province"),
        ("4114123456", "higher education"),
    ],
)
def test_a_wrong_school_code_is_refused_with_a_sentence(text, says):
    with pytest.raises(BadIdentifier, match=says):
        school_code.check(text)


def test_a_university_keeps_its_old_code_behind_a_zero():
    assert school_code.check("4114010119").sequence == "010119"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2024140704100000", "17 digits"),
        ("19891407041000007", "no certificate"),
        ("20249907041000007", "no such province"),
    ],
)
def test_a_wrong_teacher_certificate_is_refused_with_a_sentence(text, says):
    with pytest.raises(BadIdentifier, match=says):
        teacher_certificate.check(text)


@pytest.mark.parametrize(("text", "kind"), [("L14070220150901001", "L"), ("J123456", "J")])
def test_a_temporary_student_number_is_told_apart(text, kind):
    found = student_number.check(text)
    assert (found.kind, found.is_temporary, found.resident_id) == (kind, True, None)


@pytest.mark.parametrize("text", ["", "X123", "L", "G123", "11010519491231002X"])
def test_what_is_no_student_number_is_refused(text):
    with pytest.raises(BadIdentifier):
        student_number.check(text)


def test_a_right_document_number_tells_its_parts():
    found = document_number.check("市教字〔２０２６〕 15号")
    assert (found.mark, found.year, found.number) == ("市教字", 2026, 15)
    assert str(found) == "市教字〔2026〕15号"


@pytest.mark.parametrize(
    "text", ["市教字〔2026〕15", "〔2026〕15号", "市教字2026 15号", "市教字〔1848〕15号", "市教字〔2026〕号"]
)
def test_other_faults_of_a_document_number_are_refused(text):
    with pytest.raises(BadIdentifier):
        document_number.check(text)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+86 138-1234-5678", "13812345678"),
        ("8613812345678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("0354 3061234", "03543061234"),
        ("12345", "12345"),
    ],
)
def test_a_phone_number_is_brought_into_one_form(typed, number):
    assert phones.check(typed) == number


@pytest.mark.parametrize("typed", ["", "1381234567", "3061234567x", "22812345678", "一三八"])
def test_what_is_no_phone_number_is_refused(typed):
    with pytest.raises(BadIdentifier):
        phones.check(typed)


@given(st.text(max_size=30), st.integers(-5, 30))
def test_a_mask_never_shows_more_than_two_characters(text, shown):
    masked = masking.mask_tail(text, shown)
    assert len(masked) == len(text)
    assert set(masked[:-2]) <= {"*"}


def test_a_phone_shows_three_and_four_digits():
    assert masking.mask_phone("13812345678") == "138****5678"


def test_a_mask_never_shows_all_of_a_short_text():
    assert masking.mask_tail("12") == "*2"
    assert masking.mask_tail("1") == "*"


def test_codes_avoid_signs_that_look_alike():
    assert not set(codes.ALPHABET) & set("0O1IL")
    assert set(codes.new_code(500)) <= set(codes.ALPHABET)


def test_a_code_is_known_again_however_it_was_typed():
    code = codes.new_code()
    stored = codes.digest("letters", code)
    assert codes.matches("letters", f" {codes.grouped(code).lower()} ", stored)
    assert not codes.matches("slips", code, stored)
    assert code not in stored


def test_pinyin_gives_initials_and_an_order():
    assert pinyin.initials("晋中市第一中学") == "jzsdyzx"
    assert pinyin.initials("榆次区No.3小学") == "yccno3xx" or pinyin.initials("榆次区No.3小学") == "ycqno3xx"
    assert pinyin.full("平遥") == "pingyao"
    assert sorted(["榆次", "介休", "平遥"], key=pinyin.sort_key) == ["介休", "平遥", "榆次"]


def test_full_width_signs_become_half_width_and_brackets_stay():
    assert normalise_digits("\ufeff（２０２６）〔１〕　") == "(2026)〔1〕"
    assert fold("Ｂeijing　 SCHOOL ") == "beijing school"


def test_a_validator_passes_the_sentence_on():
    with pytest.raises(ValidationError, match="10 digits"):
        validators.validate_school_code("1")
