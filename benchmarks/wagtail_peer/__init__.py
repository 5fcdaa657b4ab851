"""A Wagtail site with the pages of the bench, for an environment of its own (see `benchmarks.peers`).

Each page has a text and five contents in a StreamField; the pages API shows them all.
"""
