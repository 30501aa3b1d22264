"""What of these requests hangs on teachers."""

from bureau.duplicates.declare import Dependant, hangs
from personnel.changes.models import TeacherChange

# One open request per person and field: where both records have one, it is decided first.
hangs(Dependant(TeacherChange, "teacher", clash="refuses"))
