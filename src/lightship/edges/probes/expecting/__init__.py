"""What counts as working, in words: `status is 200`, `answers within 800 ms`, `json .status is "ok"`.

`reading` turns a sentence into a condition or says which word it did not understand; `judging` holds a result to it.
"""
