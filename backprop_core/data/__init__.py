"""Examples: built-in data sets, files of one's own, and how both are scaled."""
