"""Gradient descent of one network, or of many networks side by side."""
