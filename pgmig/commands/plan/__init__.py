"""`pgmig plan`: the pending scripts held against the live target, which is only read.

`planning.plan` makes a plan, `document` reads and writes it; `up` imports no more than that.
"""
