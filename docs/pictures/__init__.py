"""What takes the pictures of the guides: a demonstration, a browser, and the story of one request."""
