"""Pages to look at on a new site, with small media made for the purpose; `manage.py load_demo` loads them once."""
