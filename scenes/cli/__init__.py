"""The `backprop` command: thin click commands on top of production and core."""
