"""A wrong chart is refused with the line and the reason; the charts that come along are right."""

import pytest
from django.utils import translation

from bureau.charter.files import WrongFile, chart_files, find_file, parse_chart, read_chart

RIGHT = """\
key = "small"
name = "Bureau"
name_zh = "局"

[lead]
"office.letters" = "office"

[[section]]
key = "office"
name = "Office"
name_zh = "办公室"
remits = [
  { over = "school", verbs = ["view"] },
]
also = ["office.tasks"]
duties = [
  { code = "1.1", name = "Letters", name_zh = "信访", by = ["office.letters"] },
  { code = "1.2", name = "Archives", name_zh = "档案", by = ["office.archives"] },
]

[[section]]
key = "basic"
name = "Basic"
name_zh = "基教科"
succeeds = ["basic"]
remits = [
  { over = "teacher", stages = ["primary"], verbs = ["view"] },
]
duties = [
  { code = "2.1", name = "Schools", name_zh = "学校", by = ["office.letters"] },
]
"""


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def refusal(text, **options):
    with pytest.raises(WrongFile) as refused:
        parse_chart(text, **options)
    return [str(problem) for problem in refused.value.problems]


def test_a_right_chart_is_read_whole():
    chart = parse_chart(RIGHT)

    assert chart.section_keys() == ["office", "basic"]
    assert chart.holders("office.letters") == ["office", "basic"]
    assert chart.leads == {"office.letters": "office"}
    assert chart.section("office").succeeds is None
    assert chart.section("basic").succeeds == ("basic",)
    assert chart.section("basic").remits[0].filters == {"stages": ["primary"]}


@pytest.mark.parametrize("path", chart_files(), ids=lambda path: path.stem)
def test_the_charts_that_come_along_are_right(path):
    words = {"stages": {"preschool", "primary", "junior", "senior", "special"}}
    words["stages"] |= {"vocational", "adult", "training", "teacher_education"}

    assert read_chart(path, words=words).sections


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            'also = ["office.tasks"]',
            'asol = ["office.tasks"]',
            "Line 15: “asol” is not a key that belongs here",
        ),
        (
            'verbs = ["view"] },\n]\nalso',
            'verbs = ["veiw"] },\n]\nalso',
            "Line 13: “veiw” is not a verb over “school”",
        ),
        ('code = "1.2"', 'code = "1.1"', "Line 18: The duty number 1.1 stands there twice."),
        ('key = "basic"', 'key = "office"', "Line 22: The section “office” stands there twice."),
        (
            'letters" = "office"',
            'letters" = "offcie"',
            "Line 6: The lead “offcie” is no section of this chart.",
        ),
        (
            '"office.letters" = "office"',
            '"office.news" = "office"',
            "Line 6: “office” is to lead “office.news”",
        ),
        (
            'succeeds = ["basic"]',
            'succeeds = ["bsaic"]',
            "Line 25: “bsaic”, which it succeeds, is no section",
        ),
        ('over = "teacher"', 'over = "teachers"', "Line 27: A remit over “teachers” is unknown"),
        (
            'stages = ["primary"]',
            'stages = ["primray"]',
            "Line 27: “primray” is not one of the known stages.",
        ),
        ('stages = ["primary"]', "private = true", "Line 27: “private” is not a key that belongs here"),
        ('"office.archives"', '"archives"', "Line 18: “archives” is not the name of a capability"),
        ('name_zh = "基教科"', 'name_zh = ""', "Line 22: “name_zh” is missing or is not a text."),
        ("[lead]", "[lead", "Line 5: This is not TOML"),
        ('key = "small"', 'key = "small"\nkey = "again"', "Line 2: This is not TOML"),
        ('key = "small"', 'key = "small"\nsize = 3', "Line 2: “size” is not a key that belongs here"),
        ('key = "small"', 'key = "small"\nregion = 140700', "Line 2: “region” must be a code of six digits"),
    ],
)
def test_a_mistake_is_named_with_its_line(old, new, expected):
    assert old in RIGHT
    found = refusal(RIGHT.replace(old, new, 1), words={"stages": {"primary"}}, sections={"office"})

    assert any(sentence.startswith(expected) for sentence in found), found


def test_every_mistake_is_named_at_once():
    text = RIGHT.replace('code = "1.2"', 'code = "1.1"').replace('verbs = ["view"]', 'verbs = ["look"]')

    assert len(refusal(text)) == 3


def test_an_empty_file_is_no_chart():
    assert "Line 1: The chart names no section." in refusal("")


def test_a_file_that_is_not_utf8_is_refused_with_the_line(tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_bytes('key = "small"\nname = "局"'.encode("gb18030"))

    with pytest.raises(WrongFile, match=r"Line 2: The file is not UTF-8 text\."):
        read_chart(path)


def test_an_unknown_name_lists_the_known_charts():
    with pytest.raises(WrongFile, match=r"compact, jinzhong\."):
        find_file("jinzong")


@pytest.mark.parametrize(
    "text", ["section = 3", "section = [1]", "lead = 3", "[[section]]\nduties = 7", "[section]"]
)
def test_a_wrong_shape_is_refused_and_never_a_fault(text):
    assert refusal(text)
