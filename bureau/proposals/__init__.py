"""A field that somebody else keeps: asked for with a reason, accepted or refused by who keeps it."""
