"""Statements as sqlglot nodes, and their one renderer.

sqlglot models CREATE TABLE, CREATE VIEW and ALTER TABLE; all else is a `clause`, a sequence of
nodes and keyword phrases. Text that the server printed (defaults, view queries, bodies, types) is
embedded byte for byte and never parsed. Nothing here subclasses an expression or a generator:
the compiled build of sqlglot refuses that.
"""

from collections.abc import Iterable
from itertools import count
from typing import Any

from sqlglot import ErrorLevel, exp
from sqlglot.dialects.postgres import Postgres

from pgmig.ddl import quote

# sqlglot offers no public way to render a node differently that works in its compiled build;
# the self-test below and the golden tests notice when this attribute goes.
_HANDLERS = "_dispatch"

_LINES = "lines"  # in Command.this: the pieces stand one a line

Node = exp.Expr
Piece = Node | str


def make(cls: type[Node], **args: Any) -> Node:
    """A node of `cls`; an argument it does not know, or lacks, is an error.

    sqlglot itself ignores unknown arguments, and so would drop a name without a word.
    """
    unknown = sorted(set(args) - set(cls.arg_types))
    node = cls(**args)
    errors = [f"unknown argument {name}" for name in unknown] + list(node.error_messages())
    if errors:
        message = f"{cls.__name__}: {'; '.join(errors)}"
        raise TypeError(message)
    return node


def ident(name: str) -> Node:
    """One name, quoted where PostgreSQL needs it."""
    plain = quote.ident(name)
    return make(exp.Identifier, this=name, quoted=plain.startswith('"'))


def name(schema: str, relation: str) -> Node:
    """A name qualified with its schema, or alone when the schema is empty."""
    if not schema:
        return make(exp.Table, this=ident(relation))
    return make(exp.Table, this=ident(relation), db=ident(schema))


def raw(text: str) -> Node:
    """Keywords, or text that the server printed: embedded byte for byte."""
    return make(exp.Var, this=text)


def literal(text: str) -> Node:
    """A string literal."""
    return raw(quote.literal(text))


def body(text: str) -> Node:
    """A dollar-quoted string whose tag does not occur in `text`."""
    return make(exp.Heredoc, this=text)


def _node(piece: Piece) -> Node:
    return raw(piece) if isinstance(piece, str) else piece


def clause(*pieces: Piece | None) -> Node:
    """The pieces, one after another with a blank between; None and "" are left out."""
    parts = [_node(piece) for piece in pieces if isinstance(piece, Node) or piece]
    # `expressions` is no argument of Command's own: the renderer below reads it.
    return exp.Command(this="", expressions=parts)


def lines(*pieces: Piece | None) -> Node:
    """The pieces as in `clause`, one a line."""
    joined = clause(*pieces)
    joined.set("this", _LINES)
    return joined


def commas(pieces: Iterable[Piece]) -> Node:
    """The pieces with commas between, in parentheses: `(a, b)`."""
    return make(exp.Tuple, expressions=[_node(piece) for piece in pieces])


def column(column_name: str, type_text: str, *constraints: Piece) -> Node:
    """A column definition: name, type as format_type() prints it, clauses in order."""
    return make(
        exp.ColumnDef,
        this=ident(column_name),
        kind=make(exp.DataType, this=exp.DType.USERDEFINED, kind=type_text),
        constraints=[make(exp.ColumnConstraint, kind=_node(each)) for each in constraints],
    )


def create_table(kind: str, table: Node, columns: Iterable[Node]) -> Node:
    """`CREATE kind table (columns)`, one column a line; `kind` as in `UNLOGGED TABLE`."""
    members = list(columns)
    if not members:
        return clause("CREATE", kind, table, "()")
    return make(exp.Create, kind=kind, this=make(exp.Schema, this=table, expressions=members))


def alter_table(kind: str, table: Piece, *actions: Piece) -> Node:
    """`ALTER kind table action, action`, one action a line; `kind` as in `TABLE ONLY`."""
    if len(actions) == 1:
        return clause("ALTER", kind, table, actions[0])
    return make(
        exp.Alter, kind=kind, this=_node(table), actions=[_node(action) for action in actions]
    )


def _clause_sql(generator: Any, expression: Any) -> str:
    parts = expression.expressions
    if not parts:
        return str(generator.command_sql(expression))
    separator = "\n" if expression.name == _LINES else " "
    return _unindented(generator, separator).join(generator.sql(part) for part in parts)


def _raw_sql(generator: Any, expression: Any) -> str:
    return _unindented(generator, expression.name)


def _body_sql(generator: Any, expression: Any) -> str:
    text = expression.name
    # A body that ends in a prefix of the closing tag would join with it: `$` before `$$`.
    tags = (f"${'' if n == 0 else f'q{n}'}$" for n in count())
    tag = next(tag for tag in tags if tag not in text + tag[:-1])
    return _unindented(generator, f"{tag}{text}{tag}")


def _unindented(generator: Any, text: str) -> str:
    # Pretty printing indents after every line break, also inside literals and bodies.
    return text.replace("\n", generator.SENTINEL_LINE_BREAK) if generator.pretty else text


class PgmigPostgres(Postgres):
    """sqlglot's PostgreSQL dialect with opaque text left opaque."""

    def generator(self, **options: Any) -> Any:
        """A generator that raises on what it cannot render."""
        generator = super().generator(
            normalize_functions=False, comments=False, unsupported_level=ErrorLevel.RAISE, **options
        )
        handlers: dict[Any, Any] = getattr(generator, _HANDLERS)
        own = {exp.Command: _clause_sql, exp.Var: _raw_sql, exp.Heredoc: _body_sql}
        setattr(generator, _HANDLERS, {**handlers, **own})
        return generator


_DIALECT = PgmigPostgres()
_GENERATOR = _DIALECT.generator(pretty=True)


def render(node: Node) -> str:
    """The statement as text, without a semicolon."""
    return str(_GENERATOR.generate(node))


def _self_test() -> None:
    """Stop the program when the installed sqlglot renders otherwise than the one we know.

    Raises:
        RuntimeError: with what it rendered.
    """
    target = name("S 1", "order")
    made = create_table("TABLE", target, [column("a", "numeric(5,-2)", "DEFAULT 1", "NOT NULL")])
    known = (
        (made, 'CREATE TABLE "S 1"."order" (\n  a numeric(5,-2) DEFAULT 1 NOT NULL\n)'),
        (create_table("TABLE", name("", "t"), []), "CREATE TABLE t ()"),
        (alter_table("TABLE", target, "ENABLE x"), 'ALTER TABLE "S 1"."order" ENABLE x'),
        (alter_table("TABLE", name("", "t"), "SET a", "SET b"), "ALTER TABLE t\nSET a, SET b"),
        (clause("DROP FUNCTION", raw("f()"), None, ""), "DROP FUNCTION f()"),
        (clause("COMMENT ON x IS", literal("it's\n  \\")), "COMMENT ON x IS E'it''s\n  \\\\'"),
        (clause("AS", body("$$ a\n  $q1$ $")), "AS $q2$$$ a\n  $q1$ $$q2$"),
        (clause("OWNER TO", ident("MyRole")), 'OWNER TO "MyRole"'),
        (commas([ident("a"), ident("select")]), '(a, "select")'),
        (raw("now() = NOW()"), "now() = NOW()"),
    )
    for node, text in known:
        rendered = render(node)
        if rendered != text:
            message = f"this sqlglot is not one pgmig knows: {rendered!r} instead of {text!r}"
            raise RuntimeError(message)


_self_test()
