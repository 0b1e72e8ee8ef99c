"""The visual vocabulary: arrays in, mobjects out."""
