"""Settings: base, demo, test, production. The environment is read in `environment` alone."""
