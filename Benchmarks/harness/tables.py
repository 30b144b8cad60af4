"""The results as text."""

SPEED_COLUMNS = [
    # field, heading, decimals
    ("cpu_usec_per_request", "cpu µs/req", 3),
    ("requests_per_second", "requests/s", 0),
    ("p50_usec", "p50 µs", 0),
    ("p99_usec", "p99 µs", 0),
    ("p999_usec", "p99.9 µs", 0),
    ("client_cpu_usec_per_request", "client µs/req", 3),
]
MEMORY_COLUMNS = [("bytes_per_key", "bytes/key", 1)]

SUBJECT = "martlet"
# The same through the port for memcached's clients.
MEMCACHED_SUBJECT = "martlet-mc"


def baseline(entries):
    """The server that ratios are taken to: Redis if it was there."""
    servers = [entry["server"] for entry in entries]
    return next((name for name in ["redis", "valkey", "memcached"] if name in servers), None)


def absolute(entries, columns):
    """One line per case and server. Behind the first figure stand its lowest and highest rounds."""
    field, _, decimals = columns[0]
    rows = [["case", "server", columns[0][1], "(lowest … highest)", *(heading for _, heading, _ in columns[1:])]]
    for entry in entries:
        row = [entry["case"], entry["server"]]
        if "failure" in entry:
            rows.append([*row, "failed"])
            continue
        figures = [run[field] for run in entry["rounds"]]
        row += [f"{entry['median'][field]:.{decimals}f}", f"({min(figures):.{decimals}f} … {max(figures):.{decimals}f})"]
        row += [f"{entry['median'][name]:,.{places}f}" for name, _, places in columns[1:]]
        rows.append(row)
    return layout(rows)


def ratios(entries, columns, subject=SUBJECT, other=None):
    """One line per case: the subject's figure divided by the other's, or the baseline's; empty without either."""
    other = other or baseline(entries)
    if other is None:
        return ""
    found = {(entry["case"], entry["server"]): entry.get("median") for entry in entries}
    columns = [column for column in columns if not column[0].startswith("client")]
    rows = [[f"{subject}/{other}", *(heading for _, heading, _ in columns)]]
    for case in dict.fromkeys(entry["case"] for entry in entries):
        mine, theirs = found.get((case, subject)), found.get((case, other))
        if mine and theirs:
            rows.append([case, *(f"{mine[field] / theirs[field]:.2f}" for field, _, _ in columns)])
    return layout(rows) if len(rows) > 1 else ""


def warnings(entries):
    lines = []
    for entry in entries:
        if "failure" in entry:
            lines.append(f"FAILED: {entry['case']} on {entry['server']}: {entry['failure']}")
        elif entry["median"].get("misses"):
            lines.append(f"NOTE: {entry['case']} on {entry['server']} missed {entry['median']['misses']:.0f} keys")
    return lines


def layout(rows):
    """Columns as wide as they need to be, the first two to the left and figures to the right."""
    widths = [max(len(row[i]) for row in rows if i < len(row)) for i in range(max(map(len, rows)))]
    lines = []
    for row in rows:
        cells = []
        for index, cell in enumerate(row):
            left = index == 0 or (index == 1 and rows[0][1] == "server")
            cells.append(cell.ljust(widths[index]) if left else cell.rjust(widths[index]))
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "-" * max(map(len, lines)))
    return "\n".join(lines)
