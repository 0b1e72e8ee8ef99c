"""Networks, activations and losses, and the forward and backward passes."""
