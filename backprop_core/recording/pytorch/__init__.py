"""Record a PyTorch model while it trains; PyTorch is imported only when this is used.

`recorder` is what a user holds. `boundaries` tells passes of the training apart, `watched` and
`calls` take the numbers of the layers that run in one, `steps` those of the optimizer's step that
follows, `results` makes rows of them. `graph` and `structure` find the functions between layers,
`layers` tells which modules are layers, `listeners` hears of calls that PyTorch has no hook for,
and `reasons` says why nothing was recorded.
"""
