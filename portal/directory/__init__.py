"""Who and where: unions, branches and their officers, and the places of the United Kingdom and Ukraine.

What a branch asks for, and what becomes of it, lives in the submissions packages.
"""
