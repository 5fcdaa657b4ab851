"""Where bytes live: blobs, servers and replicas; placing, sealing, serving, checking and collecting them.

Only this room touches bytes on disk. It knows nothing of names, owners or pages: whoever keeps a blob says so with a
foreign key to it, and whoever keeps an incoming file registers as its keeper in `storage.incoming`.
"""
