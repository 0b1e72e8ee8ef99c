"""The `backprop` command: thin click commands over production and core."""
