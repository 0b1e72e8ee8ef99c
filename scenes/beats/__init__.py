"""The beats of films that have too many for one file: a folder a film, a file an act."""
