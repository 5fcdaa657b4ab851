"""Who people are: the user model, registration, login, tokens and the login throttle.

It knows nothing of files or pages.
"""
