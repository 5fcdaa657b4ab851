"""How bytes come in: the adapters that receive them, and the model field that takes a file or an upload's key.

An adapter ends by handing an incoming file to `files.services.add_file`; it decides nothing about duplicates.
"""
