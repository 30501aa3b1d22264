from datetime import date, timedelta

from sections.office.answers.models import PublishedAnswer, RedactionRule
from sections.office.letters.models import AnswerWarning, Letter, RetentionRule, StockPhrase
from tests.factories.answers import prepared, published, withdrawn
from tests.factories.letters import answered
from tests.site.factories import register


def _values(letter):
    """Every field but its keys."""
    return {field.attname: getattr(letter, field.attname) for field in letter._meta.concrete_fields[1:]}


@register(PublishedAnswer)
def public_answers(cast, count):
    """One that is public, a draft, one that is gone; more are drafts past the engine, which is slow."""
    for make in (published, prepared, withdrawn)[:count]:
        make(cast)
    if count > 3:
        first = Letter.objects.latest("pk")  # an answered one: it waits for nobody
        start = Letter.objects.count()
        copies = [
            Letter(**{**_values(first), "number": f"L1999-{start + number:06d}"})
            for number in range(count - 3)
        ]
        PublishedAnswer.objects.bulk_create(
            PublishedAnswer(
                letter=letter,
                number=letter.number.replace("L", "G"),
                owner=letter.owner,
                kind=letter.kind,
                title=letter.title,
                question=letter.body,
                answer="Yes.",
            )
            for letter in Letter.objects.bulk_create(copies)
        )
    return cast.office_chief


@register(RedactionRule)
def redaction_rules(cast, count):
    for number in range(count):
        RedactionRule.objects.create(
            kind="exact", text=f"Li Example {number}", replacement="××", reason="A name"
        )
    return cast.office_chief


@register(AnswerWarning)
def warnings(cast, count):
    letter = answered(cast)
    for _number in range(count):
        AnswerWarning.objects.create(
            letter=letter,
            kind="stock",
            step="propose",
            unit=letter.unit,
            by=cast.basic_clerk,
            reason="It is so.",
        )
    return cast.office_chief


@register(StockPhrase)
def stock_phrases(cast, count):
    start = StockPhrase.objects.count()
    for number in range(start, start + count):
        StockPhrase.objects.create(
            phrase=f"empty words {number}", reason="Say what was done.", changed_by="A"
        )
    return cast.office_chief


@register(RetentionRule)
def retention_rules(cast, count):
    start = RetentionRule.objects.count()
    for number in range(start, start + count):
        RetentionRule.objects.create(
            years=30,
            text="deleted",
            basis="Trial",
            basis_zh="试行",
            valid_from=date(2100, 1, 1) + timedelta(days=number),
            changed_by="A",
        )
    return cast.office_chief
