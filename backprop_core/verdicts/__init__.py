"""Verdicts: what may be said of a profile or of a training run, judged by its numbers."""
