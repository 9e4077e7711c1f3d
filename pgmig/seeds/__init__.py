"""Initial data: files of rows that a table is to have, and statements that put them there."""
