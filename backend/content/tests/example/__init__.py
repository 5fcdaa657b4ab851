"""A content type as a user would add one: a model class and its migration, and nothing else.

It is an app of its own only so that it exists in tests alone; `conftest.py` installs it.
"""
