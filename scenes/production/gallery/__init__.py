"""A folder of films for a course site: pages that need no server, no network and no program."""
