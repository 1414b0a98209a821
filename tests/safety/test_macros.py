"""Each macro of a formula is on the list, and plain arguments only reach a style."""

from __future__ import annotations

from pathlib import Path

import pytest

from deckbuilder.model.control_characters import CLOZE_CLOSE, CLOZE_HINT, CLOZE_NUMBER_END, CLOZE_OPEN, MATHS
from deckbuilder.safety import macros, sanitise
from deckbuilder.source.settings import read
from tests.support import deck

BEGIN, END = MATHS["inline"]


def marked(tex: str) -> str:
    """Return ``tex`` with a cloze of Anki in the place of ``⟨1⟩``, ``⟨:⟩`` and ``⟨/⟩``."""
    for mark, character in {"⟨1⟩": f"{CLOZE_OPEN}1{CLOZE_NUMBER_END}", "⟨:⟩": CLOZE_HINT, "⟨/⟩": CLOZE_CLOSE}.items():
        tex = tex.replace(mark, character)
    return tex


def found(tex: str) -> list[str]:
    """Return the faults of a formula as the card will have it: braces are around a cloze that is an argument."""
    return [removed.at for removed in sanitise.clean(f"<p>{BEGIN}{marked(tex)}{END}</p>")[1]]


GOOD = (
    r"\frac{a}{b} \sqrt[3]{x} \left\{ \alpha \right\| \, \; \! \# \% \& \_ \  \| \\ \quad\operatorname*{argmax}_x",
    r"\begin{align*} a &= b \\[2pt] \end{align*} \begin {CD} A @>>> B \end {CD}",
    r"\color{red}{x} \color[rgb]{1,0.5,0} \textcolor{ blue }{y} \colorbox{#ff8}{z} \fcolorbox{red}{#123456}{w} \rowcolor{red}",
    r"\cancel{x} \cancel x \cancel[mathcolor='red']{x} \xcancel\alpha \enclose{circle, box}{x} \cancelto{0}{x}",
    r"\bbox{x} \bbox[5px]{x} \bbox[yellow, 5px, border: 1px solid red]{x} \unicode{x2713} \unicode{65}",
    r"\newcommand{\R}{\mathbb{R}} \R \def\half{\tfrac12} \half \DeclareMathOperator*\argmin{arg\,min} \argmin \let\goes=\rightarrow",
    r"\newenvironment{rows}{\begin{array}{c}}{\end{array}} \begin{rows} a \end{rows}",
    r"\newcommand\x[1]{\color{#a00}{#1}} \x{y}",
    r"\ce{2H2 + O2 -> 2H2O} \pu{1.2 kJ} \bra{x} \ket{y} \degree \upalpha \coloneqq",
    r"\frac⟨1⟩a⟨/⟩⟨1⟩b⟨/⟩ \cancel⟨1⟩x⟨:⟩a word⟨/⟩ \color{red}{⟨1⟩x⟨:⟩x = y⟨/⟩}",
)
BAD = (
    (r"\href{javascript:x}{y}", [r"\href"]),
    (r"\mmlToken{mi}[href=x]{y} \require{html} \class{a}{b} \cssId{a}{b} \style{a}{b}", 5),
    (r"\texttip{a}{b} \mathtip{a}{b} \toggle{a}\endtoggle \eqref{a} \definecolor{a}{b}{c}", 6),
    (r"\aplha", [r"\aplha"]),
    (r"\url{x} \htmlData{x}{y} \includegraphics{x} \data{x}{y} \qty{x}", 5),
    (r"\begin{foo}x\end{foo}", [r"\begin{foo}"]),
    (r"\color{red;x}{y}", [r"\color{red;x}"]),
    (r"\color[named]{red;x}{y}", [r"\color[named]{red;x}"]),
    (r"\color[x]{red}", [r"\color[x]{red}"]),
    (r"\color red", [r"\color red"]),
    (r"\textcolor{url(x)}{y}", [r"\textcolor{url(x)}"]),
    (r"\fcolorbox{red}{x:y}{z}", [r"\fcolorbox{red}"]),
    (r"\bbox[background:url(x)]{y}", [r"\bbox[background:url(x)]{y}"]),
    (r"\bbox[border:1px;position:fixed]{y}", 1),
    (r"\enclose{circle}[mathbackground=a:b]{x}", [r"\enclose{circle}"]),
    (r"\cancel[mathbackground=a;b]{x}", [r"\cancel[mathbackground=a;b]{x}"]),
    (r"\unicode[x;y]{x41}", [r"\unicode[x;y]{x41}"]),
    (r"\unicode{<b>}", 1),
    (r"\def\x{\href}", [r"\href"]),
    (r"\let\x=\href \let\y\color", [r"\href", r"\color"]),
    (r"\def\frac{x}", [r"\def\frac{x}"]),
    (r"\renewcommand{\alpha}{\beta}", [r"\renewcommand{\alpha}"]),
    (r"\newenvironment{align}{}{}", [r"\newenvironment{align}"]),
    (r"\DeclareMathOperator{\sin}{x}", [r"\DeclareMathOperator{\sin}"]),
    (r"\def~{x} \newcommand", [r"\def~{x}", r"\newcommand"]),
    (r"\def\x#1{\cancel#1}", [r"\cancel#1"]),
    (r"\def\x{\cancel}", [r"\cancel"]),
    (r"\def\x#1{\color{#123}} \x{a}", [r"\color{#123}"]),
    (r"\def\x#1{\bbox[#1]{y}}", [r"\bbox[#1]{y}"]),
    (r"\hr⟨1⟩ef⟨/⟩{x}{y}", [r"\hr"]),
    (r"x ⟨1⟩\hr⟨/⟩ef{x}{y}", [r"\href"]),
    (r"\color⟨1⟩{red}⟨:⟩named⟨/⟩{red;x}", 2),
    (r"\color{⟨1⟩red⟨/⟩}{x}", [r"\color{"]),
    (r"⟨1⟩x⟨:⟩\href{x}{y}⟨/⟩", [r"\href"]),
    (r"\cancel⟨1⟩x⟨/⟩⟨1⟩y⟨:⟩mathcolor=a;b⟨/⟩ \hr \\", [r"\hr"]),
    (r"\, \@ \\", [r"\@"]),
)


@pytest.mark.parametrize("tex", GOOD)
def test_harmless_macros_are_free(tex: str) -> None:
    assert found(tex) == []


@pytest.mark.parametrize(("tex", "faults"), BAD)
def test_every_other_macro_is_named(tex: str, faults: list[str] | int) -> None:
    assert (len(found(tex)) if isinstance(faults, int) else found(tex)) == faults


@pytest.mark.parametrize(
    ("tex", "fault"),
    [
        (r"\cancel⟨1⟩x⟨:⟩mathcolor=a;b⟨/⟩{y}", r"\cancel"),
        (r"a ⟨1⟩b\)⟨/⟩ \hr⟨1⟩⟨:⟩x⟨/⟩ef{x}{y}", r"\href"),
        (r"a ⟨1⟩x⟨:⟩\hr⟨1⟩ef⟨/⟩{x}{y}⟨/⟩", r"\href"),
    ],
)
def test_clozes_without_braces_around_hide_nothing(tex: str, fault: str) -> None:
    """Anki shows the hint in the place of a hidden cloze. A hidden cloze may end the formula, and a hint may have a cloze."""
    assert fault in [found.at for found in macros.faults(BEGIN + marked(tex) + END)]


def test_a_cloze_that_opens_a_brace_hides_no_macro() -> None:
    r"""The front shows no ``{``, so MathJax ends the formula there at the last ``\)``, with the link.

    Anki removes its tags around a hidden cloze between ``\[`` and ``\)``, too, so all is one formula.
    """
    formula = r"\text{\)\[} \href{x}{y} ⟨1⟩{⟨/⟩"
    assert [fault.at for fault in macros.faults(BEGIN + marked(formula) + END)] == [r"\href"]


def test_a_definition_allows_its_own_name_only() -> None:
    assert macros.defined(r"\newcommand{\href}{x} \def\mine{y} \newenvironment{align}{}{}") == {"mine"}


def test_no_backslash_is_left_in_a_refused_formula() -> None:
    html, (removed, *_) = sanitise.clean(f"<p>{BEGIN}\\href{{x}}{{y}}{END} and {BEGIN}\\alpha{END}</p>")
    assert html == "<p>∖href{x}{y} and ∖alpha</p>"
    assert removed.runs


@pytest.mark.parametrize(
    "text", [r"\(a {\) \href{x}{y}} \)", r"\(a { \href{x}{y} \)", r"\(a \\) \href\)", "\\(\\hre<br>f\\) \\(\\hr<b></b>ef\\)"]
)
def test_a_formula_ends_where_mathjax_ends_it(text: str) -> None:
    assert sanitise.clean(f"<p>{text}</p>")[1]


@pytest.mark.parametrize(
    ("text", "at"), [(r"\(\hr<b></b>ef{x}{y}\)", r"\href"), (r"\(\hre<br>f\)", r"\hre"), (r"\(\hre<wbr>f{x}{y}\)", r"\href")]
)
def test_a_line_break_ends_a_macro_and_other_tags_do_not(text: str, at: str) -> None:
    assert [removed.at for removed in sanitise.clean(text)[1]] == [at]


def test_text_outside_formulas_and_in_code_is_free() -> None:
    assert sanitise.clean(r"<p>C:\href \( x \) \def\frac \) <code>\(\href\)</code> {\( y } \) \( \[ \) \href \]</p>")[1] == ()


def test_a_deck_allows_macros_but_none_that_runs(tmp_path: Path) -> None:
    toml = 'id = "test-deck"\nname = "Test"\ntex = ["qty", "bbox", "proof", "class"]\n'
    text = "## Q {#q}\n\n$\\qty{x} \\bbox[x:y]{z} \\begin{proof}\\end{proof} \\class{a}{b}$\n"
    assert deck(tmp_path, text, toml=toml).diagnostics == ()
    for wrong in ('"href"', '"require"', '"mmlToken"', '"\\\\bbox"', '""', "1"):
        _, problems = read("deck.toml", f'id = "a"\nname = "b"\ntex = [{wrong}]\n', tmp_path)
        assert [(problem.code, problem.span.line) for problem in problems] == [("bad-deck-toml", 3)]


def test_a_name_of_the_question_is_known_in_its_answer_and_nowhere_else(tmp_path: Path) -> None:
    text = "## Q $\\newcommand{\\R}{\\mathbb R} \\R$ {#q}\n\n$\\R$\n\n---\n\n$\\R$\n\n## Other {#o}\n\n$\\R$\n"
    assert [(problem.code, problem.span.line) for problem in deck(tmp_path, text).diagnostics] == [("tex-macro", 11)]


@pytest.mark.parametrize(
    "text",
    [
        "## $\\href{x}{y}$ {#q}\n\na\n",
        "## Q {#q hint='$\\href{x}{y}$'}\n\na\n",
        "## Q {#q}\n\na\n\nSource: $\\href{x}{y}$\n",
        "## Q {#q .typed}\n\n\\\\(\\href{x}{y}\\\\)\n",
        "## Q {#q .choice}\n\n- [x] $\\href{x}{y}$\n- [ ] b\n",
        "## Q {#q}\n\n```math\n\\href{x}{y}\n```\n",
        "## Q {#q}\n\na[^1]\n\n[^1]: $\\href{x}{y}$\n",
        "## {{c1::a}} $\\href{x}{y}$ {#q .cloze}\n",
        "## Q {#q}\n\n| a |\n|---|\n| $\\href{x}{y}$ |\n",
    ],
)
def test_every_place_is_looked_at(text: str, tmp_path: Path) -> None:
    found = deck(tmp_path, text)
    assert [problem.code for problem in found.diagnostics if problem.is_error] == ["tex-macro"]
    assert "\\href" not in "".join(found.deck.entries[0].note.fields)


@pytest.mark.parametrize(
    "text",
    [
        r"\\(\href{x}{y}\\)",
        r"\\[\aplha\\] and $x$",
        r"<p>\(\href{x}{y}\)</p>",
        r"<p>\\(\aplha\)</p>",
        r"<b>&bsol;(\cssId{qa}{x}&bsol;)</b>",
        r"**\\**(\aplha\\)",
        r"| \\(\aplha\\) |" + "\n|---|",
        r"## The {{c1::x}} \\(\aplha\\)",
        r"## The {{c1::$x$}} in C:\class",
        r"## The {{c1::x}} and $\frac12$ and \\(\href{{c2::x}}\\)",
    ],
)
def test_a_bracket_with_a_backslash_begins_no_formula(text: str, tmp_path: Path) -> None:
    """``literal_maths`` makes text of it, so that a macro there does nothing."""
    question = f"{text} {{#q .cloze}}\n" if text.startswith("## ") else f"## Q {{#q}}\n\n{text}\n"
    assert [problem for problem in deck(tmp_path, question).diagnostics if problem.code == "tex-macro"] == []


def test_the_list_has_each_name_once() -> None:
    assert len(macros.names()) > 1150
    assert {"frac", "ce", "align*", "bra", "color", "href"} <= macros.names()
