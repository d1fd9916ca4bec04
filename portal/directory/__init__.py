"""Reference data: unions, branches and their officers, regions and places."""
