"""The families, by name. A new one is a file beside this with a `family`, and a line here."""
from families import bitmap
from families import blocking
from families import connection
from families import generic
from families import hash
from families import geo
from families import hyperloglog
from families import list
from families import notifications
from families import pubsub
from families import server
from families import set
from families import sort
from families import string
from families import tracking
from families import transactions
from families import zset

FAMILIES = {
    module.family.name: module.family
    for module in (
        string,
        bitmap,
        hyperloglog,
        generic,
        list,
        blocking,
        set,
        sort,
        hash,
        zset,
        geo,
        connection,
        pubsub,
        server,
        tracking,
        notifications,
        transactions,
    )
}
