"""What is measured of passes, and what theory predicts of them."""
