"""Examples: built-in data sets, the user's data files, and the scaling of both."""
