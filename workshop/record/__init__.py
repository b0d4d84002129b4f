"""The dossier of a partnership: answers with history, marks through time, actions, and where each came from."""
