"""What a dossier can become outside the app, to read and to print: PDF, Word, Excel, PowerPoint."""
