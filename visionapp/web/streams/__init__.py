"""Event streams beside Django: it says who may watch, an ASGI endpoint then does the talking."""
