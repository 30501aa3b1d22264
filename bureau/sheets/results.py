"""Files made for one person by a job: kept in sealed pieces, handed out once more through rights, gone in a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone

from bureau.identifiers.encryption import seal, unseal
from bureau.sheets.models import ResultFile, ResultPiece, oldest

PIECE = 1 << 20


def store(result: ResultFile, content: Iterable[bytes]) -> ResultFile:
    """Write the content piece by piece; what an earlier run left is removed first. Whole only at the end."""
    result.pieces.all().delete()
    size = 0
    for number, piece in enumerate(_pieces(content)):
        size += len(piece)
        sealed = seal(piece, column=_column(result.pk, number))
        ResultPiece.objects.create(result=result, number=number, content=sealed)
    result.size, result.made_at = size, timezone.now()
    result.save(update_fields=["size", "made_at"])
    return result


def content_of(result: ResultFile) -> Iterator[bytes]:
    numbers = list(result.pieces.values_list("number", flat=True).order_by("number"))
    for number in numbers:
        piece = result.pieces.get(number=number)
        yield unseal(bytes(piece.content), column=_column(result.pk, number))


def _column(result_id: int, number: int) -> str:
    """A piece opens only at its own place in its own file."""
    return f"sheets.resultpiece.{result_id}.{number}"


def _pieces(content: Iterable[bytes]) -> Iterator[bytes]:
    kept = bytearray()
    for chunk in content:
        kept += chunk
        while len(kept) >= PIECE:
            yield bytes(kept[:PIECE])
            del kept[:PIECE]
    if kept:
        yield bytes(kept)


def remove_old_results() -> int:
    count, _by_model = ResultFile.objects.filter(created_at__lt=oldest(timezone.now())).delete()
    return count
