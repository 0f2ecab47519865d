"""The body of a request, no larger than its sender ever sends."""

from starlette.requests import ClientDisconnect, Request


async def read_body(request: Request, *, limit: int) -> bytes | None:
    """None when it is larger. Read in pieces, so that a liar is stopped."""
    pieces, size = [], 0
    try:
        async for piece in request.stream():
            size += len(piece)
            if size > limit:
                return None
            pieces.append(piece)
    except ClientDisconnect:
        return b""
    return b"".join(pieces)
