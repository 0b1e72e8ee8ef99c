"""What each film says: its numbers, within a budget, and the sentences that they choose.

Nothing here draws or imports Manim, so that words can be tested against any network in no time.
"""
