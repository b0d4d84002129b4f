"""What must go by itself when its time comes, and what a backup may not bring back."""
