"""What was erased stays erased: tombstones, and words that leave the files of the database."""
