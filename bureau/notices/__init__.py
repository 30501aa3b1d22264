"""Messages to people: on the site, by e-mail or SMS where a channel is set."""
