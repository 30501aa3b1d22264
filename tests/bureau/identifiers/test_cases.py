"""Section A of the published cases, each with its exact answer."""

from datetime import date

import pytest

from bureau.identifiers import (
    credit_code,
    document_number,
    resident_id,
    school_code,
    student_number,
    teacher_certificate,
)
from bureau.identifiers.errors import BadIdentifier


@pytest.mark.parametrize(
    ("first17", "digit", "born_on", "sex"),
    [
        ("44052418800101001", "4", date(1880, 1, 1), "male"),  # TV-002
        ("14078120101231512", "1", date(2010, 12, 31), "female"),  # TV-004
        ("14072619850630002", "7", date(1985, 6, 30), "female"),  # TV-005: the old county of Taigu
        ("11010519491231002", "X", date(1949, 12, 31), "female"),
    ],
)
def test_a_resident_id_tells_its_check_digit_birth_and_sex(first17, digit, born_on, sex):
    assert resident_id.check_digit(first17) == digit
    found = resident_id.check(first17 + digit)
    assert (found.born_on, found.sex, found.region) == (born_on, sex, first17[:6])


@pytest.mark.parametrize("digit", "0123456789X")
def test_tv_008_a_day_that_does_not_exist_is_refused_whatever_the_check_digit(digit):
    with pytest.raises(BadIdentifier, match="date does not exist"):
        resident_id.check("14070220260230001" + digit)


def test_tv_013_a_private_school_has_this_credit_code():
    found = credit_code.check("52140702MJ000000XA")
    assert (found.prefix, found.region, found.subject) == ("52", "140702", "MJ000000X")
    assert str(found.kind) == "private non-enterprise unit"


@pytest.mark.parametrize("letter", "IOSVZ")
@pytest.mark.parametrize("place", [0, 8, 16, 17])
def test_tv_014_a_credit_code_with_a_letter_outside_the_alphabet_is_refused(letter, place):
    code = list("52140702MJ000000XA")
    code[place] = letter
    with pytest.raises(BadIdentifier, match="never has the letters"):
        credit_code.check("".join(code))


@pytest.mark.parametrize(
    ("text", "type_", "kind", "sequence"),
    [
        ("2114000123", "21", "primary school", "000123"),  # TV-015
        ("1114000456", "11", "kindergarten", "000456"),  # TV-016
        ("3114000789", "31", "junior secondary school", "000789"),
        ("3414000012", "34", "senior secondary school", "000012"),
        ("3614000034", "36", "secondary vocational school", "000034"),
        ("5114000001", "51", "special education school", "000001"),
    ],
)
def test_a_school_code_tells_type_province_and_sequence(text, type_, kind, sequence):
    found = school_code.check(text)
    assert (found.type, str(found.kind), found.province, found.sequence) == (type_, kind, "14", sequence)


def test_tv_019_a_teacher_certificate_tells_kind_and_sex():
    found = teacher_certificate.check("20241407041000007")
    assert (found.year, found.kind, found.sex) == (2024, "4", "male")
    assert str(found.kind_label) == "senior secondary school teacher"


@pytest.mark.parametrize(
    ("text", "says"), [("20241407081000007", "Digit 10"), ("20241407042000007", "Digit 11")]
)
def test_tv_020_a_teacher_certificate_with_an_unknown_kind_or_sex_is_refused(text, says):
    with pytest.raises(BadIdentifier, match=says):
        teacher_certificate.check(text)


def test_tv_021_a_student_number_holds_a_right_identity_number():
    found = student_number.check("G11010519491231002X")
    assert len(str(found)) == 19
    assert found.resident_id == resident_id.check("11010519491231002X")


def test_tv_021_a_student_number_with_a_wrong_identity_number_is_refused():
    with pytest.raises(BadIdentifier, match="After the G stands the identity number"):
        student_number.check("G110105194912310021")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("市教字[2026]15号", "hexagonal brackets"),  # TV-023
        ("市教字〔2026〕第15号", "no 第"),  # TV-024
        ("市教字〔2026〕015号", "without a zero"),  # TV-025
        ("市教字〔26〕15号", "four digits"),  # TV-026
    ],
)
def test_a_document_number_against_the_standard_is_refused_with_its_fault(text, says):
    with pytest.raises(BadIdentifier, match=says):
        document_number.check(text)
