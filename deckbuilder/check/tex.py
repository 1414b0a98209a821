r"""Judges whether a text is TeX, such as ``\frac{a}{b}`` or ``x_i``, and whether the halves of a formula fit."""

from __future__ import annotations

import re

# Other commands, such as \n and \users, are in paths and regular expressions, too.
_NAMES = """
Delta Gamma Lambda Leftrightarrow Omega Phi Pi Psi Rightarrow Sigma Theta alpha approx argmax argmin bar begin beta binom
boldsymbol cap cdot cdots chi circ cos cup delta dfrac dots ell epsilon equiv eta exists exp forall frac gamma geq infty int
kappa lambda langle ldots left leftarrow leq lfloor lim limits ln log mapsto mathbb mathbf mathcal mathrm max min nabla neq
odot omega operatorname oplus otimes overline partial phi prime prod propto psi quad rangle rho right rightarrow sigma sim
sin sqrt subset sum tan tau tfrac theta tilde times varepsilon varphi vec zeta
"""
_COMMAND = re.compile(rf"\\(?:{'|'.join(_NAMES.split())})(?![a-zA-Z])")
_SURE = re.compile(
    r"""
    (?:[a-zA-Z0-9)}|]|\]) [ ]? \^ [ ]? [{\\a-zA-Z0-9*+-]                        # x^2, but not [^a-z]
    |(?<![a-zA-Z0-9_])[a-zA-Z] _ (?:\{|[a-zA-Z0-9](?![a-zA-Z0-9_]))             # x_i, but not snake_case
    """,
    re.VERBOSE,
)
_WORD = re.compile(r"(?<![\\a-zA-Z{])[a-zA-Z]{4}")
_ATOM = r"(?:[a-zA-Z]'{0,2}|\d+(?:\.\d+)?[a-zA-Z]?|[a-zA-Z]\([a-zA-Z0-9](?:,\s?[a-zA-Z0-9])*\))"
_SIMPLE = re.compile(rf"[-+]?{_ATOM}(?:\s?[-+*/=<>,]\s?{_ATOM})*+")
_HALF = re.compile(
    r"""
    %[^\n]*
    |\\(?P<opening>left(?![a-zA-Z])|begin\s*\{(?P<name>[^{}]*)\})
    |\\(?P<closing>right(?![a-zA-Z])|end\s*\{(?P<end>[^{}]*)\})
    |\\[\s\S]
    |(?P<open>\{)|(?P<close>\})
    """,
    re.VERBOSE,
)
_HALF_OR_AMPERSAND = re.compile(rf"{_HALF.pattern} | &", re.VERBOSE)
_PERCENT = re.compile(r"\\[\s\S]|(?P<percent>%)[^\n]*(?P<more>\n)?")


def has_command(text: str) -> bool:
    r"""Return whether ``text`` has a common command of TeX, such as ``\alpha``."""
    return _COMMAND.search(text) is not None


def is_sure(text: str) -> bool:
    """Return whether ``text`` has a command, an exponent or an index of TeX."""
    return has_command(text) or (_SURE.search(text) is not None and _WORD.search(text) is None)


def is_simple(text: str) -> bool:
    """Return whether ``text`` is nothing but letters, numbers and operators: ``x``, ``O(n)``, ``a + b = c``."""
    return _SIMPLE.fullmatch(text) is not None


def lone_half(tex: str) -> re.Match[str] | None:
    r"""Return the match of a half without its other half, such as ``\left``, ``\begin{array}`` or ``{``, or None."""
    opened: list[tuple[re.Match[str], str]] = []  # the half, and what ends it
    for match in _HALF.finditer(tex):
        if match["open"]:
            opened.append((match, "}"))
        elif match["opening"]:
            opened.append((match, "right" if match["name"] is None else match["name"].strip()))
        elif match["close"] or match["closing"]:
            wanted = "}" if match["close"] else "right" if match["end"] is None else match["end"].strip()
            if not opened or opened[-1][1] != wanted:
                return opened[-1][0] if opened and not opened[-1][0]["open"] else match
            opened.pop()
    return opened[-1][0] if opened else None


def ampersand(tex: str) -> int:
    r"""Return the index of the first ``&`` outside all braces and environments, or -1."""
    depth = 0
    for match in _HALF_OR_AMPERSAND.finditer(tex):
        if match[0] == "&" and depth <= 0:
            return match.start()
        depth += bool(match["open"] or match["name"]) - bool(match["close"] or match["end"])  # no cell begins in \left
    return -1


def percents(tex: str) -> list[int]:
    r"""Return the indices of the ``%`` in a formula that probably hide a part of it: behind a digit, or in its last line."""
    return [
        match.start()
        for match in _PERCENT.finditer(tex)
        if match["percent"] and (not match["more"] or tex[match.start() - 1 : match.start()].isdecimal())
    ]
