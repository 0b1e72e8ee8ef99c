"""From a film to files."""
