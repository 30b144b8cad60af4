"""A run: episodes of random steps until enough commands have been compared.

An episode starts from empty servers and depends on nothing but the seed, the families and its own number, so that any of
them can be repeated alone, and its history is all that a replay needs.
"""
import random
import sys
import time
from collections import Counter

import report
from grammar import Grammar
from shrink import Shrinker


class Options:
    """What a run needs to know; the command line fills it in."""

    seed = 1
    count = 20_000
    episode_length = 2_000
    only_episode = None
    protocols = (2, 3)
    keep_going = False
    shrink = False
    most_shrunk = 10
    quiet = False


class Runner:
    def __init__(self, duel, families, options, missing=frozenset(), digest=True, out=sys.stdout):
        self.duel = duel
        self.families = families
        self.options = options
        self.missing = missing
        self.digest = digest
        self.out = out
        self.passed = 0
        self.failed = 0
        self.kinds = Counter()
        self.left_out = 0
        self.minimal = []       # (signature, steps): what shrinking found

    def say(self, text):
        print(text, file=self.out, flush=True)

    def run(self):
        """True when nothing differed."""
        options = self.options
        started = time.monotonic()
        number = options.only_episode or 0
        while self.passed + self.failed < options.count:
            self.episode(number, options.count - self.passed - self.failed)
            if self.failed and not options.keep_going or options.only_episode is not None:
                break
            number += 1
        self.duel.close()
        seconds = max(time.monotonic() - started, 1e-6)
        if self.kinds:
            self.say("\nKinds of differences:\n" + report.table(self.kinds))
        if self.left_out:
            self.say("%d draws were left out: the candidate does not know %s" % (
                self.left_out, b" ".join(sorted(self.missing)).decode()))
        done = self.passed + self.failed
        self.say("%d commands in %.1f s (%.0f per second), seed %s" % (done, seconds, done / seconds, options.seed))
        return self.failed == 0

    def episode(self, number, wanted):
        options = self.options
        protocol = options.protocols[number % len(options.protocols)]
        names = ",".join(family.name for family in self.families)
        grammar = Grammar(self.families, random.Random("%s/%s/%d" % (options.seed, names, number)), self.missing, self.digest)
        prologue = grammar.prologue()
        self.duel.open(protocol, prologue)
        history = []
        length = min(options.episode_length, wanted)
        where = "episode %d, RESP%d (--seed %s --episode %d)" % (number, protocol, options.seed, number)
        while len(history) < length:
            steps = []
            while len(steps) < self.duel.pipeline and len(history) + len(steps) < length:
                steps += grammar.next()
            first = len(history)
            history += steps
            differences = self.duel.play(steps, first)
            if not differences:
                self.passed += len(steps)
            elif not self.judge(differences, first, history, protocol, prologue, where):
                break
        self.left_out += grammar.left_out

    def judge(self, differences, first, history, protocol, prologue, where):
        """Counts and reports; True when the episode can go on."""
        troubled = differences[-1].trouble is not None
        may_go_on = self.options.keep_going and not troubled and self.digest and self.duel.agrees_on_data()
        if may_go_on:                   # the data sets are still equal: it was the replies alone
            self.passed += len(history) - first - len(differences)
        else:                           # whatever followed the first may be its consequence, so it counts as nothing
            self.passed += differences[0].index - first
            del differences[1:]
        for difference in differences:
            self.failed += 1
            signature = difference.signature()
            self.kinds[signature] += 1
            if self.kinds[signature] > 1:
                continue
            self.say(report.describe(difference, "%s, step %d" % (where, difference.index)))
            if self.options.shrink and len(self.minimal) < self.options.most_shrunk:
                self.shrink(difference, troubled, history, protocol, prologue)
                may_go_on = False       # the replays have changed the servers
            if not self.options.keep_going:
                return False
        return may_go_on

    def shrink(self, difference, troubled, history, protocol, prologue):
        """Replays the history up to the difference, ever shorter. When the servers got out of step, the answers after that
        belong to other commands than they seem to: then a replay with one command in flight tells which was the first."""
        pipeline = self.duel.pipeline
        until = history if difference.trouble else history[:difference.index + 1]
        if troubled:
            self.duel.pipeline = 1
            self.duel.open(protocol, prologue)
            found = self.duel.play(history)
            if found:
                difference, until = found[0], history[:found[0].index + 1]
                self.say(report.describe(difference, "the same, with one command in flight, step %d" % difference.index))
            else:
                self.duel.pipeline = pipeline
        try:
            shrinker = Shrinker(self.duel, protocol, prologue, difference.signature())
            steps = shrinker.run(until)
        finally:
            self.duel.pipeline = pipeline
        self.minimal.append((difference.signature(), steps))
        if steps is None:
            self.say("  a replay of these %d steps shows no difference: it depends on time, or on more than the data" % len(until))
            return
        self.say("  shrunk from %d steps to %d, in %d replays:" % (len(until), len(steps), shrinker.replays))
        self.say(report.reproduction(steps, protocol, prologue))
