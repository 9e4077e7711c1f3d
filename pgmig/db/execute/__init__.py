"""Text sent to the server as one message, and what came of it, as values.

A message is what PostgreSQL calls a simple query: one or more statements in one string, answered
by one result each, up to the first that fails (protocol-flow.html, "Simple Query"). Counting the
results therefore tells which statement failed, also where the server names no position.
"""

from pgmig.db.execute.composed import compose, local_role
from pgmig.db.execute.exchange import Reply, Rows, cancel
from pgmig.db.execute.fault import CONNECTION_LOST, ServerFault, fault_of, fault_of_result, refused
from pgmig.db.execute.message import ask, run, send, send_between
from pgmig.db.execute.query import answer, fetch, fetch_each, is_idle, settled

__all__ = [
    "CONNECTION_LOST",
    "Reply",
    "Rows",
    "ServerFault",
    "answer",
    "ask",
    "cancel",
    "compose",
    "fault_of",
    "fault_of_result",
    "fetch",
    "fetch_each",
    "is_idle",
    "local_role",
    "refused",
    "run",
    "send",
    "send_between",
    "settled",
]
