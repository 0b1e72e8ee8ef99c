"""Exercises for a class: the right results of a learner's functions, and those of known mistakes.

An exercise (`task`) has functions, each with cases: arguments drawn with fixed seeds, in several
shapes. The core computes the right results, and each gradient is checked against central
differences before learners are judged by it. For each known mistake there is code that makes it.
A mistake is recognised by its numbers alone (`recognition`), so a diagnosis rests on evidence.

This package runs no code of learners: the results of their functions come as arrays.
"""
