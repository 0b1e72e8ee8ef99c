"""The pictures: one film per file, and the rooms that serve them."""
