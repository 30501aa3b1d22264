"""Reading returns: what is asked, what stands there, who is missing."""
