"""How a reviewed paragraph differs from its base, in tokens, as a person would tell it."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from manuscript.roundtrip.align import Token


def differences(base: list[Token], new: list[Token]) -> Iterator[tuple[str, int, int, int, int]]:
    """The differences, slid so that a whole sentence that came or went is one of them."""
    a, b = [token.text for token in base], [token.text for token in new]
    heads = {0} | {n for n in range(1, len(base)) if base[n].line != base[n - 1].line and base[n - 1].text == " "}
    codes = _merged(_codes(a, b), base)
    for number, code in enumerate(codes):
        tag, i1, i2, j1, j2 = code
        if tag not in ("delete", "insert") or not 0 < number < len(codes) - 1:
            continue
        # "(A.) B." to "A(. B).": the same text, but the first takes a sentence and the second two halves
        for way in (1, -1):
            steps, room = 0, codes[number + way][2] - codes[number + way][1]
            while steps < room and i1 + steps * way not in heads:
                at = steps if way == 1 else -steps - 1
                same = a[i1 + at] == a[i2 + at] if tag == "delete" else b[j1 + at] == b[j2 + at]
                if not same:
                    break
                steps += 1
            if i1 + steps * way in heads:
                shift = steps * way
                codes[number - 1][2] += shift
                codes[number - 1][4] += shift
                code[1:] = [i1 + shift, i2 + shift, j1 + shift, j2 + shift]
                codes[number + 1][1] += shift
                codes[number + 1][3] += shift
                break
    for tag, i1, i2, j1, j2 in codes:
        if tag != "equal" or i1 < i2:
            yield str(tag), int(i1), int(i2), int(j1), int(j2)


def _codes(a: list[str], b: list[str]) -> list[list]:
    """The differences between what both have at their beginning and at their end."""
    least = min(len(a), len(b))
    head = next((n for n in range(least) if a[n] != b[n]), least)
    tail = next((n for n in range(least - head) if a[-1 - n] != b[-1 - n]), least - head)
    middle = SequenceMatcher(a=a[head : len(a) - tail], b=b[head : len(b) - tail], autojunk=False).get_opcodes()
    codes: list[list] = [["equal", 0, head, 0, head]] if head else []
    for tag, i1, i2, j1, j2 in middle:
        if tag == "equal" and codes and codes[-1][0] == "equal":
            codes[-1][2], codes[-1][4] = head + i2, head + j2
        else:
            codes.append([tag, head + i1, head + i2, head + j1, head + j2])
    if tail and codes and codes[-1][0] == "equal":
        codes[-1][2], codes[-1][4] = len(a), len(b)
    elif tail:
        codes.append(["equal", len(a) - tail, len(a), len(b) - tail, len(b)])
    return codes


def _merged(codes: list[list], base: list[Token]) -> list[list]:
    """Two changes with only a blank between are one: a blank may end a sentence on one side and not on the other."""
    result: list[list] = []
    for code in codes:
        blank = len(result) > 1 and result[-1][0] == "equal" and result[-1][2] - result[-1][1] == 1
        if blank and code[0] != "equal" and base[result[-1][1]].text == " ":
            first = result[-2]
            if not any(token.bound for token in [*base[first[1] : first[2]], *base[code[1] : code[2]]]):
                result.pop()
                first[0], first[2], first[4] = "replace", code[2], code[4]
                continue
        result.append(code)
    return result
