"""How the process listens and is kept at work: the server, its door, its workers, and what it prints."""
