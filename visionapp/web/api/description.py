"""What the API says of itself beyond the shapes of its records: files, streams and refusals."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

BYTES = {"type": "string", "format": "binary"}
PROBLEM = {
    "title": "Problem",
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for a person."},
        "code": {"type": "string", "description": "Stable, for programs."},
    },
    "required": ["type", "title", "status", "detail", "code"],
}
REFUSED = {
    "description": "Refused, or failed",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def answers(*media_types: str) -> dict[str, Any]:
    """Return the description of a call that answers with bytes of one of these types."""
    content = {media_type: {"schema": BYTES} for media_type in media_types}
    return {"responses": {200: {"content": content}}}


class DescribedAPI(NinjaAPI):
    """Says of every call in which form it refuses."""

    def get_openapi_schema(self, **where: Any) -> OpenAPISchema:
        """Return the description."""
        schema = super().get_openapi_schema(**where)
        schema["components"]["schemas"]["Problem"] = PROBLEM
        for calls in schema["paths"].values():
            for call in calls.values():
                call["responses"]["default"] = REFUSED
        return schema
