"""Gradient descent, of one network or of many side by side."""
