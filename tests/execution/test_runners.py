"""The keys of a runner in ``deck.toml``, and hidden code."""

from __future__ import annotations

import pytest

from tests.execution.conftest import Tried, code, program

BASH = "[test.bash]\n"
RUST = "[test]\ntimeout = 60\n[test.rust]\n"


@pytest.mark.parametrize(
    ("toml", "folder"),
    [(BASH, ""), ('[test.run]\nbash = "bash {dir}/card.sh"\n', "card.sh\n"), ('[test.bash]\ncommand = "bash {file}"\n', "")],
)
def test_the_code_is_beside_the_empty_folder(tried: Tried, toml: str, folder: str) -> None:
    """A command without ``{file}``, such as that of a container, finds the code in ``{dir}``."""
    program("bash")
    assert tried(code("bash", "find . -type f | cut -c3-\necho end", f"{folder}end"), toml=toml).problems == []


def test_numbers_of_lines_are_those_of_the_block(tried: Tried) -> None:
    """Neither the setup nor hidden code above counts."""
    program("cc")
    toml = '[test.c]\nsetup = "top.h"\n[test.bash]\nsetup = "top.sh"\n'
    files = {"top.h": "#include <stdio.h>\n\n", "top.sh": "a=1\nb=2\n"}
    hidden = "<!-- invisible-code-block: c\nint one = 1;\nint two = 2;\n-->\n\n"
    text = code("c compile-fail", "int main() {\n  return one;\n  \n  x;\n}", "card.c:4:3: error: ...\n    4 |   x;")
    text = text.replace("```c ", hidden + "```c ")
    assert tried(text, toml=toml, files=files).problems == []
    assert tried(text.replace("c:4:3", "c:5:3"), toml=toml, files=files).problems == [(17, "output-differs")]
    (value,) = tried(code("bash exit=1", "x=1\necho $none", "-"), toml=toml, files=files).values
    assert value["got"].startswith("card.sh: line 2: none: unbound variable")


def test_a_cleanup_that_fails_is_an_error_beside_the_other_mistakes(tried: Tried) -> None:
    program("bash")
    toml = '[test.bash]\nprepare = "mkdir sub"\ncleanup = "rmdir sub"\n'
    assert tried(code("bash", "ls", "sub"), toml=toml).problems == []
    trial = tried(code("bash", "touch sub/x\necho a", "b"), toml=toml)
    assert trial.problems == [(4, "code-fails"), (9, "output-differs")]
    assert "'cleanup' of deck.toml fails: rmdir: failed to remove 'sub'" in trial.values[0]["message"]
    late = tried(code("bash", "touch sub/x\nwhile :; do :; done", "b"), toml=f"[test]\ntimeout = 1\n{toml}")
    assert late.problems == [(4, "code-fails"), (4, "code-timeout")]


def test_hidden_code_from_a_file(tried: Tried) -> None:
    text = '<!-- invisible-code-block: python file="more/start.py" region="x" -->\n' + code("python", "print(a)", "2")
    text = text.replace(" -->\n", "\n-->\n")
    text = code("python", "print(a)", "2").replace(
        "```python", '<!-- invisible-code-block: python file="s.py" region="x"\n-->\n\n```python', 1
    )
    files = {"s.py": "b = 1\n# region: x\na = 2\n# endregion\n"}
    assert tried(text, files=files).problems == []
    changed = tried(text, files={"s.py": files["s.py"].replace("a = 2", "a = 3")})
    assert changed.problems == [(11, "output-differs")]
    assert "included-code" in tried(text.replace('"x"', '"y"'), files=files).result.stderr


def test_hidden_code_has_an_outcome_too(tried: Tried) -> None:
    program("bash")
    text = code("bash", "echo a", "a") + "<!-- invisible-code-block: bash WORD\nexit 3\n-->\n"
    assert tried(text.replace("WORD", "exit=3"), toml=BASH).problems == []
    assert [name for _, name in tried(text.replace("WORD", ""), toml=BASH).problems] == ["code-fails"]


def test_a_line_that_rustdoc_hides_is_named(tried: Tried) -> None:
    program("rustc")
    trial = tried(code("rust", '# let x = 1;\nprintln!("{x}");', "1"), toml=RUST)
    assert "a line that begins with '# ' is hidden only by rustdoc" in trial.values[0]["message"]
