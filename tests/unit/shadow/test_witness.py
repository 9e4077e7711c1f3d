"""What is made of the text that pg_dump writes."""

from pgmig.shadow.witness import restorable

HEAD = "--\n\nSET lock_timeout = 0;\nSET transaction_timeout = 0;\nSET client_encoding = 'UTF8';\n"
REST = """SELECT pg_catalog.set_config('search_path', '', false);
CREATE FUNCTION public.f() RETURNS void LANGUAGE sql AS $$
SET transaction_timeout = 0;
$$;
"""


def test_an_older_server_is_given_no_setting_that_it_does_not_know() -> None:
    assert restorable(HEAD + REST) == HEAD.replace("SET transaction_timeout = 0;\n", "") + REST
