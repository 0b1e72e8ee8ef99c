"""Films over the points of a sweep, and their overview."""
