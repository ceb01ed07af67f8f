"""The floor for streams: a bare ASGI relay of the same SDK stream, which keeps nothing."""

import json
from typing import Any

import anthropic

PAGE = b"""<!doctype html><title>floor</title><p id="answer"></p><script>
const answer = document.getElementById("answer");
new EventSource("/stream").onmessage = (event) => answer.append(JSON.parse(event.data));
</script>"""

client = anthropic.AsyncAnthropic(max_retries=0)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Serve the page, and the words of one answer as events."""
    if scope["type"] == "lifespan":
        return
    html = scope["path"] == "/"
    kind = b"text/html" if html else b"text/event-stream"
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]}
    )
    if html:
        await send({"type": "http.response.body", "body": PAGE})
        return
    async with client.messages.stream(
        model="claude-sonnet-5-5",
        max_tokens=8192,
        messages=[{"role": "user", "content": "Go on."}],
    ) as stream:
        async for text in stream.text_stream:
            frame = f"data: {json.dumps(text)}\n\n".encode()
            await send({"type": "http.response.body", "body": frame, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
