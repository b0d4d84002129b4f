"""What a dossier can become outside the app: files to take along, to print and to count with."""
