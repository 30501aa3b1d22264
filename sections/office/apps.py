from bureau.registry import RoomsConfig


class OfficeConfig(RoomsConfig):
    default = True
    name = "sections.office"
    label = "office"
    rooms = (
        "data_requests",
        "letters",
        "reviews",
        "identities",
        "explanations",
        "answers",
        "person_reports",
        "letter_figures",
        "news",
        "policies",
        "consultations",
    )
