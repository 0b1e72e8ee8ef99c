"""Turns a job into the pictures of its film."""
