#!/usr/bin/env python3
"""Check the board of a consultation, and count its ballots again.

Needs Python 3.9 or later and nothing else: no library, none of the portal's code. It shares
nothing with the portal but the published rules, so that both would have to be wrong alike.

    python3 verify_board.py BOARD.json [--roll ROLL.json] [--results RESULTS.json] [--head HASH]

Each may be a file or a web address (…/api/v1/consultations/ID/board, …/roll, …/results). It
checks that every line is chained to the one before, from the genesis to the head hash; that no
line is doubled or out of order; that every ballot keeps to the method's rule; that the roll has
the hash the genesis names, and at least as many keys as there are ballots; and that the results
are what the ballots say. Exit status: 0 if all is right, 1 if anything is wrong or unreadable.
"""

import argparse
import hashlib
import json
import os
import pathlib
import re
import sys
import urllib.request
from collections import Counter
from fractions import Fraction
from math import gcd

RECEIPT = re.compile(r"[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{26}(?:-([1-9][0-9]*))?")
PAPER_RECEIPT = re.compile(r"P-[0-9A-HJKMNP-TV-Z]{26}")
HASH = re.compile(r"[0-9a-f]{64}")
METHODS = ("single", "approval", "ranked", "schulze", "budget_greedy", "equal_shares")
GENESIS_KEYS = {
    "consultation",
    "method",
    "max_choices",
    "budget",
    "options",
    "roll_hash",
    "disclosure",
}
LARGEST = 2**53 - 1
YUAN = 100  # in minor units: by this much a voter's share rises in each step of the completion

WORDS = {
    "unreadable": ("{name}: cannot be read: {why}", "{name}：无法读取：{why}"),
    "shape": (
        "{where}: {what} is missing, superfluous or of the wrong kind",
        "{where}：{what} 缺失、多余或类型不对",
    ),
    "terms": (
        "genesis: what it says about the vote makes no sense ({what})",
        "创世块：关于投票的规定不成立（{what}）",
    ),
    "follows": (
        (
            "{where}: does not follow the line before it; a line was changed, removed, "
            "added or moved here"
        ),
        "{where}：与上一行不衔接；此处有一行被改动、删除、插入或移动",
    ),
    "begins": (
        (
            "{where}: does not begin with the hash of the genesis; the genesis or the first "
            "line was changed, or lines were removed before it"
        ),
        "{where}：没有接在创世块的哈希之后；创世块或第一行被改动，或前面的行被删除",
    ),
    "content": (
        "{where}: its content does not have its hash; the line was changed",
        "{where}：内容与哈希不符；这一行被改动过",
    ),
    "head": (
        (
            "head hash: is not that of the last line; the end of the board was changed, "
            "removed or added to"
        ),
        "头哈希：与最后一行不符；公示板末尾被改动、删除或增加",
    ),
    "published_head": ("head hash: is not the one you gave", "头哈希：与您给出的不一致"),
    "order": ("{where}: is not in the order of the receipts", "{where}：没有按回执排序"),
    "doubled": (
        "{where}: the same receipt stands on line {line} already",
        "{where}：同样的回执已在第 {line} 行出现",
    ),
    "receipt": ("{where}: “{what}” is not a receipt", "{where}：“{what}” 不是回执"),
    "suffix": (
        "{where}: the receipts that begin alike are not numbered from 1 without a gap",
        "{where}：相同回执的编号不是从 1 起连续的",
    ),
    "lists": (
        "board: {receipts} receipts, but {choices} ballots",
        "公示板：回执 {receipts} 个，选票却有 {choices} 张",
    ),
    "ballot": ("{where}: breaks the rule of the method: {what}", "{where}：违反投票规则：{what}"),
    "unknown_option": ("there is no option “{option}”", "没有选项 “{option}”"),
    "doubled_option": ("it names “{option}” twice", "“{option}” 选了两次"),
    "too_many": ("it names {given} options, {most} are allowed", "选了 {given} 项，最多 {most} 项"),
    "over_budget": ("its options cost more than the budget", "所选项目的费用超过预算"),
    "roll_order": ("roll: a key stands there twice", "名册：有重复的编号"),
    "roll_size": (
        "roll: says {told} persons, but has {found} keys",
        "名册：写明 {told} 人，实际有 {found} 个编号",
    ),
    "roll_hash": ("roll: its keys do not have the hash it names", "名册：编号与其哈希不符"),
    "roll_genesis": ("roll: is not the roll that the genesis names", "名册：不是创世块所指的名册"),
    "too_many_ballots": (
        "board: {ballots} ballots, but only {roll} persons on the roll",
        "公示板：选票 {ballots} 张，名册只有 {roll} 人",
    ),
    "results": (
        "results: {what} says {told}, the ballots say {found}",
        "结果：{what} 写的是 {told}，按选票计算是 {found}",
    ),
    "chain_ok": (
        "The chain is whole: {lines} lines, from the genesis to the head hash.",
        "链完整：从创世块到头哈希共 {lines} 行。",
    ),
    "order_ok": (
        "The receipts are in order, and none stands there twice.",
        "回执按顺序排列，没有重复。",
    ),
    "ballots_ok": (
        "All {ballots} ballots keep to the rule ({method}); {blank} are blank.",
        "{ballots} 张选票全部符合规则（{method}），其中空白票 {blank} 张。",
    ),
    "roll_ok": (
        "The roll is the one from the opening: {roll} persons.",
        "名册与开放投票时一致：{roll} 人。",
    ),
    "roll_skipped": (
        "The roll was not given (--roll), so it was not checked.",
        "没有给出名册（--roll），未核对。",
    ),
    "counted": ("Counted again: {outcome}.", "重新计票：{outcome}。"),
    "winners": ("Outcome: {winners}.", "当选：{winners}。"),
    "nobody": ("Outcome: none.", "当选：无。"),
    "tie": (
        "A tie between {between} was decided by lot: {taken}.",
        "{between} 票数相同，按抽签规则决定：{taken}。",
    ),
    "results_ok": ("The published results are what the ballots say.", "公布的结果与选票一致。"),
    "results_skipped": (
        "The results were not given (--results), so they were not compared.",
        "没有给出结果（--results），未比较。",
    ),
    "right": ("All that was checked is right.", "核对的内容全部正确。"),
    "wrong": ("WRONG: {count} findings.", "有误：共 {count} 处。"),
}


class Unreadable(Exception):
    """The file is not what it should be; nothing more can be checked."""


class Report:
    """What was found, in the reader's language."""

    def __init__(self, language):
        self.language, self.wrong = language, []

    def say(self, key, **facts):
        return WORDS[key][self.language == "zh"].format(**facts)

    def finds(self, key, **facts):
        self.wrong.append(self.say(key, **facts))

    def tell(self, key, **facts):
        print(self.say(key, **facts))

    def line(self, part, number, receipt=None):
        if self.language == "zh":
            return f"{part} 第 {number} 行" + (f"（{receipt}）" if receipt else "")
        return f"{part}, line {number}" + (f" ({receipt})" if receipt else "")


# --- reading ----------------------------------------------------------------------------------


def load(source):
    """The JSON behind a file name or an address. Neither doubled keys nor fractions are let in."""
    try:
        found = json.loads(_read(source).decode("utf-8"), object_pairs_hook=_object)
        json.dumps(found, ensure_ascii=False).encode("utf-8")  # no half of a character alone
    except (OSError, ValueError, RecursionError) as error:
        raise Unreadable(source, error) from error
    return found


def _read(source):
    if source.startswith(("https://", "http://")):
        with urllib.request.urlopen(source, timeout=60) as answer:  # noqa: S310 - as asked for
            return answer.read()
    return pathlib.Path(source).read_bytes()


def _object(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has the same key twice")
    return found


def canonical(value):
    """RFC 8785 for the kinds of values on a board."""
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
    return "{" + ",".join(canonical(key) + ":" + canonical(value[key]) for key in keys) + "}"


def sha(value):
    return hashlib.sha256(canonical(value).encode("utf-8")).hexdigest()


def whole(value, least=0):
    return type(value) is int and least <= value <= LARGEST


def texts(value):
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


# --- the terms --------------------------------------------------------------------------------


class Terms:
    """What the genesis fixes."""

    def __init__(self, genesis):
        self.genesis, self.first = genesis, sha(genesis)
        self.method = genesis["method"]
        self.ids = [option["id"] for option in genesis["options"]]
        self.costs = {option["id"]: self.money(option["cost"]) for option in genesis["options"]}
        self.budget = self.money(genesis["budget"])
        self.study = "study" in genesis  # cast elsewhere, where other limits may have held
        self.most = len(self.ids) if genesis["max_choices"] is None else genesis["max_choices"]
        if self.method == "single":
            self.most = 1

    @staticmethod
    def money(value):
        return 0 if value is None else value["amount"]

    def problem(self, choices):
        """What is wrong with a ballot, as a key of WORDS and facts, or None."""
        doubled = len(set(choices)) < len(choices)
        for place, choice in enumerate(choices):
            if choice not in self.costs:
                return "unknown_option", {"option": choice}
            if doubled and choice in choices[:place]:
                return "doubled_option", {"option": choice}
        if len(choices) > self.most:
            return "too_many", {"given": len(choices), "most": self.most}
        spends_all = self.method == "budget_greedy" and not self.study
        if spends_all and sum(map(self.costs.get, choices)) > self.budget:
            return "over_budget", {}
        return None


def genesis_fault(genesis):
    """Why no vote can be counted on this genesis, or None."""
    if not isinstance(genesis, dict) or set(genesis) - {"study"} != GENESIS_KEYS:
        return "keys"
    spends = genesis["method"] in ("budget_greedy", "equal_shares")
    most, roll = genesis["max_choices"], genesis["roll_hash"]
    sound = {
        "study": genesis.get("study", True) is True,
        "consultation": isinstance(genesis["consultation"], str),
        "method": genesis["method"] in METHODS,
        "disclosure": genesis["disclosure"] in ("trackable", "separate"),
        "roll_hash": isinstance(roll, str) and HASH.fullmatch(roll),
        "max_choices": most is None or whole(most, 1),
        "budget": _is_money(genesis["budget"], spends),
        "options": _are_options(genesis["options"], spends),
    }
    return next((name for name, good in sound.items() if not good), None)


def _are_options(options, spends):
    if not isinstance(options, list) or not options:
        return False
    for option in options:
        if not isinstance(option, dict) or set(option) != {"id", "cost"}:
            return False
        if not isinstance(option["id"], str) or not _is_money(option["cost"], spends):
            return False
    return len({option["id"] for option in options}) == len(options)


def _is_money(value, needed):
    if value is None:
        return not needed
    return (
        isinstance(value, dict)
        and set(value) == {"amount", "currency"}
        and whole(value["amount"])
        and isinstance(value["currency"], str)
    )


# --- the chain --------------------------------------------------------------------------------


def check_lines(report, part, lines, contents, first):
    """Every line's shape, hash and link; the last hash, or None if a line cannot be hashed."""
    previous, whole_chain = first, True
    keys = {"previous_hash", "hash", *contents}
    for number, line in enumerate(lines, 1):
        if not isinstance(line, dict) or set(line) != keys or not _fits(line):
            where = report.line(part, number)
            report.finds("shape", where=where, what=", ".join(sorted(keys)))
            whole_chain = False
            continue
        where = report.line(part, number, line.get("receipt"))
        if line["previous_hash"] != previous:
            report.finds("begins" if number == 1 else "follows", where=where)
        content = {key: value for key, value in line.items() if key != "hash"}
        if sha(content) != line["hash"]:
            report.finds("content", where=where)
        previous = line["hash"]
    return previous if whole_chain else None


def _fits(line):
    hashes = (line["hash"], line["previous_hash"])
    return (
        all(isinstance(value, str) and HASH.fullmatch(value) for value in hashes)
        and isinstance(line.get("receipt", ""), str)
        and texts(line.get("choices", []))
    )


def check_receipts(report, part, lines):
    """Their form, their order, that none is doubled, that suffixes count from 1."""
    seen, before, numbers = {}, None, {}
    for number, line in enumerate(lines, 1):
        receipt = line["receipt"]
        where = report.line(part, number, receipt)
        found = RECEIPT.fullmatch(receipt)
        if not found and not PAPER_RECEIPT.fullmatch(receipt):
            report.finds("receipt", where=where, what=receipt)
        if found:
            base = receipt[:26].upper()
            numbers.setdefault(base, []).append((int(found[1] or 0), where))
        if receipt in seen:
            report.finds("doubled", where=where, line=seen[receipt])
        elif before is not None and receipt < before:
            report.finds("order", where=where)
        seen.setdefault(receipt, number)
        before = receipt
    for members in numbers.values():
        told = sorted(member[0] for member in members)
        if told not in ([0], list(range(1, len(told) + 1))) or told == [1]:
            report.finds("suffix", where=members[0][1])


def check_board(report, board, published_head):
    """The whole board. The terms and the choices if they can be counted, else None."""
    parts = {"trackable": ("entries",), "separate": ("receipts", "choices")}
    if not isinstance(board, dict) or "genesis" not in board:
        report.finds("shape", where="board", what="genesis")
        return None
    fault = genesis_fault(board["genesis"])
    if fault:
        report.finds("terms", what=fault)
        return None
    terms = Terms(board["genesis"])
    names = parts[terms.genesis["disclosure"]]
    if set(board) != {"genesis", "head_hash", *names} or not all(
        isinstance(board[name], list) for name in names
    ):
        report.finds("shape", where="board", what=", ".join(("genesis", *names, "head_hash")))
        return None
    contents = {
        "entries": ("receipt", "choices"),
        "receipts": ("receipt",),
        "choices": ("choices",),
    }
    heads = [check_lines(report, name, board[name], contents[name], terms.first) for name in names]
    if None in heads:
        return None
    head = heads[0] if len(heads) == 1 else sha({"receipts": heads[0], "choices": heads[1]})
    if board["head_hash"] != head:
        report.finds("head")
    if published_head and board["head_hash"] != published_head.lower():
        report.finds("published_head")
    check_receipts(report, names[0], board[names[0]])
    if len(names) > 1 and len(board["receipts"]) != len(board["choices"]):
        report.finds("lists", receipts=len(board["receipts"]), choices=len(board["choices"]))
    return terms, check_ballots(report, terms, names[-1], board[names[-1]])


def check_ballots(report, terms, part, lines):
    kept = True
    for number, line in enumerate(lines, 1):
        problem = terms.problem(line["choices"])
        if problem:
            where = report.line(part, number, line.get("receipt"))
            report.finds("ballot", where=where, what=report.say(problem[0], **problem[1]))
            kept = False
    return [line["choices"] for line in lines] if kept else None


def check_roll(report, roll, terms, ballots):
    if not isinstance(roll, dict) or not texts(roll.get("keys")) or "hash" not in roll:
        report.finds("shape", where="roll", what="keys, hash, size")
        return
    keys = sorted(roll["keys"])
    if len(set(keys)) != len(keys):
        report.finds("roll_order")
    if roll.get("size") != len(keys):
        report.finds("roll_size", told=roll.get("size"), found=len(keys))
    found = hashlib.sha256("\n".join(keys).encode("utf-8", "replace")).hexdigest()
    if roll["hash"] != found:
        report.finds("roll_hash")
    if terms.genesis["roll_hash"] != found:
        report.finds("roll_genesis")
    if ballots > len(keys):
        report.finds("too_many_ballots", ballots=ballots, roll=len(keys))


# --- the lot ----------------------------------------------------------------------------------


class Lot:
    """The published tie rule: SHA-256 over the genesis hash and all ballots, sorted."""

    def __init__(self, first, ballots):
        lines = sorted(
            json.dumps(choices, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
            for choices in ballots
        )
        self.seed = hashlib.sha256(b"".join(line + b"\n" for line in [first.encode(), *lines]))
        self.seed = self.seed.hexdigest()
        self.ties = []

    def number(self, option):
        return int(hashlib.sha256((self.seed + ":" + option).encode("utf-8")).hexdigest(), 16)

    def take(self, options, decides, *, highest=False):
        """The option with the smallest number, or the highest; a tie if there was a choice."""
        ordered = sorted(options, key=self.number)
        taken = ordered[-1 if highest else 0]
        if len(ordered) > 1:
            self.ties.append({"decides": decides, "between": ordered, "taken": taken})
        return taken


# --- counting ---------------------------------------------------------------------------------


def recount(terms, ballots):
    """Everything the results must say: outcome, winners, rounds or steps, ties."""
    lot = Lot(terms.first, ballots)
    count = {
        "single": count_votes,
        "approval": count_votes,
        "ranked": count_runoff,
        "schulze": count_schulze,
        "budget_greedy": count_greedy,
        "equal_shares": count_equal_shares,
    }[terms.method]
    told = count(terms, ballots, lot)
    told["blank"] = ballots.count([])
    told["ties"], told["tie_seed"] = lot.ties, lot.seed
    return told


def approvals(terms, ballots):
    votes = dict.fromkeys(terms.ids, 0)
    for choices in ballots:
        for choice in choices:
            votes[choice] += 1
    return votes


def count_votes(terms, ballots, lot):
    votes = approvals(terms, ballots)
    most = max(votes.values())
    winners = [lot.take([o for o in votes if votes[o] == most], "winner")] if most else []
    return {"votes": votes, "winners": winners}


def count_runoff(terms, ballots, lot):
    papers = Counter(map(tuple, ballots))
    left, rounds, votes = list(terms.ids), [], {}
    while True:
        counts = dict.fromkeys(left, 0)
        exhausted = 0
        for choices, number in papers.items():
            top = next((choice for choice in choices if choice in counts), None)
            if top is None:
                exhausted += number
            else:
                counts[top] += number
        votes.update(counts)
        active = sum(counts.values())
        over_half = [option for option in left if counts[option] * 2 > active]
        if over_half or not active:
            rounds.append({"counts": counts, "exhausted": exhausted, "eliminated": None})
            return {"votes": votes, "winners": over_half, "rounds": rounds}
        least = min(counts.values())
        out = lot.take([o for o in left if counts[o] == least], "elimination", highest=True)
        rounds.append({"counts": counts, "exhausted": exhausted, "eliminated": out})
        left.remove(out)


def count_schulze(terms, ballots, lot):
    wins = {(a, b): 0 for a in terms.ids for b in terms.ids if a != b}
    for choices, number in Counter(map(tuple, ballots)).items():
        below = set(terms.ids)
        for choice in choices:
            below.discard(choice)
            for other in below:
                wins[choice, other] += number
    paths = {a: _widest(terms.ids, wins, a) for a in terms.ids}
    left, ranking = list(terms.ids), []
    while left:
        top = [a for a in left if all(paths[a][b] >= paths[b][a] for b in left)]
        ranking.append(lot.take(top, "next" if ranking else "winner"))
        left.remove(ranking[-1])
    votes = dict.fromkeys(terms.ids, 0)
    for choices in ballots:
        for first in choices[:1]:
            votes[first] += 1
    pairwise = {
        "preferred": {a: {b: wins[a, b] for b in terms.ids if b != a} for a in terms.ids},
        "strength": {a: {b: paths[a][b] for b in terms.ids if b != a} for a in terms.ids},
        "ranking": ranking,
    }
    winners = ranking[:1] if any(ballots) else []
    return {"votes": votes, "winners": winners, "pairwise": pairwise}


def _widest(ids, wins, start):
    """The strength of the strongest path from start to each option, 0 where there is none."""
    width, ahead = {**dict.fromkeys(ids, 0), start: float("inf")}, set(ids)
    while ahead:
        here = max(ahead, key=width.__getitem__)
        ahead.remove(here)
        for onward in ahead:
            if wins[here, onward] > wins[onward, here]:
                width[onward] = max(width[onward], min(width[here], wins[here, onward]))
    return width


def count_greedy(terms, ballots, lot):
    votes, money, steps = approvals(terms, ballots), terms.budget, []
    for level in sorted(set(votes.values()), reverse=True):
        equal = [option for option in votes if votes[option] == level]
        fitting = [option for option in equal if terms.costs[option] <= money]
        if sum(map(terms.costs.get, fitting)) > money:
            # Not for all of them: they come by lot, which is one tie.
            lot.take(fitting, "next")
            equal.sort(key=lot.number)
        for option in equal:
            why = "funded" if terms.costs[option] <= money else "does_not_fit"
            money -= terms.costs[option] if why == "funded" else 0
            steps.append(_step(terms, option, why, votes[option]))
    return {"votes": votes, "winners": _funded(steps), "steps": steps}


def _step(terms, option, why, paid_by):
    paid_by = paid_by if why == "funded" else 0
    return {"option_id": option, "cost": terms.costs[option], "why": why, "paid_by": paid_by}


def _funded(steps):
    return [step["option_id"] for step in steps if step["why"] == "funded"]


# --- equal shares -----------------------------------------------------------------------------
# An amount is a pair (a, b): a now, and a + b·n after n more steps of raising the shares. All
# decisions of a count are comparisons of such amounts; Steady notes after how many steps the
# first of them falls otherwise. Until then every count has the same outcome.


class Steady:
    def __init__(self, *, ahead):
        self.steps = None if ahead else 1  # None: for ever

    @property
    def looks_ahead(self):
        return self.steps != 1  # nothing can bring it nearer than that

    def less(self, one, other):
        if not self.looks_ahead:
            return one[0] < other[0]
        gap, growth = other[0] - one[0], other[1] - one[1]
        if gap > 0:
            if growth < 0:
                self._note(-(-gap // -growth))
            return True
        if growth > 0:
            self._note(-gap // growth + 1)
        return False

    def _note(self, steps):
        steps = max(int(steps), 1)
        self.steps = steps if self.steps is None else min(self.steps, steps)


class Purses:
    """What the voters have left: whole numbers over one unit, voters with like fortunes together.

    ``purse_of`` names each voter's purse. ``now`` and ``growth`` are what each holder of a purse
    has, ``holders`` how many they are. Purse EMPTY is for all who have nothing left.
    """

    EMPTY = 0

    def __init__(self, number, share, steady):
        self.unit, self.steady = share.denominator, steady
        self.now = [0, share.numerator]
        self.growth = [0, YUAN * share.denominator if steady.looks_ahead else 0]
        self.holders = [0, number]
        self.purse_of = [1] * number

    def held(self, voters):
        """How many of these voters hold each purse."""
        return Counter(map(self.purse_of.__getitem__, voters))

    def offer(self, cost, supporters):
        """(rest, growth, heads): who can pays rest / heads; None if they cannot pay it all."""
        held = self.held(supporters)
        poorest = sorted(held, key=self.now.__getitem__)
        total = sum(self.now[purse] * held[purse] for purse in poorest)
        growing = 0
        if self.steady.looks_ahead:
            growing = sum(self.growth[purse] * held[purse] for purse in poorest)
        if self.steady.less((total, growing), (cost * self.unit, 0)):
            return None
        rest, growth, heads = cost * self.unit, 0, len(supporters)
        for purse in poorest:
            if self.now[purse] * heads >= rest:
                break
            rest -= self.now[purse] * held[purse]
            growth -= self.growth[purse] * held[purse]
            heads -= held[purse]
        return rest, growth, heads

    def collect(self, offer, supporters):
        """Take the price from every supporter, or all there is; how many had anything to give."""
        price = self._whole(*offer)
        held, after = self.held(supporters), {}
        payers = sum(number for purse, number in held.items() if self.now[purse])
        for purse, number in held.items():
            after[purse] = self._paid(purse, number, price)
        for voter in supporters:
            self.purse_of[voter] = after[self.purse_of[voter]]
        return payers

    def _whole(self, rest, growth, heads):
        """The price and its growth, over a unit that is fine enough for both to be whole."""
        finer = heads // gcd(heads, gcd(rest, growth))
        self.unit *= finer
        self.now = [amount * finer for amount in self.now]
        self.growth = [amount * finer for amount in self.growth]
        return rest * finer // heads, growth * finer // heads

    def _paid(self, purse, number, price):
        """The purse of those holders who pay, afterwards."""
        money = (self.now[purse], self.growth[purse])
        if self.steady.less(money, price):
            left = (0, 0)
        else:
            left = (money[0] - price[0], money[1] - price[1])
        if left != (0, 0) and number == self.holders[purse]:  # all of them pay
            self.now[purse], self.growth[purse] = left
            return purse
        self.holders[purse] -= number
        if left == (0, 0):
            return self.EMPTY
        self.now.append(left[0])
        self.growth.append(left[1])
        self.holders.append(number)
        return len(self.now) - 1


def one_count(terms, voters, share, lot, *, ahead):
    """One count with equal shares: (options bought, who paid), the ties, how steady it is."""
    steady, ties_before = Steady(ahead=ahead), len(lot.ties)
    purses = Purses(voters["number"], Fraction(share), steady)
    wanted = {
        option: (Fraction(1, len(who)), Fraction(0))
        for option, who in voters["of"].items()
        if who and terms.costs[option]
    }  # a lower bound of what a supporter pays, as a part of the cost
    bought = []
    while True:
        best, offers = [], {}
        for option in sorted(wanted, key=wanted.get):
            if best and steady.less(wanted[best[0]], wanted[option]):
                continue
            cost = terms.costs[option]
            offer = offers[option] = purses.offer(cost, voters["of"][option])
            if offer is None:
                del wanted[option]
                continue
            whole_price = offer[2] * cost * purses.unit
            wanted[option] = tuple(Fraction(part, whole_price) for part in offer[:2])
            if best and steady.less(wanted[option], wanted[best[0]]):
                best = []
            if not best or not steady.less(wanted[best[0]], wanted[option]):
                best.append(option)
        if not best:
            return bought, lot.ties[ties_before:], steady.steps
        option = lot.take(best, "next")
        del wanted[option]
        bought.append((option, purses.collect(offers[option], voters["of"][option])))


def count_equal_shares(terms, ballots, lot):
    votes = approvals(terms, ballots)
    voters = {"number": len(ballots), "of": {option: [] for option in terms.ids}}
    for voter, choices in enumerate(ballots):
        for choice in choices:
            voters["of"][choice].append(voter)
    completion, bought = _complete(terms, ballots, voters, lot) if ballots else (None, [])
    steps = [_step(terms, option, "funded", payers) for option, payers in bought]
    told = set(_funded(steps))
    for option in sorted(terms.ids, key=lambda option: -votes[option]):
        if option not in told:
            why = "not_affordable" if terms.costs[option] else "costs_nothing"
            steps.append(_step(terms, option, why if votes[option] else "no_votes", 0))
    return {
        "votes": votes,
        "winners": _funded(steps),
        "steps": steps,
        "completion": completion,
    }


def _complete(terms, ballots, voters, lot):
    """Raise the shares by one yuan as long as the outcome costs no more than the budget: with
    which share, after how many increases, and what is bought then."""
    first, bound = Fraction(terms.budget, len(ballots)), terms.budget // YUAN
    everything = sum(terms.costs[option] for option, who in voters["of"].items() if who)
    raised = bound if everything <= terms.budget else 0
    in_vain = 0  # after a look ahead that was in vain, some counts do without
    while True:
        share = first + raised * YUAN
        bought, ties, steps = one_count(terms, voters, share, lot, ahead=not in_vain)
        del lot.ties[len(lot.ties) - len(ties) :]
        if sum(terms.costs[option] for option, _ in bought) > terms.budget:
            raised -= 1
            break
        if raised == bound:
            break
        raised = bound if steps is None else min(raised + steps, bound)
        in_vain = in_vain - 1 if in_vain else 10 * (steps == 1)
    share = first + raised * YUAN
    bought, _, _ = one_count(terms, voters, share, lot, ahead=False)
    return {"share": str(share), "increases": raised}, bought


# --- comparing --------------------------------------------------------------------------------


def compare(report, results, told, turnout):
    """The published results with the recount, part by part."""
    if not isinstance(results, dict):
        report.finds("shape", where="results", what="outcome, winners")
        return
    pairs = {
        "blank": (results.get("blank"), told["blank"]),
        "winners": (results.get("winners"), told["winners"]),
        "outcome": (_votes(results.get("outcome")), told["votes"]),
        "turnout.voted": (_within(results, "turnout", "voted"), turnout["voted"]),
        "turnout.by_way": (_within(results, "turnout", "by_way"), turnout["by_way"]),
        "rounds": (_rounds(results.get("rounds")), told.get("rounds")),
        "steps": (_steps(results.get("steps")), told.get("steps")),
    }
    # These come beside what the portal promises: they are compared where they are told.
    beside = {
        "ties": (results.get("ties"), told["ties"]),
        "tie_seed": (results.get("tie_seed"), told["tie_seed"]),
        "pairwise": (results.get("pairwise"), told.get("pairwise")),
        "completion": (_completion(results.get("completion")), told.get("completion")),
    }
    if turnout.get("share") is not None:  # a roll was given to reckon it by
        beside["turnout.share"] = (_within(results, "turnout", "share"), turnout["share"])
    pairs.update({what: pair for what, pair in beside.items() if pair[0] is not None})
    for what, (published, found) in pairs.items():
        if published != found:
            report.finds("results", what=what, told=published, found=found)


def _within(value, *keys):
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _votes(outcome):
    if not isinstance(outcome, list):
        return outcome
    found = {_text(_within(item, "option_id")): _within(item, "votes") for item in outcome}
    return found if len(found) == len(outcome) else outcome


def _text(value):
    return value if isinstance(value, str) else repr(value)


def _rounds(rounds):
    keys = ("counts", "exhausted", "eliminated")
    if not isinstance(rounds, list):
        return rounds
    return [{key: _within(item, key) for key in keys} for item in rounds]


def _completion(completion):
    if completion is None:
        return None
    return {key: _within(completion, key) for key in ("share", "increases")}


def _steps(steps):
    if not isinstance(steps, list):
        return steps
    return [
        {
            "option_id": _within(item, "option_id"),
            "cost": _within(item, "cost", "amount"),
            "why": _within(item, "why"),
            "paid_by": _within(item, "paid_by"),
        }
        for item in steps
    ]


def ways(board):
    receipts = [line["receipt"] for line in board.get("entries", board.get("receipts"))]
    paper = sum(receipt.startswith("P-") for receipt in receipts)
    return {"voted": len(receipts), "by_way": {"online": len(receipts) - paper, "paper": paper}}


def verify(report, board, roll, results, published_head):
    """Check all that was given. What is wrong stands in the report afterwards."""
    checked = check_board(report, board, published_head)
    if checked is None:
        return
    terms, ballots = checked
    turnout = ways(board)
    if not report.wrong:
        report.tell("chain_ok", lines=turnout["voted"])
        report.tell("order_ok")
    before = len(report.wrong)
    if roll is None:
        report.tell("roll_skipped")
    else:
        check_roll(report, roll, terms, turnout["voted"])
        if len(report.wrong) == before:
            report.tell("roll_ok", roll=len(roll["keys"]))
            turnout["share"] = turnout["voted"] / len(roll["keys"]) if roll["keys"] else None
    if ballots is None:
        return
    told = recount(terms, ballots)
    report.tell("ballots_ok", ballots=len(ballots), method=terms.method, blank=told["blank"])
    _tell_outcome(report, told)
    before = len(report.wrong)
    if results is None:
        report.tell("results_skipped")
    else:
        compare(report, results, told, turnout)
        if len(report.wrong) == before:
            report.tell("results_ok")


def _tell_outcome(report, told):
    by_votes = sorted(told["votes"].items(), key=lambda item: -item[1])
    report.tell("counted", outcome=", ".join(f"{option} {votes}" for option, votes in by_votes))
    for tie in told["ties"]:
        report.tell("tie", between=", ".join(tie["between"]), taken=tie["taken"])
    if told["winners"]:
        report.tell("winners", winners=", ".join(told["winners"]))
    else:
        report.tell("nobody")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("board", help="BOARD.json, or its web address")
    parser.add_argument("--roll", help="ROLL.json, or its web address")
    parser.add_argument("--results", help="RESULTS.json, or its web address")
    parser.add_argument("--head", help="the head hash as it was published")
    parser.add_argument("--lang", choices=("zh", "en"), default=_language())
    given = parser.parse_args(arguments)
    report = Report(given.lang)
    try:
        board, roll, results = (
            None if source is None else load(source)
            for source in (given.board, given.roll, given.results)
        )
        verify(report, board, roll, results, given.head)
    except Unreadable as error:
        report.finds("unreadable", name=error.args[0], why=error.args[1])
    for finding in report.wrong:
        print(finding)
    if report.wrong:
        report.tell("wrong", count=len(report.wrong))
        return 1
    report.tell("right")
    return 0


def _language():
    told = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    return "zh" if told.lower().startswith("zh") else "en"


if __name__ == "__main__":
    sys.exit(main())
