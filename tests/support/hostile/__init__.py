"""Files that mean harm, and the sound ones that they are made from.

pieces      chunks, directories and boxes, with whatever lengths one likes
documents   PDFs, object by object
grids       HEICs made from tiles, or from themselves
sound       one small picture of each kind
damage      what can happen to the bytes of one
bombs       small files that promise too much: PNG, JPEG, GIF, WebP, BMP
containers  more of them: TIFF, HEIC, AVIF, JPEG 2000
traps       PDFs that loop, promise too much, or want to do something
polyglots   pictures that are something else as well
trial       shows a file to the decoder, and says what came of it

``make fuzz`` runs ``__main__``.
"""
