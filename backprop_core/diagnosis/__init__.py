"""What is wrong with a network, in words and numbers."""
