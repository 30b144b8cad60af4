"""What a server can do, asked before the comparison."""
from wire import Connection, encode


def known(port, names):
    """Those of `names` that the server does not call unknown commands; each is asked with a word too many or too few,
    on a connection of its own, before there is any data to lose."""
    found = set()
    for name in names:
        connection = Connection(port, patience=5.0)
        connection.send(encode([name]))
        answer = connection.replies(1)
        connection.close()
        if not (answer.raw and answer.raw[0].startswith(b"-ERR unknown command")):
            found.add(name)
    return found


def has_digest(port):
    connection = Connection(port, patience=5.0)
    connection.send(encode([b"DEBUG", b"DIGEST"]))
    answer = connection.replies(1)
    connection.close()
    return bool(answer.raw) and answer.raw[0].startswith(b"+") and len(answer.raw[0]) == 43
