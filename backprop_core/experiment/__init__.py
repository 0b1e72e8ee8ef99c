"""What a person asks for: configuration files, their fields and their limits."""
