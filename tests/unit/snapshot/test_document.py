"""A stored snapshot: its shape, and that it reads back as itself."""

import functools
import re
import types
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgmig.errors import BadSnapshotFile
from pgmig.kinds import KIND_BY_NAME
from pgmig.kinds.schema import SCHEMA, Schema
from pgmig.kinds.sequence import SEQUENCE, Sequence
from pgmig.model import (
    Edge,
    Edges,
    Ignored,
    Label,
    ObjectKey,
    Privilege,
    Record,
    Snapshot,
    Unmodelled,
)
from pgmig.snapshot import decode, encode
from pgmig.snapshot.document import encoded
from pgmig.snapshot.fingerprint import whole

FILE = Path("app.json")

GRANT = Privilege(
    grantee="reader", privilege="USAGE", grantor="owner", is_grantable=False, is_held=True
)
SHOP = Schema(
    name="shop",
    owner="owner",
    privileges=(GRANT, msgspec.structs.replace(GRANT, grantee='"x" }')),
    labels=(Label(provider="selinux", label="a"),),
)
NUMBERS = Sequence(
    schema="shop",
    name="numbers",
    owner="owner",
    type="bigint",
    start=1,
    increment=1,
    minimum=1,
    maximum=2**63 - 1,
    cache=1,
    cycle=False,
    is_unlogged=False,
    owned_by=("shop", "order[s]", 'i"d'),
)
EDGE = Edge(source=SEQUENCE.key(NUMBERS), target=SCHEMA.key(SHOP), target_column="x", type="a")
SNAPSHOT = Snapshot(
    server_version=180006,
    objects={SCHEMA.key(SHOP): SHOP, SEQUENCE.key(NUMBERS): NUMBERS},
    depends=Edges.of([EDGE]),
    unmodelled=(Unmodelled(kind="operator", identity="public.=== (integer,integer)"),),
    ignored=Ignored(
        patterns=("exclude table:old_*",),
        objects=(ObjectKey("table", "shop", "old_orders"), ObjectKey("table", "shop", "old_items")),
    ),
)


def test_a_document_has_one_field_a_line() -> None:
    schema, sequence = (
        line.split('"')[3]
        for line in encode(SNAPSHOT).decode().splitlines()
        if line.startswith('        "fingerprint"')
    )
    checksum = msgspec.json.decode(encode(SNAPSHOT))["checksum"]
    assert re.fullmatch("[0-9a-f]{32}", checksum)
    assert (
        encode(SNAPSHOT).decode()
        == f"""\
{{
  "pgmig_snapshot": 2,
  "server_version": 180006,
  "fingerprint": "{whole(SNAPSHOT)}",
  "objects": {{
    "schema": [
      {{
        "fingerprint": "{schema}",
        "name": "shop",
        "owner": "owner",
        "privileges": [
          {{"grantee": "reader", "privilege": "USAGE", "grantor": "owner", "is_grantable": false, \
"is_held": true}},
          {{"grantee": "\\"x\\" }}", "privilege": "USAGE", "grantor": "owner", "is_grantable": \
false, "is_held": true}}
        ],
        "labels": [
          {{"provider": "selinux", "label": "a"}}
        ]
      }}
    ],
    "sequence": [
      {{
        "fingerprint": "{sequence}",
        "schema": "shop",
        "name": "numbers",
        "owner": "owner",
        "type": "bigint",
        "start": 1,
        "increment": 1,
        "minimum": 1,
        "maximum": 9223372036854775807,
        "cache": 1,
        "cycle": false,
        "is_unlogged": false,
        "owned_by": ["shop", "order[s]", "i\\"d"],
        "depends": [
          {{"target":["schema","","shop"],"target_column":"x","type":"a"}}
        ]
      }}
    ]
  }},
  "unmodelled": [
    {{"kind":"operator","identity":"public.=== (integer,integer)"}}
  ],
  "outside": [],
  "ignored": {{
    "patterns": [
      "exclude table:old_*"
    ],
    "objects": [
      {{"kind":"table","schema":"shop","name":"old_orders","parent":""}},
      {{"kind":"table","schema":"shop","name":"old_items","parent":""}}
    ]
  }},
  "checksum": "{checksum}"
}}
"""
    )


def test_a_list_of_values_that_is_long_has_one_value_a_line() -> None:
    enum = KIND_BY_NAME["enum"]
    values = tuple(f"value number {number}" for number in range(9))
    mood = enum.record(schema="shop", name="mood", owner="owner", values=values)
    text = encode(Snapshot(180006, {enum.key(mood): mood})).decode()
    assert '          "value number 3",\n          "value number 4",\n' in text


def test_no_record_has_a_field_that_the_document_adds() -> None:
    for kind in KIND_BY_NAME.values():
        assert not {"fingerprint", "depends"} & {*kind.record.__struct_fields__}


def strategy(annotation: Any) -> st.SearchStrategy[Any]:
    """Values of a record's field."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in {typing.Union, types.UnionType}:
        return st.one_of(*map(strategy, arguments))
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin is tuple and arguments[-1:] == (...,):
        return st.lists(strategy(arguments[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(strategy, arguments))
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return record_of(annotation)
    return {
        bool: st.booleans(),
        int: st.integers(-(2**63), 2**63 - 1),
        float: st.floats(allow_nan=False, allow_infinity=False),
        str: st.text(st.characters(codec="utf-8"), max_size=8)
        | st.sampled_from(["a", '"', "[", "{\n", "]\\", "},", '"grantee": ']),
        type(None): st.none(),
        None: st.none(),
    }[annotation]


@functools.cache
def record_of(record: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Records of a type."""
    fields = {field.name: strategy(field.type) for field in msgspec.structs.fields(record)}
    return st.builds(record, **fields)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Objects of any kinds with edges between them."""
    objects: dict[ObjectKey, Record] = {}
    for name in draw(st.lists(st.sampled_from([*KIND_BY_NAME]), max_size=4)):
        kind = KIND_BY_NAME[name]
        record = draw(record_of(kind.record))
        objects[kind.key(record)] = record
    keys = st.sampled_from(sorted(objects)) if objects else st.nothing()
    columns = st.sampled_from(["", "a", 'b"'])
    edge = st.builds(
        Edge,
        source=keys,
        source_column=columns,
        target=keys,
        target_column=columns,
        type=st.sampled_from("naixPS"),
        is_default=st.booleans(),
    )
    named = st.lists(record_of(Unmodelled), max_size=2).map(lambda found: tuple(sorted(found)))
    return Snapshot(
        server_version=draw(st.sampled_from([140023, 180006])),
        objects={key: objects[key] for key in sorted(objects)},
        depends=Edges.of(draw(st.sets(edge, max_size=5)) if objects else ()),
        unmodelled=draw(named),
        outside=draw(named),
        ignored=draw(record_of(Ignored)),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(snapshots())
def test_whatever_a_snapshot_holds_it_reads_back(snapshot: Snapshot) -> None:
    data = encode(snapshot)
    again = decode(data, path=FILE)
    assert again == snapshot
    assert list(again.objects) == list(snapshot.objects)
    assert encode(again) == data == b"".join(encoded(snapshot))


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The document after a change by somebody."""
    document = msgspec.json.decode(encode(SNAPSHOT))
    change(document)
    return msgspec.json.encode(document)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda found: found.update(pgmig_snapshot=1), "format 1 of an older pgmig"),
        (lambda found: found.update(pgmig_snapshot=3), "format 3 of a newer pgmig"),
        (lambda found: found.pop("pgmig_snapshot"), "missing required field `pgmig_snapshot`"),
        (lambda found: found.update(more=1), "unknown field `more`"),
        (lambda found: found["objects"].update(planet=[{}]), "unknown kind planet"),
        (lambda found: found["objects"]["schema"][0].update(x=1), "unknown field `x`"),
        (lambda found: found["objects"]["schema"][0].pop("owner"), "missing required field"),
        (
            lambda found: found["objects"]["schema"][0].update(owner="me"),
            "schema shop and its fingerprint disagree",
        ),
        (lambda found: found["objects"].pop("schema"), "the whole and its fingerprint disagree"),
        (
            lambda found: found["objects"]["schema"].append(found["objects"]["schema"][0]),
            "schema shop stands there twice",
        ),
        (
            lambda found: found["objects"]["sequence"][0]["depends"][0].update(target=["schema"]),
            r"no key of an object: \['schema'\]",
        ),
        (
            lambda found: found["objects"]["sequence"][0]["depends"][0].update(column="x"),
            "unknown field `column`",
        ),
        (
            lambda found: found["objects"]["sequence"][0]["depends"][0].update(
                target=["table", "no", "such"]
            ),
            "sequence shop.numbers needs table no.such, which is not in the file",
        ),
        (
            lambda found: found["objects"]["sequence"][0]["depends"][0].update(
                target=["planet", "", "shop"]
            ),
            "sequence shop.numbers needs planet shop, which is not in the file",
        ),
        (lambda found: found["objects"]["schema"].append([]), "schema number 2: Expected `object`"),
        (lambda found: found["objects"]["schema"].append(None), "schema number 2: Expected"),
        (
            lambda found: found["objects"]["sequence"][0].update(depends=None),
            "sequence number 1: Expected `array`",
        ),
        (
            lambda found: found["objects"]["sequence"][0].update(cache="1"),
            r"sequence number 1: Expected `int`, got `str` - at `\$.cache`",
        ),
        (lambda found: found.pop("checksum"), "missing required field `checksum`"),
    ],
)
def test_what_is_not_as_written_is_refused_by_name(
    change: Callable[[dict[str, Any]], object], reason: str
) -> None:
    with pytest.raises(BadSnapshotFile, match=reason):
        decode(changed(change), path=FILE)


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found.update(server_version=180005),
        lambda found: found.update(checksum="0" * 32),
        lambda found: found["unmodelled"].clear(),
        lambda found: found["outside"].append({"kind": "comment", "identity": "x"}),
        lambda found: found["ignored"].clear(),
        lambda found: found["ignored"]["objects"].pop(),
        lambda found: found["objects"]["sequence"][0].pop("depends"),
        lambda found: found["objects"]["sequence"][0]["depends"][0].pop("target_column"),
        lambda found: found["objects"]["sequence"][0]["depends"][0].update(type="n"),
        lambda found: found["objects"]["schema"][0].update(
            depends=found["objects"]["sequence"][0].pop("depends")
        ),
    ],
)
def test_what_stands_beside_the_records_is_not_edited_unseen(
    change: Callable[[dict[str, Any]], object],
) -> None:
    with pytest.raises(BadSnapshotFile, match="and the checksum disagree") as caught:
        decode(changed(change), path=FILE)
    assert "do: write it again with `pgmig snapshot -o FILE`" in str(caught.value)


def test_a_document_that_is_only_laid_out_otherwise_reads_the_same() -> None:
    document = msgspec.json.decode(encode(SNAPSHOT))
    document["objects"] = dict(reversed(document["objects"].items()))
    data = msgspec.json.encode(dict(reversed(document.items())))
    assert decode(data, path=FILE) == SNAPSHOT


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff", encode(SNAPSHOT)[:-20]])
def test_what_is_no_document_is_refused(data: bytes) -> None:
    with pytest.raises(BadSnapshotFile):
        decode(data, path=FILE)


def test_a_document_of_a_newer_pgmig_is_for_that_one_to_read() -> None:
    with pytest.raises(BadSnapshotFile) as caught:
        decode(changed(lambda found: found.update(pgmig_snapshot=3)), path=FILE)
    assert "read it with the pgmig that wrote it" in str(caught.value)
