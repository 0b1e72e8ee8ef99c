"""Type: Typst compiled to outlines, and titles."""
