"""What is printed: differences side by side, reproductions to paste, the summary."""

SHOWN = 300


def escaped(raw, limit=SHOWN):
    text = repr(bytes(raw[:limit]))[2:-1]
    return text if len(raw) <= limit else "%s… (%d bytes)" % (text, len(raw))


def first_difference(a, b):
    for index, (x, y) in enumerate(zip(a, b)):
        if x != y:
            return index
    return min(len(a), len(b))


def shown_step(step):
    text = str(step)
    return text if len(text) <= SHOWN else "%s… (%d characters)" % (text[:SHOWN], len(text))


def describe(difference, where):
    lines = ["DIFFERENCE in %s" % where, "  step       %s" % shown_step(difference.step)]
    if difference.trouble:
        side, what = difference.trouble
        lines.append("  trouble    %s: %s" % (side, what))
        return "\n".join(lines)
    a, b = difference.expected, difference.actual
    at = first_difference(a, b)
    lines.append("  reference  %s" % escaped(a))
    lines.append("  candidate  %s" % escaped(b))
    if max(len(a), len(b)) > 60:
        start = max(0, at - 20)
        lines.append("  from byte %d on: reference …%s  candidate …%s" % (
            at, escaped(a[start:at + 40]), escaped(b[start:at + 40])))
    return "\n".join(lines)


def reproduction(steps, protocol, prologue):
    """Shell commands that repeat the steps against $PORT: consecutive commands share one redis-cli."""
    client = "redis-cli -p $PORT%s --no-raw" % (" -3" if protocol == 3 else "")
    lines, open_client = [], False
    setup = [("cli", "FLUSHALL")]
    if any(step.name() == b"CONFIG SET" for step in steps):
        setup += [command.reproduction() for command in prologue]
    parts = setup + [step.reproduction() for step in steps]
    has_breaks = any(part[0] != "cli" for part in parts)
    for what, text in parts:
        if what == "cli":
            if not open_client:
                lines.append("%s <<'END'" % client)
                open_client = True
            lines.append(text)
            continue
        if open_client:
            lines.append("END")
            open_client = False
        lines.append(text if what == "shell" else "printf '%s' | python3 Tests/Differential/wire.py $PORT" % text)
    if open_client:
        lines.append("END")
    if has_breaks and any(step.name() in (b"SELECT", b"RESET") for step in steps):
        lines.append("# SELECT and RESET last for one redis-cli only: repeat them after each break")
    return "\n".join("    " + line for line in lines)


def table(kinds):
    """Every kind of difference with its count, most frequent first."""
    lines = []
    for signature, count in sorted(kinds.items(), key=lambda item: -item[1]):
        parts = [part.decode("latin-1") if isinstance(part, bytes) else part for part in signature]
        if parts[0] == "trouble":
            lines.append("%8d  %s: %s" % (count, parts[1], parts[2][:100]))
        else:
            lines.append("%8d  %s: %s instead of %s" % (count, parts[0], parts[2], parts[1]) if parts[1] != parts[2]
                         else "%8d  %s: another %s" % (count, parts[0], parts[1]))
    return "\n".join(lines)


def coverage(counter):
    """For every command how often it was answered, and with what: a generator that only collects errors tests nothing."""
    commands = {}
    for (name, kind), count in counter.items():
        commands.setdefault(name, {})[kind] = count
    lines = []
    for name, kinds in sorted(commands.items()):
        shares = ", ".join("%s %d" % item for item in sorted(kinds.items(), key=lambda item: -item[1]))
        lines.append("%8d  %-24s %s" % (sum(kinds.values()), escaped(name), shares))
    return "\n".join(lines)
