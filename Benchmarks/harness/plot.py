"""The results as bars, in SVG written by hand."""

from xml.sax.saxutils import escape

COLOURS = {"martlet": "#d9541e", "redis": "#5b6b7b", "valkey": "#6983ff", "memcached": "#2f9e77"}
OTHER_COLOUR = "#999999"

WIDTH = 860
LABELS = 130  # the left margin, for the cases' names
FIGURES = 80  # the right margin, for the figures behind the bars
BAR = 14
GROUP_GAP = 10
PANEL_HEAD = 44
PANEL_GAP = 24


def write(path, title, panels):
    """Writes panels, one above the other; a panel is (heading, decimals, [(case, [(server, figure)])])."""
    elements = [text(20, 28, title, size=16, weight="bold")]
    servers = dict.fromkeys(server for _, _, groups in panels for _, bars in groups for server, _ in bars)
    x = 20
    for server in servers:
        elements.append(rectangle(x, 42, 12, 12, COLOURS.get(server, OTHER_COLOUR)))
        elements.append(text(x + 17, 52, server))
        x += 32 + 8 * len(server)
    y = 76
    for heading, decimals, groups in panels:
        elements.append(text(20, y + 16, heading, size=13, weight="bold"))
        y += PANEL_HEAD - 16
        largest = max((figure for _, bars in groups for _, figure in bars), default=0) or 1
        for case, bars in groups:
            elements.append(text(LABELS - 8, y + len(bars) * BAR / 2 + 4, case, anchor="end"))
            for server, figure in bars:
                length = figure / largest * (WIDTH - LABELS - FIGURES)
                elements.append(rectangle(LABELS, y, length, BAR - 2, COLOURS.get(server, OTHER_COLOUR)))
                elements.append(text(LABELS + length + 5, y + BAR - 4, f"{figure:,.{decimals}f}", size=10))
                y += BAR
            y += GROUP_GAP
        y += PANEL_GAP
    with open(path, "w") as file:
        file.write(
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" viewBox="0 0 {WIDTH} {y}" '
            f'font-family="sans-serif">\n<rect width="100%" height="100%" fill="white"/>\n')
        file.write("\n".join(elements))
        file.write("\n</svg>\n")


def text(x, y, content, size=12, weight="normal", anchor="start"):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}">'
        f"{escape(content)}</text>")


def rectangle(x, y, width, height, colour):
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height}" fill="{colour}"/>'


def panel(entries, field, heading, decimals):
    """One figure of all entries as a panel."""
    groups = []
    for case in dict.fromkeys(entry["case"] for entry in entries):
        bars = [(e["server"], e["median"][field]) for e in entries if e["case"] == case and "median" in e]
        if bars:
            groups.append((case, bars))
    return heading, decimals, groups
