"""Settings under which the text of a value is the same in every session."""

from typing import LiteralString

# Each of these changes what a type prints or how it reads what was printed (config-locale.html,
# config-client.html), or which rows a query gives (row_security: a policy that would hide rows is
# an error instead). set_config with true is SET LOCAL, which also works behind a pooler; one
# statement, so one trip.
SETTINGS: LiteralString = """
SELECT pg_catalog.set_config('search_path', '', true),
       pg_catalog.set_config('DateStyle', 'ISO, YMD', true),
       pg_catalog.set_config('IntervalStyle', 'postgres', true),
       pg_catalog.set_config('TimeZone', 'UTC', true),
       pg_catalog.set_config('extra_float_digits', '1', true),
       pg_catalog.set_config('bytea_output', 'hex', true),
       pg_catalog.set_config('xmloption', 'content', true),
       pg_catalog.set_config('xmlbinary', 'base64', true),
       pg_catalog.set_config('lc_monetary', 'C', true),
       pg_catalog.set_config('array_nulls', 'on', true),
       pg_catalog.set_config('quote_all_identifiers', 'off', true),
       pg_catalog.set_config('standard_conforming_strings', 'on', true),
       pg_catalog.set_config('transform_null_equals', 'off', true),
       pg_catalog.set_config('row_security', 'off', true)
"""
"""One query, to run within a transaction; it ends with that.

The client's encoding is that of the session (`db.connect` asks for UTF8). Types whose text is a
name (regclass, regtype ...) print it with its schema, because the search_path is empty.
"""
