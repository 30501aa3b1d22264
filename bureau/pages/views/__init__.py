"""The generic pages; `bureau.pages.urls` mounts them."""
