"""What the films show, beat by beat, in words for those who do not see it: a module for each.

`seen` describes the beats, as far as they are not described by axes and numbers that are read off
the picture; `poster` describes the last picture.
"""
