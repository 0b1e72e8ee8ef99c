"""Films joined to a lecture, and its slides."""
