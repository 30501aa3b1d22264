"""What of the ground floor hangs on records of any kind."""

from bureau.duplicates.declare import Loose, loose
from bureau.files.models import Attachment

loose(Loose(Attachment, "record_kind", "record_id"))
