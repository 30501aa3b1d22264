"""Reading a chart from TOML, strictly: a wrong file is refused with every line and reason."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from bureau.charter.chart import Chart, DutyLine, RemitLine, Section
from bureau.charter.choices import REMIT_FILTERS, REMIT_VERBS

_HEADER = re.compile(r"^\s*\[\[\s*section\s*\]\]")
_SLUG = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CAPABILITY = re.compile(r"[a-z][a-z_]{0,28}\.[a-z][a-z_]{0,29}")
_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")

CHART_KEYS = {"key", "name", "name_zh", "region", "lead", "section"}
SECTION_KEYS = {"key", "name", "name_zh", "succeeds", "remits", "also", "duties"}
DUTY_KEYS = {"code", "name", "name_zh", "by"}


@dataclass(frozen=True)
class Problem:
    line: int  # 0: of the file as a whole
    sentence: str

    def __str__(self) -> str:
        if not self.line:
            return self.sentence
        return _("Line %(line)s: %(sentence)s") % {"line": self.line, "sentence": self.sentence}


class WrongFile(Exception):
    """The file cannot be used; `problems` say where and why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def chart_files() -> list[Path]:
    """The charts that come with the portal."""
    return sorted(charters_folder().glob("*.toml"))


def charters_folder() -> Path:
    return Path(settings.ROOT) / "charters"


def find_file(name: str) -> Path:
    """`name`: a file in charters/ without its ending, or a path. Raises WrongFile."""
    inside = charters_folder() / f"{name}.toml"
    path = inside if _SLUG.fullmatch(name) and inside.is_file() else Path(name)
    if not path.is_file():
        known = ", ".join(file.stem for file in chart_files())
        sentence = _("There is no file “%(name)s”. Known charts: %(known)s.") % {"name": name, "known": known}
        raise WrongFile([Problem(0, sentence)])
    return path


def read_text(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise WrongFile([Problem(line, _("The file is not UTF-8 text."))]) from error


def parse_toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found and found[1] else text.count("\n") + 1
        reason = _AT_LINE.sub("", str(error))
        raise WrongFile([Problem(line, _("This is not TOML: %(reason)s.") % {"reason": reason})]) from error


def read_chart(
    path: Path, *, words: Mapping[str, Collection[str]] | None = None, sections: Collection[str] | None = None
) -> Chart:
    """Read and check a chart. Raises WrongFile.

    `words`: known values of remit filters, e.g. {"stages": {...}}. `sections`: keys beyond the file's own
    that `succeeds` may name; None: any.
    """
    return parse_chart(read_text(path), words=words, sections=sections)


def section_keys(path: Path) -> set[str]:
    """Keys of the sections of a file, unchecked; none where it cannot be read."""
    try:
        tables = parse_toml(read_text(path)).get("section", [])
    except WrongFile:
        return set()
    return {str(table.get("key")) for table in tables if isinstance(table, dict)}


def parse_chart(
    text: str, *, words: Mapping[str, Collection[str]] | None = None, sections: Collection[str] | None = None
) -> Chart:
    reader = _Reader(text, words or {}, sections)
    chart = reader.chart(parse_toml(text))
    if reader.problems:
        raise WrongFile(reader.problems)
    return chart


class Lines:
    """Where in the text something stands."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()
        self.starts = [number for number, line in enumerate(self.lines) if _HEADER.match(line)]

    def find(self, pattern: str, block: int | None, nth: int = 0) -> int:
        """Line of the nth match in the block-th section (None: before them); else where the block begins."""
        begin, end = self._block(block)
        found = [n for n in range(begin, end) if re.search(pattern, self.lines[n])]
        if not found:
            return begin + 1
        return found[min(nth, len(found) - 1)] + 1

    def _block(self, block: int | None) -> tuple[int, int]:
        if block is None:
            return 0, self.starts[0] if self.starts else len(self.lines)
        if block >= len(self.starts):
            return 0, len(self.lines)
        after = self.starts[block + 1] if block + 1 < len(self.starts) else len(self.lines)
        return self.starts[block], after


class _Reader:
    def __init__(
        self, text: str, words: Mapping[str, Collection[str]], sections: Collection[str] | None
    ) -> None:
        self.known_sections = sections
        self.where = Lines(text)
        self.words = words
        self.problems: list[Problem] = []
        self.digest = hashlib.sha256(text.encode()).hexdigest()

    def wrong(self, sentence: str | Promise, pattern: str, block: int | None, nth: int = 0) -> None:
        self.problems.append(Problem(self.where.find(pattern, block, nth), str(sentence)))

    # Small readers: each reports what is wrong and goes on with an empty value.

    def unknown_keys(self, table: Mapping[str, Any], known: Collection[str], block: int | None) -> None:
        for key in table:
            if key not in known:
                sentence = _("“%(key)s” is not a key that belongs here; known are %(known)s.") % {
                    "key": key,
                    "known": ", ".join(sorted(known)),
                }
                self.wrong(sentence, rf"(?<![\w\"]){re.escape(key)}\s*=|\[+\s*{re.escape(key)}\s*\]", block)

    def text(self, table: Mapping[str, Any], key: str, block: int | None, longest: int) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            near = next((str(table[k]) for k in ("code", "key") if k in table), "")
            pattern = rf"\"{re.escape(near)}\"" if near else rf"\b{key}\s*="
            self.wrong(_("“%(key)s” is missing or is not a text.") % {"key": key}, pattern, block)
            return ""
        if len(value) > longest:
            sentence = _("“%(key)s” is longer than %(longest)s characters.") % {
                "key": key,
                "longest": longest,
            }
            self.wrong(sentence, re.escape(value[:40]), block)
        return value

    def slug(self, table: Mapping[str, Any], block: int | None) -> str:
        key = self.text(table, "key", block, 40)
        if key and not _SLUG.fullmatch(key):
            sentence = _("“%(key)s” is not a key: small letters, digits and underscores only.") % {"key": key}
            self.wrong(sentence, rf"key\s*=\s*\"{re.escape(key)}\"", block)
        return key

    def texts(self, table: Mapping[str, Any], key: str, block: int | None) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.wrong(_("“%(key)s” must be a list of texts.") % {"key": key}, rf"\b{key}\s*=", block)
            return ()
        for item in {item for item in value if value.count(item) > 1}:
            self.wrong(_("“%(item)s” stands there twice.") % {"item": item}, rf"\"{re.escape(item)}\"", block)
        return tuple(value)

    def tables(self, table: Mapping[str, Any], key: str, block: int | None) -> list[dict[str, Any]]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.wrong(_("“%(key)s” must be a list of tables.") % {"key": key}, rf"\b{key}\b", block)
            return []
        return value

    # The chart, from the outside in.

    def chart(self, data: dict[str, Any]) -> Chart:
        self.unknown_keys(data, CHART_KEYS, None)
        sections = tuple(
            self.section(table, number) for number, table in enumerate(self.tables(data, "section", None))
        )
        if not sections:
            self.problems.append(Problem(1, _("The chart names no section.")))
        self.no_section_twice(sections)
        self.known_predecessors(sections)
        region = data.get("region", "")
        if not isinstance(region, str) or not re.fullmatch(r"(\d{6})?", region):
            self.wrong(_("“region” must be a code of six digits, or empty."), r"\bregion\s*=", None)
            region = ""
        return Chart(
            key=self.slug(data, None),
            name=self.text(data, "name", None, 100),
            name_zh=self.text(data, "name_zh", None, 100),
            region=region,
            leads=self.leads(data.get("lead", {}), sections),
            sections=sections,
            digest=self.digest,
        )

    def no_section_twice(self, sections: tuple[Section, ...]) -> None:
        seen: set[str] = set()
        for number, section in enumerate(sections):
            if section.key in seen:
                sentence = _("The section “%(key)s” stands there twice.") % {"key": section.key}
                self.wrong(sentence, r"\bkey\s*=", number)
            seen.add(section.key)

    def known_predecessors(self, sections: tuple[Section, ...]) -> None:
        if self.known_sections is None:
            return
        known = {*self.known_sections, *(section.key for section in sections)}
        for number, section in enumerate(sections):
            for key in section.succeeds or ():
                if key not in known:
                    sentence = _("“%(key)s”, which it succeeds, is no section known here.") % {"key": key}
                    self.wrong(sentence, rf"succeeds.*\"{re.escape(key)}\"|^\s*\"{re.escape(key)}\"", number)

    def leads(self, table: object, sections: tuple[Section, ...]) -> dict[str, str]:
        if not isinstance(table, dict):
            self.wrong(_("“lead” must be a table of capability = section."), r"\blead\b", None)
            return {}
        by_key = {section.key: section for section in sections}
        for capability, key in table.items():
            line = rf"\"{re.escape(str(capability))}\"\s*="
            names = {"key": key, "capability": capability}
            if not isinstance(key, str) or key not in by_key:
                self.wrong(_("The lead “%(key)s” is no section of this chart.") % names, line, None)
            elif capability not in by_key[key].capabilities():
                sentence = _("“%(key)s” is to lead “%(capability)s”, but does not hold it.") % names
                self.wrong(sentence, line, None)
        return {str(capability): str(key) for capability, key in table.items()}

    def section(self, table: dict[str, Any], number: int) -> Section:
        self.unknown_keys(table, SECTION_KEYS, number)
        duties = tuple(self.duty(duty, number) for duty in self.tables(table, "duties", number))
        self.no_code_twice(duties, number)
        return Section(
            key=self.slug(table, number),
            name=self.text(table, "name", number, 150),
            name_zh=self.text(table, "name_zh", number, 150),
            remits=tuple(self.remit(remit, number) for remit in self.tables(table, "remits", number)),
            also=self.capabilities(self.texts(table, "also", number), number),
            duties=duties,
            succeeds=self.texts(table, "succeeds", number) if "succeeds" in table else None,
        )

    def no_code_twice(self, duties: tuple[DutyLine, ...], number: int) -> None:
        codes = [duty.code for duty in duties]
        for code in sorted({code for code in codes if code and codes.count(code) > 1}):
            sentence = _("The duty number %(code)s stands there twice.") % {"code": code}
            self.wrong(sentence, rf"code\s*=\s*\"{re.escape(code)}\"", number, nth=1)

    def duty(self, table: dict[str, Any], number: int) -> DutyLine:
        self.unknown_keys(table, DUTY_KEYS, number)
        return DutyLine(
            code=self.text(table, "code", number, 10),
            name=self.text(table, "name", number, 200),
            name_zh=self.text(table, "name_zh", number, 200),
            by=self.capabilities(self.texts(table, "by", number), number),
        )

    def capabilities(self, names: tuple[str, ...], number: int) -> tuple[str, ...]:
        for name in names:
            if not _CAPABILITY.fullmatch(name):
                sentence = _("“%(name)s” is not the name of a capability (app.name).") % {"name": name}
                self.wrong(sentence, rf"\"{re.escape(name)}\"", number)
        return names

    def remit(self, table: dict[str, Any], number: int) -> RemitLine:
        over = table.get("over")
        if not isinstance(over, str) or over not in REMIT_VERBS:
            names = {"over": over, "known": ", ".join(REMIT_VERBS)}
            sentence = _("A remit over “%(over)s” is unknown; known are %(known)s.") % names
            self.wrong(sentence, rf"\bover\s*=\s*\"{re.escape(str(over))}\"", number)
            return RemitLine("", ())
        self.unknown_keys(table, {"over", "verbs", *REMIT_FILTERS[over]}, number)
        verbs = self.texts(table, "verbs", number)
        if not verbs:
            sentence = _("The remit over “%(over)s” names no verb.") % {"over": over}
            self.wrong(sentence, rf"\"{over}\"", number)
        for verb in verbs:
            if verb not in REMIT_VERBS[over]:
                sentence = _("“%(verb)s” is not a verb over “%(over)s”.") % {"verb": verb, "over": over}
                self.wrong(sentence, rf"\"{re.escape(verb)}\"", number)
        filters = {name: self.filter(table, name, number) for name in REMIT_FILTERS[over] if name in table}
        return RemitLine(over, verbs, filters)

    def filter(self, table: dict[str, Any], name: str, number: int) -> object:
        if name == "private":
            if not isinstance(table[name], bool):
                self.wrong(_("“private” must be true or false."), r"\bprivate\s*=", number)
            return table[name]
        values = self.texts(table, name, number)
        known = self.words.get(name)
        for value in values:
            if known is not None and value not in known:
                sentence = _("“%(value)s” is not one of the known %(filter)s.") % {
                    "value": value,
                    "filter": name,
                }
                self.wrong(sentence, rf"\"{re.escape(value)}\"", number)
        return list(values)
