"""What visitors read: pages, their ordered contents and types, the page JSON, its cache, and view counters.

A content type is one model class here (see docs/extending.md). Files are reached through `uploads.fields` only.
"""
