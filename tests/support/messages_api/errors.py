"""How the API says no: its error object, or the page of the edge in front of it."""

from dataclasses import dataclass, field
from typing import Any

TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    405: "invalid_request_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    503: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}
MESSAGES = {
    401: "invalid x-api-key",
    402: "Your credit balance is too low to access the Anthropic API.",
    403: "Your API key does not have permission to use the specified resource.",
    404: "Not found",
    413: "Request exceeds the maximum size",
    429: "This request would exceed your organization's rate limit.",
    500: "Internal server error",
    504: "Request timed out",
    529: "Overloaded",
}


@dataclass
class ApiError(Exception):
    """A refusal with its HTTP status; ``details`` carries the machine-readable ``error_code``."""

    status: int
    message: str = ""
    type: str = ""
    details: dict[str, Any] | None = None
    html: bool = False
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.type = self.type or TYPES.get(self.status, "api_error")
        self.message = self.message or MESSAGES.get(self.status, "The request failed")
        super().__init__(self.message)

    def body(self, request_id: str) -> dict[str, Any]:
        error: dict[str, Any] = {"type": self.type, "message": self.message}
        if self.details is not None:
            error["details"] = self.details
        return {"type": "error", "error": error, "request_id": request_id}

    def page(self) -> str:
        return (
            f"<html>\r\n<head><title>{self.status} {self.message}</title></head>\r\n"
            f"<body>\r\n<center><h1>{self.status} {self.message}</h1></center>\r\n"
            "<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
        )


def invalid(message: str, **details: Any) -> ApiError:
    """A 400 ``invalid_request_error``; keyword arguments become ``error.details``."""
    return ApiError(400, message, details=details or None)
