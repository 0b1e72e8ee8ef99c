"""Property tests with thousands of unusual files and texts."""
