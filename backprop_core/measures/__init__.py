"""Measurements of passes, and the predictions of theory."""
