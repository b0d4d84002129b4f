"""The dossier of a partnership: answers with history, marks, actions, and where each came from."""
