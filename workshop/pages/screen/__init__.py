"""The big screen in the room."""
