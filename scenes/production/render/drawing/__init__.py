"""From mobjects to pieces of a video: faster than Manim, with the same pictures."""
