"""What a user asks for: films, experiments, formats and names."""
