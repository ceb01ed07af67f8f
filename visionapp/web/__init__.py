"""HTTP: pages, the API, who may see what, and the streams beside Django."""
