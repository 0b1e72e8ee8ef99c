"""What is asked for: films, experiments, formats and names."""
