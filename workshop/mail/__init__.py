"""Mail, where the installation wants it: one letter at a time, by way of the mail server that it names."""
