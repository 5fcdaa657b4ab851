"""The library: what an editor sees of a file — name, kind, owner, status, versions, trash, where it is used.

The background check (`FileDuplicateChecker`, `finalize`) lives here. Bytes are moved by `storage`; how they come in is
the business of `uploads`.
"""
