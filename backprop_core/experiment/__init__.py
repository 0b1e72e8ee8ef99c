"""Experiments: configuration files, their fields and their limits."""
