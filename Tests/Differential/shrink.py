"""From a long history that ends in a difference to a short one that still does.

The predicate is a replay from an empty data set that shows a difference of the same signature: in the last step, or, when
the servers got into trouble (no reply, a closed connection), anywhere. First whole steps go (delta debugging, after a bold
try with only those that share a word with the last), then the words of the remaining ones get shorter.
"""
MOST_REPLAYS = 600
SHORT_PATIENCE = 1.5
# Steps that change what every later one means, whatever words they share.
TURNERS = (b"SELECT", b"SWAPDB", b"FLUSHDB", b"FLUSHALL", b"CONFIG SET", b"RESET", b"HELLO", b"MOVE")


class Shrinker:
    def __init__(self, duel, protocol, prologue, signature):
        self.duel = duel
        self.protocol = protocol
        self.prologue = prologue
        self.signature = signature
        self.replays = 0

    def fails(self, steps):
        self.replays += 1
        duel = self.duel
        patience, duel.patience = duel.patience, min(duel.patience, SHORT_PATIENCE)
        try:
            duel.open(self.protocol, self.prologue)
            differences = duel.play(steps)
        finally:
            duel.patience = patience
            duel.close()
        anywhere = self.signature[0] == "trouble"
        return any(difference.signature() == self.signature and (anywhere or difference.index == len(steps) - 1)
                   for difference in differences)

    def run(self, history):
        """The shortest failing sequence found, or None when a replay does not fail at all."""
        if not self.fails(history):
            return None
        steps = self._related(history)
        steps = self._fewer(steps)
        return self._smaller(steps)

    def _spent(self):
        return self.replays >= MOST_REPLAYS

    def _related(self, history):
        """Only the steps that are linked to the last by a shared word, directly or through another step."""
        words, best = history[-1].words(), history
        for _ in range(3):
            chosen = [s for s in history[:-1] if s.name() in TURNERS or s.words() & words] + [history[-1]]
            if len(chosen) < len(best) and self.fails(chosen):
                return chosen
            words = set().union(*(step.words() for step in chosen))
        return best

    def _fewer(self, steps):
        """Zeller's delta debugging, on complements only: drop chunks, halve the chunk when none can go."""
        kept_last = 0 if self.signature[0] == "trouble" else 1
        size = max(1, len(steps) // 2)
        while not self._spent():
            at, shrunk = 0, False
            while at < len(steps) - kept_last and not self._spent():
                end = min(at + size, len(steps) - kept_last)
                candidate = steps[:at] + steps[end:]
                if candidate and self.fails(candidate):
                    steps, shrunk = candidate, True
                else:
                    at = end
            if size == 1 and not shrunk:
                break
            size = max(1, size // 2)
        return steps

    def _smaller(self, steps):
        changed = True
        while changed and not self._spent():
            changed = False
            for index in range(len(steps)):
                for step in steps[index].smaller():
                    if self._spent():
                        return steps
                    candidate = steps[:index] + [step] + steps[index + 1:]
                    if self.fails(candidate):
                        steps, changed = candidate, True
                        break
        return steps
