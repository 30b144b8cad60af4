"""The families, by name. A new one is a file beside this with a `family`, and a line here."""
from families import bitmap, connection, generic, hyperloglog, server, set, string, transactions

FAMILIES = {module.family.name: module.family for module in (string, bitmap, hyperloglog, generic, connection, server, set,
                                                        transactions)}
