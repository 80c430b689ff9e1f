"""Today's files, read and written."""
