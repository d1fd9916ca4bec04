"""Work that takes too long for a page: a row says what is wanted, the worker has a process of its own do it.

`rows` is the table, `keeping` what may happen to a row, `kinds` what there is to do, `running` the process. What a
kind works out lives with its own package; nothing here knows of plans or tours.
"""
