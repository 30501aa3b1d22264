from bureau.registry import RoomsConfig


class SchoolsConfig(RoomsConfig):
    default = True
    name = "schools"
    label = "schools"
    rooms = ("returns",)
