"""What every room needs and no room owns: errors, sizes and durations, byte ranges, names, hashing, Redis pools.

It has no models and imports no app.
"""
