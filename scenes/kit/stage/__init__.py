"""Components of films that move: each owns its verbs, which return animations."""
