"""Users, the kinds of principal, sign-in, second factor, sessions, lock-out."""
