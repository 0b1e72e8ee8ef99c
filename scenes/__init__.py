"""The films, one per file, and the packages that they use."""
