"""From finished films to slides, a page for each beat."""
