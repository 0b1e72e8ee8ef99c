"""Films joined into a lecture, and the slides of a lecture."""
