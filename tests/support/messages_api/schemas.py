"""Structured output: the part of JSON Schema that the API compiles, and a value that fits one."""

import json
import re
from typing import Any

from tests.support.messages_api.errors import ApiError, invalid
from tests.support.messages_api.fields import Json

FORMATS = ("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6")
SAMPLES = {
    "date-time": "2026-11-22T09:00:00Z",
    "time": "09:00:00Z",
    "date": "2026-11-22",
    "duration": "P1D",
    "email": "somebody@example.org",
    "hostname": "example.org",
    "uri": "https://example.org/",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
KNOWN_TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")
NOTES = ("title", "description", "default", "examples", "$schema", "$id", "$comment")
STRUCTURE = ("type", "enum", "const", "anyOf", "allOf", "$ref", "$defs", "definitions")
OBJECTS = ("properties", "required", "additionalProperties")
OTHERS = ("items", "minItems", "format", "pattern")
KEYWORDS = {*NOTES, *STRUCTURE, *OBJECTS, *OTHERS}
MOST_OPTIONAL, MOST_UNIONS = 24, 16
BEYOND_REGULAR = re.compile(r"\(\?[=!<]|\\b|\\[1-9]")


class SchemaCheck:
    """Walks one schema; counts what the API counts."""

    def __init__(self, root: Json) -> None:
        self.root = root
        self.optional = 0
        self.unions = 0

    def run(self) -> None:
        self._node(self.root, ())
        if self.optional > MOST_OPTIONAL or self.unions > MOST_UNIONS:
            raise invalid("Schema is too complex for compilation.")

    def _node(self, node: object, refs: tuple[str, ...]) -> None:
        if not isinstance(node, dict):
            raise refusal("every schema must be an object")
        for keyword in node:
            if keyword not in KEYWORDS:
                kind = node.get("type", "schema")
                raise refusal(f"For '{kind}' type, property '{keyword}' is not supported")
        if "$ref" in node:
            self._reference(node["$ref"], refs)
        self._kind(node)
        self._limits(node)
        self._object(node, refs)
        self._inner(node, refs)

    def _reference(self, ref: object, refs: tuple[str, ...]) -> None:
        if not isinstance(ref, str) or not ref.startswith("#/"):
            raise refusal("External references are not supported")
        if ref in refs:
            raise refusal("Recursive schemas are not supported")
        self._node(resolve(self.root, ref), (*refs, ref))

    def _kind(self, node: Json) -> None:
        kinds = node.get("type", [])
        if isinstance(kinds, list):
            self.unions += bool(kinds)
        else:
            kinds = [kinds]
        for kind in kinds:
            if kind not in KNOWN_TYPES:
                raise refusal(f"Unknown type {kind!r}")

    def _limits(self, node: Json) -> None:
        if node.get("minItems", 0) not in (0, 1):
            raise refusal(
                "For 'array' type, 'minItems' values other than 0 or 1 are not supported"
            )
        if node.get("format", "uuid") not in (*FORMATS, "uuid"):
            raise refusal(f"String format {node['format']!r} is not supported")
        if BEYOND_REGULAR.search(node.get("pattern", "")):
            raise refusal(f"Pattern {node['pattern']!r} is not supported")
        choices = node.get("enum", []) + ([node["const"]] if "const" in node else [])
        if any(isinstance(choice, dict | list) for choice in choices):
            raise refusal("'enum' and 'const' take primitive values only")

    def _object(self, node: Json, refs: tuple[str, ...]) -> None:
        if node.get("type") != "object" and "properties" not in node:
            return
        if node.get("additionalProperties") is not False:
            raise refusal(
                "For 'object' type, 'additionalProperties' must be explicitly set to false"
            )
        properties = node.get("properties", {})
        self.optional += len(set(properties) - set(node.get("required", [])))
        for inner in properties.values():
            self._node(inner, refs)

    def _inner(self, node: Json, refs: tuple[str, ...]) -> None:
        if "items" in node:
            self._node(node["items"], refs)
        self.unions += "anyOf" in node
        for inner in (*node.get("anyOf", ()), *node.get("allOf", ())):
            if inner in node.get("allOf", ()) and "$ref" in inner:
                raise refusal("'allOf' with '$ref' is not supported")
            self._node(inner, refs)


def refusal(reason: str) -> ApiError:
    return invalid(f"output_config.format.schema: {reason}")


def resolve(root: Json, ref: str) -> Any:
    node: Any = root
    for step in ref.removeprefix("#/").split("/"):
        if not isinstance(node, dict) or step not in node:
            raise refusal(f"Reference {ref!r} leads nowhere")
        node = node[step]
    return node


def check_schema(schema: Json) -> None:
    """Raise the API's 400 when it would not compile this schema."""
    SchemaCheck(schema).run()


def example_text(schema: Json) -> str:
    """JSON text that fits a schema that `check_schema` let through (patterns aside)."""
    return json.dumps(example(schema, schema), ensure_ascii=False)


def example(root: Json, node: Json) -> Any:
    if "$ref" in node:
        return example(root, resolve(root, node["$ref"]))
    if "const" in node or "enum" in node:
        return node["const"] if "const" in node else node["enum"][0]
    for choices in ("anyOf", "allOf"):
        if choices in node:
            return example(root, node[choices][0])
    return example_of_type(root, node)


def example_of_type(root: Json, node: Json) -> Any:
    kind = node.get("type", "object" if "properties" in node else "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: example(root, one) for name, one in node.get("properties", {}).items()}
    if kind == "array":
        return [example(root, node.get("items", {"type": "string"}))]
    plain = {"integer": 1, "number": 1.5, "boolean": True, "null": None}
    return plain[kind] if kind in plain else SAMPLES.get(node.get("format", ""), "words")
