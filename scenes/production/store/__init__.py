"""Where outputs lie: keys, locks, manifests, and files that appear whole."""
