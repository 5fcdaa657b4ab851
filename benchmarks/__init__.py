"""What `make bench` measures. Figures are ratios to a reference measured in the same run; nothing here asserts a time.

`run` starts the servers, puts load on them and writes `results.md`; `servers` are the references; `site` makes the data.
"""
