"""Charts: axes, scales, marks, and their keys."""
