"""Pictures of the kit's components, for the golden stills."""
