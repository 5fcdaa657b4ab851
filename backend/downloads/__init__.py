"""How bytes go out in bulk: tickets, archives and exports.

It reads the library through `files`, never from `storage` paths of its own.
"""
