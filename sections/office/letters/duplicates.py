"""What of letters hangs on schools and teachers."""

from bureau.duplicates.declare import Dependant, hangs
from sections.office.letters.models import Accused, Letter

hangs(Dependant(Letter, "school"))
hangs(Dependant(Accused, "school"))
hangs(Dependant(Accused, "teacher"))
