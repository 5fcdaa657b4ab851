"""What the library tells the apps above it."""

from django.dispatch import Signal

# Sent in the transaction that changed what a file shows; `root_ids` are the first versions of the files concerned.
files_changed = Signal()
