"""A whole dossier as one file, to keep or to take to another installation."""
