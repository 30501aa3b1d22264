"""What a reader writes down, within limits."""

from __future__ import annotations

MOST_FOUND = 60
# Of one kind of finding so many are named; the editor looks into the file anyhow.
MOST_OF_A_KIND = 5


class Problem(Exception):
    """The file cannot be read whole; `code` names why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Report:
    """`found`: [kind, where, excerpt]. `texts`: by place, in the order of the file."""

    def __init__(self, characters: int) -> None:
        self.found: list[list[str]] = []
        self.texts: dict[str, list[str]] = {}
        self._left = characters

    def find(self, kind: str, where: str = "", excerpt: str = "") -> None:
        same = [one for one in self.found if one[0] == kind]
        if len(same) < MOST_OF_A_KIND and len(self.found) < MOST_FOUND and [kind, where, excerpt] not in same:
            self.found.append([kind, where, excerpt[:200]])

    def text(self, where: str, text: str) -> None:
        """Raises Problem when the file says more than anybody could have looked through."""
        text = text.strip()
        if not text:
            return
        self._left -= len(text)
        if self._left < 0:
            raise Problem("too_long")
        self.texts.setdefault(where, []).append(text)
