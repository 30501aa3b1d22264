"""News, notices and what else the bureau publishes: columns, articles, reviews, versions."""
