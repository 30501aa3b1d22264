"""The portal's own line icons, 24 × 24, drawn with the text colour."""

ICONS = {
    "search": ('<circle cx="11" cy="11" r="6.5"/><path d="m20 20-4.2-4.2"/>'),
    "menu": ('<path d="M4 7h16M4 12h16M4 17h16"/>'),
    "x": ('<path d="m6 6 12 12M18 6 6 18"/>'),
    "check": ('<path d="m5 12.5 4.5 4.5L19 7.5"/>'),
    "warn": ('<path d="M12 4 2.8 19.5h18.4z"/><path d="M12 10v4.5M12 17v.2"/>'),
    "error": ('<path d="M8 3h8l5 5v8l-5 5H8l-5-5V8z"/><path d="M12 7.5V13M12 16.2v.2"/>'),
    "info": ('<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.6v.2"/>'),
    "right": ('<path d="m9 6 6 6-6 6"/>'),
    "left": ('<path d="m15 6-6 6 6 6"/>'),
    "down": ('<path d="m6 9 6 6 6-6"/>'),
    "user": ('<circle cx="12" cy="8" r="3.5"/><path d="M5 20c.6-3.8 3.4-5.8 7-5.8s6.4 2 7 5.8"/>'),
    "mail": ('<rect x="3.5" y="5.5" width="17" height="13" rx="1.5"/><path d="m4 7 8 6 8-6"/>'),
    "pen": ('<path d="M4.5 19.5 6 14.8 16.3 4.5l3.2 3.2L9.2 18z"/><path d="m14 6.8 3.2 3.2"/>'),
    "track": (
        '<circle cx="6" cy="6" r="2.2"/><circle cx="18" cy="18" r="2.2"/><path d="M8.2 6H15a3 3 0 0 1 0 6H9a3 3 0 0 0 0 6h6.8"/>'
    ),
    "cert": (
        '<rect x="3.5" y="4.5" width="17" height="11" rx="1.5"/><path d="M7 8.5h7M7 11.5h4"/><circle cx="16.5" cy="15" r="2.6"/><path d="m15 17.2-.7 3.3 2.2-1.2 2.2 1.2-.7-3.3"/>'
    ),
    "school": (
        '<path d="M3.5 20.5h17M5.5 20V11l6.5-4 6.5 4v9"/><path d="M12 7V3.5h4v2h-4M10 20v-4.5h4V20M8.5 12.5h.1M15.5 12.5h.1"/>'
    ),
    "child": (
        '<circle cx="12" cy="6.5" r="3"/><path d="M6.5 20.5v-3.3c0-3 2.4-5 5.5-5s5.5 2 5.5 5v3.3"/><path d="M9.5 20.5v-3M14.5 20.5v-3"/>'
    ),
    "teacher": ('<path d="M3.5 5h17v10h-17zM12 15v4M8.5 20.5 12 17l3.5 3.5"/><path d="M7 8.5h5M7 11.5h8"/>'),
    "doc": ('<path d="M6 3.5h8l4.5 4.5v12.5H6z"/><path d="M14 3.5V8h4.5M9 12.5h6.5M9 16h6.5"/>'),
    "chart": ('<path d="M4 4v16h16"/><path d="M8 16v-4.5M12.5 16V8M17 16v-6.5"/>'),
    "cal": (
        '<rect x="4" y="5.5" width="16" height="14.5" rx="1.5"/><path d="M4 10h16M8.5 3.5v4M15.5 3.5v4"/>'
    ),
    "clock": ('<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.3l3.5 2"/>'),
    "dl": ('<path d="M12 4v11M7.5 11 12 15.5 16.5 11M4.5 19.5h15"/>'),
    "ul": ('<path d="M12 16V5M7.5 9 12 4.5 16.5 9M4.5 19.5h15"/>'),
    "print": (
        '<path d="M7 8V3.5h10V8M7 17.5H4V9.5C4 8.7 4.7 8 5.5 8h13c.8 0 1.5.700 1.5 1.5v8h-3"/><path d="M7 14.5h10v6H7z"/>'
    ),
    "bell": ('<path d="M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15zM10 20.5h4"/>'),
    "inbox": ('<path d="M4 13.5 6.5 5h11l2.5 8.5V19H4z"/><path d="M4 13.5h4.5l1.5 2.5h4l1.5-2.5H20"/>'),
    "building": ('<path d="M5 20.5V4h9v16.5M14 9.5h5v11M3 20.5h18"/><path d="M8 8h3M8 12h3M8 16h3"/>'),
    "money": ('<path d="m7 4 5 7 5-7M12 11v9M7.5 12.5h9M7.5 16h9"/>'),
    "shield": (
        '<path d="M12 3.5 5 6v5.5c0 4.3 2.8 7.3 7 9 4.2-1.7 7-4.7 7-9V6z"/><path d="m9 11.8 2.2 2.2 3.8-4"/>'
    ),
    "medal": ('<circle cx="12" cy="9" r="5"/><path d="m9 13.5-1.5 7L12 18l4.5 2.5-1.5-7"/>'),
    "eye": (
        '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="2.8"/>'
    ),
    "moon": ('<path d="M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z"/>'),
    "sun": (
        '<circle cx="12" cy="12" r="4"/><path d="M12 3v2.5M12 18.5V21M3 12h2.5M18.5 12H21M5.6 5.6l1.8 1.8M16.6 16.6l1.8 1.8M18.4 5.6l-1.8 1.8M7.4 16.6l-1.8 1.8"/>'
    ),
    "globe": (
        '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c3 2.5 3 14.5 0 17M12 3.5c-3 2.5-3 14.5 0 17"/>'
    ),
    "phone": (
        '<path d="M6 3.5h3.5l1.5 4.5-2.2 1.5a12 12 0 0 0 5.7 5.7L16 13l4.5 1.5V18c0 1.5-1 2.5-2.5 2.5C10.5 20.5 3.5 13.5 3.5 6 3.5 4.5 4.5 3.5 6 3.5z"/>'
    ),
    "clip": (
        '<path d="m19 11.5-7.5 7.5a4.5 4.5 0 0 1-6.4-6.4L13 4.8a3 3 0 0 1 4.2 4.2l-7.7 7.7a1.5 1.5 0 0 1-2.1-2.1l7-7"/>'
    ),
    "plus": ('<path d="M12 5v14M5 12h14"/>'),
    "filter": ('<path d="M4 5.5h16l-6 7.5v6l-4-2v-4z"/>'),
    "sort": ('<path d="m8 9 4-4 4 4M8 15l4 4 4-4"/>'),
    "sortd": ('<path d="M12 5v14M6.5 13.5 12 19l5.5-5.5"/>'),
    "grid": ('<rect x="4" y="4" width="16" height="16" rx="1"/><path d="M4 9.5h16M4 14.7h16M9.5 4v16"/>'),
    "gear": (
        '<circle cx="12" cy="12" r="3"/><path d="M12 3.5v3M12 17.5v3M3.5 12h3M17.5 12h3M6 6l2.1 2.1M15.9 15.9 18 18M18 6l-2.1 2.1M8.1 15.9 6 18"/>'
    ),
    "flag": ('<path d="M5.5 21V4M5.5 4.5c4-2 7.5 2 13 0v9c-5.5 2-9-2-13 0"/>'),
    "chat": ('<path d="M4 5.5h16v11H11l-4.5 4v-4H4z"/><path d="M8 9.5h8M8 12.8h5"/>'),
    "out": ('<path d="M14 4h6v6M20 4l-9 9M17.5 14v5.5h-13v-13H10"/>'),
}

EMBLEM = (
    '<svg viewBox="0 0 48 48" aria-hidden="true" focusable="false"><circle cx="24" cy="24" r="24" fill="#b3281e"/>'
    '<g fill="none" stroke="#fff" stroke-width="2.2" stroke-linejoin="round" stroke-linecap="round">'
    '<path d="M24 15.5c-3-2.6-7.6-3.2-12-2v14.8c4.4-1.2 9-.6 12 2 3-2.6 7.6-3.2 12-2V13.5c-4.4-1.2-9-.6-12 2zM24 15.5v14.8"/>'
    '<path d="M11 36c2.2-2 4.3-2 6.5 0s4.3 2 6.5 0 4.3-2 6.5 0 4.3 2 6.5 0" stroke="#f1d58c"/></g></svg>'
)
