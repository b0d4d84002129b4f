"""The log: what accounts did, by a key and its particulars. Sentences are made where it is shown."""
