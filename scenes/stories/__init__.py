"""Stories: the numbers of each film, computed within a time budget, and its sentences.

Nothing here draws or imports Manim, so that sentences can be tested quickly on any network.
"""
