"""Films for all points of a sweep, and their overview."""
