"""Arrays and lines of code."""
