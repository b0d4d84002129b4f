"""What is deleted by itself when its time comes, and what a backup may not bring back."""
