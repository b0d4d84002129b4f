"""What people in the room open on their phones: coming in, taking part, and what became of it later."""
