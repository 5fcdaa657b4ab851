"""What `make bench` measures. Figures are ratios to a reference measured in the same run; nothing asserts a time.

`run` says what is measured and writes `results.md`; `site` starts servers and puts load on them; `data` fills the
database; `servers` and `plain` are what Quayside is compared with.
"""
