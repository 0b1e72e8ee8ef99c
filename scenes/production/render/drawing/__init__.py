"""Draws mobjects into pieces of a video, faster than Manim and with the same pictures."""
