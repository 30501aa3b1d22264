"""What of transfers hangs on teachers and schools."""

from bureau.duplicates.declare import Dependant, hangs
from personnel.transfers.models import Transfer

hangs(
    # One open request per person: where both records have one, it is decided first.
    Dependant(Transfer, "teacher", clash="refuses"),
    Dependant(Transfer, "from_school", clash="refuses"),
    Dependant(Transfer, "to_school", clash="refuses"),
    Dependant(Transfer, "to_stage"),
)
