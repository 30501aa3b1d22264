"""Why a backup is not made, or not brought back: each says what to do."""

from __future__ import annotations

import errno

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})


class BackupFault(Exception):
    """Nothing was left behind under the name of a backup."""


class Damaged(BackupFault):
    """What lies there is not what was written."""


class Unfit(BackupFault):
    """The backup is whole, but must not be brought back here."""
