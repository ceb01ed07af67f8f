"""Markdown of an answer to safe HTML, piece by piece as it streams.

A chunk of an answer travels down this list::

    characters   drops control and direction-changing characters
    gate         holds back a line's first characters until they can mean only one thing
    cutting      cuts the source into small pieces (sources, blocks); all but the last are final
    dialect      one piece's Markdown to HTML: no raw HTML, no pictures, few links
    sanitise     an allow-list over whatever came out
    render       one piece, or a whole answer, as sanitised HTML
    pieces       what a page must change after each chunk

Where the pieces end depends on the text alone, never on how it was chunked, so a page that
watched the stream and a page that was rendered afterwards hold the same elements.
"""
