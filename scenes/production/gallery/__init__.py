"""A gallery of films for a course site: static pages that need no program on a server."""
