"""The stages of the films: the network, the unit, the arrays, and the camera that goes between."""
