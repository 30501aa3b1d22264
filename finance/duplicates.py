"""What of money hangs on schools."""

from bureau.duplicates.declare import Dependant, hangs
from finance.models import Allocation

# An allocation is money: one that clashes with one of the survivor is cleared up by hand, never left behind.
hangs(Dependant(Allocation, "school", clash="refuses"))
