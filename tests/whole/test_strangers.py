"""Texts of strangers that an earlier version broke: each word reaches its card, or a diagnostic names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from deckbuilder.model.unseen_attributes import without
from tests.support import deck

Q = "## Q {#a}\n\n"
PICTURE = b"<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>"


def case(name: str, text: str, *shown: str, codes: str = "", files: tuple[str, ...] = ()) -> object:
    """Return a case: the HTML that the fields of the notes contain, and the codes of all diagnostics, sorted."""
    return pytest.param(text, shown, codes.split(), files, id=name)


CASES = [
    case(
        "bold code",
        Q + "**`g`**, *the `x`*, ~~`x`~~",
        "<strong><code>g</code></strong>, <em>the <code>x</code></em>, <del><code>x</code></del>",
    ),
    case("bold link", Q + "**[a](https://u.v)**", '<strong><a href="https://u.v">a</a></strong>'),
    case("bold address", Q + "**https://x.y**", '<strong><a href="https://x.y">https://x.y</a></strong>'),
    case("emphasis in a link", Q + "[*a `b`*](https://u.v)", "<em>a <code>b</code></em></a>"),
    case("bold picture", Q + "**![tree](a.svg)**", '<strong><img alt="tree" src="a.svg"></strong>', files=("a.svg",)),
    case("unknown tags", Q + "Use git checkout <path> to discard it", "checkout &lt;path&gt; to discard it", codes="unknown-tag"),
    case("a tag in a heading", "## What is std::vector<int> for? {#a}\n\nx", "std::vector&lt;int&gt; for?", codes="unknown-tag"),
    case("tags to type", "## Q {#a .typed}\n\ncp <path> <dest>", "cp &lt;path&gt; &lt;dest&gt;", codes="unknown-tag unknown-tag"),
    case("stars in maths", Q + "$c1*v1 + c2*v2 != 0$, $a_i*b_j$ and $c*d$", r"\(c1*v1 + c2*v2 != 0\), \(a_i*b_j\) and \(c*d\)"),
    case(
        "marks of TeX in maths",
        Q + r"$\mathbf{x}_i$ $\sum_{j} c^{*}$ and $d^{*}_i$",
        r"\(\mathbf{x}_i\) \(\sum_{j} c^{*}\) and \(d^{*}_i\)",
    ),
    case("clozes in maths", "## {{c1::x}}: $E = {{c2::m c^2}}$ {#a .cloze}", r"{{c1::x}}: \(E = {{c2::m c^2}}\)"),
    case("a cloze in a fraction", r"## $$\frac{ {{c3::a}} }{b}$$ {#a .cloze}", r"\[\frac{ {{c3::a}} }{b}\]"),
    case("a pipe in maths", Q + "| f | g |\n|---|---|\n| $|x|$ | norm |", codes="lost-cells"),
    case("a pipe in code", Q + "| f | g |\n|---|---|\n| `x | y` | z |", codes="lost-cells"),
    case(
        "backslashes before a pipe",
        Q + "| p | d |\n|---|---|\n| `C:\\\\` | c |\n| C:\\\\| c |",
        r"<td><code>C:\\</code></td><td>c</td>",
        "<td>C:| c</td>",
    ),
    case("escapes in an address", Q + r"<https://x.y/a\_b>", r'<a href="https://x.y/a\_b">https://x.y/a\_b</a>'),
    case("an escaped mail", Q + r"<foo\_bar@x.org>", "&lt;foo_bar@x.org&gt;"),
    case("code in an address", Q + "<ab:`x`>", "&lt;ab:<code>x</code>&gt;"),
    case(
        "what is no tag",
        Q + "#include <stdio.h>, <your_name>, </path/to>, 《<Python核心编程>》",
        "&lt;stdio.h&gt;, &lt;your_name&gt;, &lt;/path/to&gt;, 《&lt;Python核心编程&gt;》",
    ),
    case(
        "type parameters",
        Q + "Map<String, List<Integer>>, <int:id>",
        "Map&lt;String, List&lt;Integer&gt;&gt;, &lt;int:id&gt;",
        codes="unknown-tag",
    ),
    case("less than", Q + "if a<b: swap(c>d)", "if a&lt;b: swap(c&gt;d)"),
    case(
        "a definition of three lines",
        Q + "[the docs]\n\n[the docs]:\n  https://x.y\n  'Title'",
        '<a href="https://x.y" title="Title">the docs</a>',
    ),
    case(
        "escapes and code in labels",
        Q + "[a\\*b] [`c`]\n\n[a\\*b]: https://a.b\n[`c`]: https://c.d",
        '<a href="https://a.b">a*b</a>',
        '<a href="https://c.d"><code>c</code></a>',
    ),
    case(
        "bare addresses",
        Q + '見https://x.y "https://x.y" www.x.com x@y.com',
        '見<a href="https://x.y">',
        '"<a href="https://x.y">https://x.y</a>"',
        "http://www.x.com",
        "mailto:x@y.com",
    ),
    case("Han after an address", Q + "https://x.y。然后", '<a href="https://x.y">https://x.y</a>。然后'),
    case("a comment in TeX", Q + "$$\na = b % note\n+ c\n$$", r"\[a = b + c\]"),
    case("videos", Q + "![](a.mp4) ![](b.webm)", "[sound:a.mp4] [sound:b.webm]", files=("a.mp4", "b.webm")),
    case(
        "files that no client shows",
        Q + "![x](a.heic) ![y](b.pdf)",
        codes="unshown-media unshown-media",
        files=("a.heic", "b.pdf"),
    ),
    case("links to files", Q + "[x](a.pdf) [y](other.md)", codes="dead-link dead-link", files=("a.pdf",)),
    case(
        "clozes with one colon, none, or one brace",
        "## {{c1::one}} and {{c2:b}} and {{c3}} and {c4::d} {#a .cloze}",
        codes="broken-cloze broken-cloze broken-cloze",
    ),
    case(
        "clozes without number, with a capital", "## {{c1::a}} {{C1::x}} {{c:: }} {#a .cloze}", codes="broken-cloze broken-cloze"
    ),
    case("a cloze in another question", "## What {{c1::x}}? {#a}\n\ny", codes="stray-cloze"),
    case("a heading without a blank", "## A {#a}\n\nx\n\n##B {#b}\n\ny", codes="lost-question"),
    case("attributes on the next line", "## Q {#q}\n{#a .typed}\n\nA", codes="bad-attribute"),
    case("two dashes", "## A {#a}\n\nx\n\n--\n\ny", codes="near-separator"),
    case("a long dash", "## A {#a}\n\nx\n\n—\n\ny", codes="near-separator"),
    case("dashes with blanks", "## A {#a}\n\nx\n\n- - -\n\ny", codes="near-separator"),
    case("curly quotes", "## A {#a tags=“x”}\n\nb", codes="bad-tag"),
    case("a table below an item", Q + "- a\n| x | y |\n|---|---|\n| 1 | 2 |", codes="near-table"),
    case("a conflict in code", Q + "```yaml\n<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> dave\n```", codes="merge-conflict"),
    case(
        "a sound that says the answer", "## word {#a .reversed}\n\n![](word.mp3) Wort", codes="spoken-answer", files=("word.mp3",)
    ),
    case("an escaped entity", Q + r"\&lt;", "<p>&amp;lt;</p>"),
    case("marks in a description", Q + "![the *big* **picture**](a.svg)", 'alt="the big picture"', files=("a.svg",)),
    case("a title in parentheses", Q + "[a](https://u.v (b))", '<a href="https://u.v" title="b">a</a>'),
    case("a link in a link", Q + "[[a](https://b.c)](https://c.d)", '[<a href="https://b.c">a</a>]('),
    case("a telephone number", Q + "<tel:1>", '<a href="tel:1">tel:1</a>'),
    case("a link into an app", Q + "<vscode:extension/x>", '<a href="vscode:extension/x">'),
    case("a lone tag", Q + "a\n\n<br>\n\nb", "<p>a</p><br><p>b</p>"),
    case(
        "a heading with a number above code", "## 1. What? {#a}\n\n    print(1)\n\n---\n\n1", "<p>1. What?</p><pre><code>print(1)"
    ),
    case(
        "a heading with a number above a list",
        "## 3. How? {#a}\n\n1. Fork\n2. Push\n\n---\n\nYes.",
        "<p>3. How?</p><ol><li>Fork</li>",
    ),
    case(
        "headings like a list, a quote, a fence",
        "## * in a call? {#a}\n\nx\n\n## > in bash {#b}\n\nx\n\n## ``` starts? {#c}\n\nx",
        "<p>* in a call?</p>",
        "<p>&gt; in bash</p>",
        "<p>``` starts?</p>",
    ),
    case("a heading like a definition", "## [Symbol.iterator]: function {#a}\n\nx", "<p>[Symbol.iterator]: function</p>"),
    case("hints and sources like lists", '## Q {#a hint="1. x"}\n\ny\n\nSource: * z', "1. x", "* z"),
    case("a colon after a footnote", Q + "Three kinds[^1]: lists.\n\n[^1]: By PEP 8.", "kinds<sup>1</sup>: lists.", "By PEP 8."),
    case("tabs in code in a list", Q + "- x\n\n  ```text\n  all:\n  \techo hi\n  ```", "all:\n\techo hi"),
    case("blank lines in code in a list", Q + "- x\n\n  ```\n  a\n      \n  b\n  ```", "a\n    \nb"),
    case("formulas over lines", Q + "若$f(x),\ng(x)$的导数，$y$是解。", r"若\(f(x), g(x)\)的导数，\(y\)是解。"),
    case(
        "a broken line in TeX",
        Q + "（均值）$\\hat{\\theta}_{\\mathrm{\nMean}}$作为$\\theta$的",
        r"\(\hat{\theta}_{\mathrm{ Mean}}\)作为\(\theta\)的",
    ),
    case("a letter beside a dollar", Q + "Die $n$te Zahl, $K$NN", "Die $n$te Zahl, $K$NN", codes="stray-dollar stray-dollar"),
    case("dollars with ticks", Q + "$`x^2`$", r"\(x^2\)"),
    case(
        "a reference in a footnote",
        Q + "T[^1].\n\n[^1]: See the [docs].\n\n[docs]: https://x.org/",
        'See the <a href="https://x.org/">docs</a>.',
    ),
    case("a footnote in a footnote", Q + "T[^1].\n\n[^2]: Inner.\n[^1]: Outer[^2].", "Outer<sup>2</sup>.", "Inner."),
    case(
        "a label over two lines",
        Q + "[please\ndonate].\n\n[please donate]: https://x.y/d",
        '<a href="https://x.y/d">please donate</a>.',
    ),
    case("entities without an end", Q + "p = &current; q = &notes;", "p = &amp;current; q = &amp;notes;"),
    case("a word with underscores to type", "## Q {#a .typed}\n\n__init__", "__init__"),
    case("braces in a heading", "## An empty block in C: { } {#a}\n\nx", "<p>An empty block in C: { }</p>"),
    case("a footnote in code", Q + "`[^1]` x", "<code>[^1]</code> x"),
    case("a label with code", Q + "[`abort`]\n\n[`abort`]: https://x.y", '<a href="https://x.y"><code>abort</code></a>'),
    case("a question with one #", "## A {#a}\n\nx\n\n# One? {#one}\n\ny", codes="lost-question"),
    case("a question over ===", "## A {#a}\n\nx\n\nOne? {#one}\n===\n\ny", codes="lost-question"),
    case("a question with three #", "### One? {#one}\n\ny\n\n## A {#a}\n\nx", codes="lost-question"),
    case("a question with wide marks", "## A {#a}\n\nx\n\n＃＃ One? {#one}\n\ny", codes="lost-question"),
    case("a bold question", "## A {#a}\n\nx\n\n**One?** {#one}\n\ny", codes="lost-question"),
    case("a question in HTML", "## A {#a}\n\nx\n\n<h2>One? {#one}</h2>\n\ny", codes="lost-question"),
    case(
        "languages with a comma",
        Q + "```rust,compile_fail\nfn main() {}\n```\n\n```rust,edition2018\nfn main() {}\n```",
        '<span class="k">fn </span>',
    ),
    case("a drawing in the text", Q + '<svg><path d="x"/></svg>', codes="active-html unknown-tag"),
    case("a tag with a hyphen", Q + "<my-note>x</my-note>", "&lt;my-note&gt;x&lt;/my-note&gt;", codes="unknown-tag unknown-tag"),
    case("tags that never close", "## When do I use <b> and when <strong>? {#a}\n\nx", codes="unclosed unclosed"),
    case("a picture of Obsidian", Q + "![[pod.svg]]", '<img alt="" src="[[pod.svg]]">', codes="missing-alt", files=("pod.svg",)),
    case("the title of an alert", Q + "> [!TIP] Title\n> body", '<p class="alert-title">Title</p><p>body</p>'),
    case("a link and an id of Obsidian", Q + "[[Note]]\n\ntext ^block-id", codes="obsidian-syntax obsidian-syntax"),
    case("a comment of Obsidian", Q + "%%private%%", codes="obsidian-comment"),
    case("marked text", Q + "==x== y", "<mark>x</mark> y"),
    case(
        "a summary with words", Q + "<details>\n<summary>What is a label for?</summary>\n\nx\n</details>", "What is a label for?"
    ),
    case("a task without text", Q + "- [x] \n- [ ] b", '<li class="task done">☑</li>'),
    case("braces in a question", "## {{#Front}} {#a}\n\nb", "<p>{{#Front}}</p>"),
    case("Korean lines", Q + "한국어\n낱말", "한국어 낱말"),
    case("a footnote in a quote", Q + "x[^1]\n\n> [^1]: deep", "x<sup>1</sup>", "deep"),
    case(
        "a footnote in an item, and one that nobody needs",
        Q + "x[^1]\n\n- y\n\n  [^1]: a\n  [^2]: b",
        "a",
        codes="missing-footnote",
    ),
    case("a definition in an item", "## Q [d] {#a}\n\n- x\n\n  [d]: https://x.y", '<p>Q <a href="https://x.y">d</a></p>'),
    case("a label over two lines of a quote", Q + "> [a\n> b]\n\n[a b]: https://x.y", '<a href="https://x.y">a b</a>'),
    case("a footnote without text in a footnote", Q + "x[^1]\n\n[^1]: y[^9]", codes="missing-footnote"),
    case("a footnote without text in a hint", '## Q {#a hint="x[^9]"}\n\ny', codes="missing-footnote"),
    case("a cloze over two items", "## Q {#a .cloze}\n\n- {{c1::a\n- b}}\n\n---\n\nx", codes="broken-cloze"),
    case("a cloze in a hint", '## Q {#a hint="{{c1::x}}"}\n\ny', codes="stray-cloze"),
    case("a cloze in a source", "## {{c1::one}} {#a .cloze}\n\ny\n\nSource: {{c2::x}}", codes="stray-cloze"),
    case("a cloze in a footnote", Q + "x[^1]\n\n[^1]: {{c1::x}}", codes="stray-cloze"),
    case("braces around a cloze", "## f{{{c1::xyz}}} {#a .cloze}", "f{{{c1::xyz}}}"),
    case("a cloze without colons", "## {{c1::one}} {{c2 two}} {{c3;:three}} {#a .cloze}", codes="broken-cloze broken-cloze"),
    case("a definition below text", Q + "[a]\n[a]: https://x.y", codes="literal-mark"),
    case("a definition with more text", Q + "[a]\n\n[a]: https://x.y （标题）", codes="literal-mark"),
    case("an alert with a colon", Q + "z\n\n> [!NOTE]: lost", codes="stray-text"),
    case("a formula in HTML", Q + "<p>$x^2$</p>\n\n<p>\\(y^2\\)</p>", codes="literal-mark literal-mark"),
    case("marks in HTML", Q + "<p>~~x~~</p>\n\n<p>==x==</p>\n\n<p>%%x%%</p>", codes=" ".join(["literal-mark"] * 3)),
    case("a picture of Markdown in HTML", Q + "<p>![](a.svg)</p>", codes="literal-mark", files=("a.svg",)),
    case("an address in HTML", Q + "<p><https://x.y></p>", codes="literal-mark"),
    case("a dollar in HTML", Q + "<p>$5 and $HOME/$USER, a == b == c</p>", "<p>$5 and $HOME/$USER, a == b == c</p>"),
    case("bold Han text never closed", Q + "这是**重点内容，忘了。", codes="literal-mark"),
    case(
        "bold text with blanks",
        Q + "** 重点 **\n\n** Note ** x\n\n2 ** 3 ** 4, **??** 是 **a**",
        codes="literal-mark literal-mark",
    ),
    case("a link of Obsidian in Han text", Q + "见[[笔记]]和[[Note|别名]]。", codes="obsidian-syntax obsidian-syntax"),
    case("notes of Obsidian behind a word", Q + "word^[note] 字^[脚注] a^[b]", codes="obsidian-syntax obsidian-syntax"),
    case(
        "alerts of other kinds",
        Q + "> [!提示] x\n> y\n\n> [!my-kind]\n> y\n\n> [!note|wide] x\n> y\n\n> **[!NOTE]** x",
        codes=" ".join(["unknown-alert"] * 4),
    ),
    case("an alert without text", Q + "> [!NOTE]\n\nx", codes="unknown-alert"),
    case(
        "references in a formula",
        Q + "$a &lt; b$ and $x & y$ and $\\left( a & b \\right)$",
        codes=" ".join(["broken-formula"] * 3),
    ),
    case("cells of an environment", Q + "$\\begin{matrix} a & b \\end{matrix}$ $\\matrix{a & b}$ $a \\& b$"),
    case("code between dollars", Q + "$`a`b$", "$<code>a</code>b$"),
    case("a picture in HTML", Q + "<img src=a.svg alt=tree>\n\n<img src='a.svg' alt='tree'>", files=("a.svg",)),
    case("an element that moves tags", Q + "- docker run <image>\n- x", codes="active-html"),
    case("an element over two paragraphs", Q + "> <em>x\n\ny</em>", codes="removed-html"),
    case("wide sizes", Q + "![宽|２００](a.svg) ![宽｜200](a.svg)", codes="picture-size picture-size", files=("a.svg",)),
    case("a hint in curly quotes", "## Q {#a hint=“x”}\n\ny", codes="bad-attribute"),
    case("a heading with closing marks", "## Q ## {#a}\n\ny", codes="literal-mark"),
    case("a row below a blank line", Q + "| a | b |\n|---|---|\n| 1 | 2 |\n\n| 3 | 4 |", codes="near-table"),
    case("a title for a separator", Q + "x\n===\n\ny", codes="missing-answer"),
    case("indented code without a separator", "## What does this print? {#a}\n\n    print(1)\n\n1", codes="forgotten-separator"),
    case("output alone", "## What does this print? {#a}\n\n    1"),
    case("an answer to write", Q + "TODO: write", codes="unfinished"),
    case("a number of the first line", Q + "```{.python .numberLines startFrom=3}\nx = 1\n```", "counter-reset:line 2"),
    case(
        "a semicolon behind an address",
        Q + "https://x.y/z; then www. only",
        '<a href="https://x.y/z">https://x.y/z</a>; then www. only',
    ),
]


@pytest.mark.parametrize(("text", "shown", "codes", "files"), CASES)
def test_every_word_arrives_or_a_diagnostic_names_it(
    text: str, shown: tuple[str, ...], codes: list[str], files: tuple[str, ...], tmp_path: Path
) -> None:
    for name in files:
        (tmp_path / name).write_bytes(PICTURE)
    found = deck(tmp_path, f"{text}\n")
    assert sorted(problem.code for problem in found.diagnostics) == codes
    fields = "\n".join(without(field) for entry in found.deck.entries for field in entry.note.fields)
    assert [part for part in shown if part not in fields] == []
