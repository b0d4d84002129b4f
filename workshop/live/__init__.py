"""One session as it runs: the room in memory, what phones send, what the desk does, and who is shown what."""
