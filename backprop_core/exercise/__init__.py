"""Exercises for a class: what a learner's functions should return, and what mistakes would.

An exercise (`task`) has functions, each with cases: arguments drawn with fixed seeds, in several
shapes. What is right comes from the core, and each gradient is held against central differences
before anybody is judged by it. A known mistake is a way to compute the wrong thing: who makes it
is recognised by the numbers alone (`recognition`), so that a diagnosis is evidence, not a guess.

Nothing here runs anybody's code: the answers of a learner's functions come as arrays.
"""
