"""The names in a text that may be SQL: hints, for what PostgreSQL records nowhere."""

from sqlglot import TokenType
from sqlglot.dialects.postgres import Postgres
from sqlglot.errors import TokenError

_DIALECT = Postgres()
_NO_NAMES = {
    TokenType.STRING,
    TokenType.BYTE_STRING,
    TokenType.HEREDOC_STRING,
    TokenType.NUMBER,
}


def words(text: str) -> frozenset[str]:
    """The identifiers and keywords of `text`, folded as PostgreSQL does; none when it is no SQL."""
    try:
        tokens = _DIALECT.tokenize(text)
    except TokenError:
        return frozenset()
    return frozenset(
        token.text if token.token_type is TokenType.IDENTIFIER else token.text.lower()
        for token in tokens
        if token.token_type not in _NO_NAMES
    )
