"""Makes slides from finished films, one for each beat."""
