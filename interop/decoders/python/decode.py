"""Decodes the records of ../program.ts with the decoder that sys.argv[1] names and the transport of sys.argv[2]."""

import struct
import sys
import zlib

NEW_CONNECTION, TEXT_MESSAGE, BINARY_MESSAGE = range(3)


def zstd_context(decoder):
    if decoder == "zstandard":
        import zstandard

        return zstandard.ZstdDecompressor().decompressobj()
    if decoder == "backports":
        from backports import zstd
    else:
        from compression import zstd
    return zstd.ZstdDecompressor()


def main(decoder, transport):
    source, target = sys.stdin.buffer, sys.stdout.buffer
    context = None
    while header := source.read(5):
        kind, length = struct.unpack(">BI", header)
        message = source.read(length)
        if kind == NEW_CONNECTION:
            context = zlib.decompressobj() if transport == "zlib-stream" else None
            if transport == "zstd-stream":
                context = zstd_context(decoder)
            continue
        if kind == TEXT_MESSAGE:
            text = message
        elif context is None:
            text = zlib.decompress(message)
        else:
            text = context.decompress(message)
        target.write(struct.pack(">I", len(text)) + text)


main(*sys.argv[1:])
