"""The kinds of sources the portal can read: one file, one kind; each offers `READER`."""
