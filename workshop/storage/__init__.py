"""How the database is kept: connections, the one writer, locks, and tables written again."""
