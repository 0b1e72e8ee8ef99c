"""Production: renders films to files, and makes lectures, sweeps and galleries of them."""
