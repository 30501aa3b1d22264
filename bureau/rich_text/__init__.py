"""Text with headings, lists, links and tables: cleaned on the server, an editor where the browser has scripts."""
