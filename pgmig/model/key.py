"""ObjectKey: the identity of one object, equal on every server."""

import msgspec


class ObjectKey(msgspec.Struct, frozen=True, order=True):
    """What names an object: its kind, schema, own name, and the relation or type it hangs on.

    Attributes:
        kind: the name of its `Kind`.
        schema: "" for objects that live in no schema.
        name: unquoted; routines carry their input types, as in `area(numeric, numeric)`.
        parent: the table of a constraint, trigger, policy or rule; "" elsewhere.
    """

    kind: str
    schema: str
    name: str
    parent: str = ""

    def __str__(self) -> str:
        """For people: `table shop.orders`, `trigger touch on shop.orders`."""
        if self.parent:
            return f"{self.kind} {self.name} on {self.schema}.{self.parent}"
        qualified = f"{self.schema}.{self.name}" if self.schema else self.name
        return f"{self.kind} {qualified}"
