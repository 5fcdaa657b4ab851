"""A person with a browser in front of a running Quayside: HTTP, WebSockets and files on disk, never the ORM."""
