"""The portal's project and its ground floor."""
