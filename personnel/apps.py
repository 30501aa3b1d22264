from bureau.registry import RoomsConfig


class PersonnelConfig(RoomsConfig):
    default = True
    name = "personnel"
    label = "personnel"
    rooms = ("transfers", "changes")
