"""How the process listens and is kept running: the server, its limits, its workers, and what it prints."""
