"""Programs in other languages run as their own tools run them."""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import lacking
from tests.execution.conftest import Tried, code, program
from tests.support import built

BASH = "[test.bash]\n"
NODE = '[test.run]\njavascript = "node {file}"\n'
SQLITE = '[test.run]\nsql = "sqlite3 :memory: -init {file} .quit"\n'
RUST = '[test]\ntimeout = 60\n[test.rust]\nedition = "2021"\n'


def test_bash(tried: Tried, tmp_path: Path) -> None:
    script = "for i in 1 2; do echo line $i; done\necho error >&2\necho 中 | tr 中 x || true"
    expected = subprocess.run(
        [program("bash"), "-eu", "-o", "pipefail", "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
        cwd=tmp_path,
        env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
    ).stdout.decode()
    (value,) = tried(code("bash", script, "-"), toml=BASH).values
    assert value["got"] == expected
    assert tried(code("bash", "echo a\nfalse\necho b", "a"), toml=BASH).problems == [(4, "code-fails")]
    assert tried(code("bash exit=1", "echo a\nfalse\necho b", "a"), toml=BASH).problems == []
    assert tried(code("bash exit=2", "echo a\nfalse", "a"), toml=BASH).problems == [(4, "code-fails")]
    assert tried(code("bash exit=1", "echo a", "a"), toml=BASH).problems == [(4, "passes-unexpectedly")]
    (value,) = tried(code("bash", "false | true\necho b", "b"), toml=BASH).values
    assert value["message"].endswith('bash stops at the first command that fails, unless [test.bash] has before = ""')
    assert tried(code("bash", "false | true\necho b", "b"), toml=f"{BASH}before = ''\n").problems == []


def test_a_console_is_bash(tried: Tried) -> None:
    program("bash")
    text = "$ x=1\n$ echo $x\n1\n$ for i in a b; do\n>   echo $i\n> done\na\nb\n$ ls -A | wc -l\n0"
    assert tried(code("console", text), toml=BASH).problems == []
    assert tried(code("console", text.replace("a\nb", "a\nc")), toml=BASH).problems == [(11, "output-differs")]


def test_outputs_of_several_blocks_are_told_apart(tried: Tried) -> None:
    program("bash")
    block = "```bash\necho {}\n```\n\n```output\n{}\n```\n\n"
    good = "## Q? {#q}\n\n" + block.format("one", "one") + block.format("two; x=3", "two") + block.format("$x", "3")
    assert tried(good, toml=BASH).problems == []
    assert tried(good.replace("\ntwo\n", "\nzwei\n"), toml=BASH).problems == [(16, "output-differs")]
    random = "## Q? {#q}\n\n" + block.format("$RANDOM$RANDOM; echo x", "RANDOM\nx") + block.format("b", "b")
    unstable = tried(random, toml=BASH)
    assert [name for _, name in unstable.problems] == ["output-differs", "not-stable"]
    assert (
        "write '...' at the place that differs, or replace the place by a pattern in [test.bash.replace]"
        in unstable.result.stdout
    )
    assert tried(random.replace("RANDOM\nx", "...\nx"), toml=BASH).problems == []
    assert tried(random.replace("RANDOM\nx", "...\nx").replace("\nb\n", "\nc\n"), toml=BASH).problems == [(17, "output-differs")]


def test_javascript(tried: Tried) -> None:
    script = "const a = [1, 2].map(x => x * 2);\nconsole.log(a, typeof null, 0.1 + 0.2);"
    expected = subprocess.run([program("node"), "-e", script], capture_output=True, check=True, encoding="utf-8").stdout
    (value,) = tried(code("javascript", script, "-"), toml=NODE).values
    assert value["got"] == expected
    assert tried(code("javascript", "null.x"), toml=NODE).problems == [(4, "code-fails")]


def test_an_error_of_javascript_has_no_frames(tried: Tried) -> None:
    """The frames are those of Node.js, and differ in each version."""
    program("node")
    toml = "[test.javascript]\n"
    error = "TypeError: Cannot read properties of null (reading 'x')"
    assert tried(code("javascript exit=1", "console.log(1);\nnull.x", f"1\n{error}"), toml=toml).problems == []
    assert tried(code("js exit=1", "let = = 1", "SyntaxError: Unexpected token '='"), toml=toml).problems == []
    (value,) = tried(code("js", "null.x"), toml=toml).values
    assert f"this ends with the exit status 1: {error}; mend it" in value["message"]
    rejected = tried(code("js exit=1", "Promise.reject(3)", "-"), toml=toml).values[0]["got"]
    assert rejected.startswith("UnhandledPromiseRejection: ")
    assert "    at " not in rejected


def test_sql_in_sqlite(tried: Tried) -> None:
    program("sqlite3")
    table = "create table t(a);\ninsert into t values (1), (2);"
    assert tried(code("sql", f"{table}\nselect sum(a) from t;", "3"), toml=SQLITE).problems == []
    toml = '[test.sql]\nsetup = "schema.sql"\n'
    assert tried(code("sql", "select sum(a) from t;", "3"), toml=toml, files={"schema.sql": table}).problems == []
    (value,) = tried(code("sql", "select\nb from t;"), toml=toml, files={"schema.sql": f"{table}\n"}).values
    assert "status 1: Parse error near line 1: no such column: b; mend it" in value["message"]
    assert tried(code("sql", "select sum(a) from t;", "4"), toml=toml, files={"schema.sql": table}).problems == [
        (8, "output-differs")
    ]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Path]:
    """Yield the folder of the socket of a PostgreSQL server with a database ``cards``."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        lacking("needs postgresql")
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as place:
        owner = pwd.getpwnam("postgres") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        os.chown(place, owner.pw_uid, owner.pw_gid)

        def as_owner(*command: object) -> None:
            words = [str(word) for word in command]
            subprocess.run(words, user=owner.pw_uid, group=owner.pw_gid, cwd=place, check=True, stdout=subprocess.DEVNULL)

        data = f"{place}/data"
        as_owner(found[-1] / "initdb", "-D", data, "-U", "cards", "-A", "trust")
        options = f"-c listen_addresses='' -k {place} -c fsync=off"
        as_owner(found[-1] / "pg_ctl", "-D", data, "-w", "-l", f"{place}/log", "-o", options, "start")
        try:
            as_owner(found[-1] / "createdb", "-h", place, "-U", "cards", "cards")
            yield Path(place)
        finally:
            as_owner(found[-1] / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def test_sql_in_postgresql(tried: Tried, cluster: Path) -> None:
    toml = (
        '[test.sql]\ncommand = "psql -X -q -A -t -f {file}"\nsetup = "schema.sql"\n'
        'replace = { "^psql:\\\\S+:\\\\d+: " = "" }\n'
        f'env = {{ PGHOST = "{cluster}", PGUSER = "cards", PGDATABASE = "cards" }}\n'
    )
    schema = "drop table if exists t;\ncreate table t as select generate_series(1, 100) as a;\n"
    files = {"schema.sql": "set client_min_messages = warning;\n" + schema}
    assert tried(code("sql", "select sum(a) from t;", "5050"), toml=toml, files=files).problems == []
    error = "ERROR:  VACUUM cannot run inside a transaction block"
    assert tried(code("sql", "begin;\nvacuum t;", error), toml=toml, files=files).problems == []
    plan = "explain (costs off) select * from t where a = 1;"
    assert tried(code("sql", plan, "Seq Scan on t\n  Filter: (a = 1)"), toml=toml, files=files).problems == []
    assert tried(code("sql", plan, "Index Scan on t"), toml=toml, files=files).problems == [(8, "output-differs")]


def test_rust(tried: Tried) -> None:
    program("rustc")
    assert tried(code("rust", 'println!("{}", 1 + 1);', "2"), toml=RUST).problems == []
    moved = "let v = vec![1];\nlet w = v;\ndrop(v);"
    assert tried(code("rust compile-fail=E0382", moved, "error[E0382]: use of moved value: `v`"), toml=RUST).problems == []
    assert tried(code("rust,compile_fail,E0382", moved), toml=RUST).problems == []
    assert tried(code("rust compile-fail=E0499", moved), toml=RUST).problems == [(4, "output-differs")]
    assert tried(code("rust compile-fail", "let v = 1;"), toml=RUST).problems == [(4, "passes-unexpectedly")]
    assert tried(code("rust", moved), toml=RUST).problems == [(4, "code-fails")]
    panic = "let v: Vec<i32> = vec![];\nlet _ = v[0];"
    shown = "thread 'main' panicked at card.rs:2:10:\nindex out of bounds: the len is 0 but the index is 0"
    assert tried(code("rust should_panic", panic, shown), toml=RUST).problems == []
    edition = (
        "use std::cell::RefCell;\nlet c = RefCell::new(vec![1]);\n"
        "let n = if let Some(_x) = c.borrow().get(5) { 1 } else { c.borrow_mut().push(1); 2 };\n"
        'println!("{n}");'
    )
    assert tried(code("rust,edition2024", edition, "2"), toml=RUST).problems == []
    assert tried(code("rust panics", edition), toml=RUST).problems == []


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('test = "x"', "must be a table"),
        ("[test]\ntimout = 5", "unknown key 'timout'; did you mean 'timeout'?"),
        ('[test]\ntimeout = "5"', "whole number of seconds"),
        ('[test]\nsetup = "../x.py"', "must be the path of a file in the deck's folder"),
        ('[test.run]\npython = "python {file}"', "needs no command"),
        ('[test.run]\nruby = "ruby {fil}"', "unknown placeholder {fil}"),
        ('[test.run]\nruby = "ruby \'"', "is no command"),
        ("[test.elixir]\nsuffix = '.exs'", "has no command for elixir"),
        ('[test.bash]\nreplace = { "(" = "" }', "is no regular expression"),
        ('[test.bash]\nreplace = { "a" = "\\\\1" }', "fits no group"),
        ("[test.bash]\nmerged = 1", "must be true or false"),
        ('checked_with = { comand = "x" }', "unknown key 'comand'; did you mean 'command'?"),
        ('checked_with = { text = "x {}" }', "must be a text, or"),
        ('checked_with = { command = "x", text = "Rust" }', "must have {} once"),
        ('checked_with = { command = "x", text = "{} and {}" }', "must have {} once"),
        ('checked_with = { command = "x", env = { A = 1 } }', "env that must be a table of texts"),
        ('checked_with = { command = "x \'" }', "has a command that is no command"),
    ],
)
def test_a_wrong_table_is_an_error_that_names_the_key(tried: Tried, toml: str, message: str) -> None:
    trial = tried(code("python", "x = 1"), toml=toml + "\n")
    assert trial.result.exit_code == 1
    assert message in trial.result.stderr
    assert "bad-deck-toml" in trial.result.stderr


def test_a_message_of_a_program_has_the_line_of_the_card(tried: Tried) -> None:
    program("bash")
    (value,) = tried(code("bash exit=1", "x=1\necho ${none}", "-"), toml=BASH).values
    assert value["got"].startswith("card.sh: line 2: none: unbound variable")


def test_code_from_a_file_has_its_problems_at_the_fence(tried: Tried) -> None:
    program("bash")
    text = '## Q? {#q}\n\nanswer\n\n```bash file="a.sh" lines="3-4"\n```\n'
    trial = tried(text, toml=BASH, files={"a.sh": "#\n\necho a\nfalse\n"})
    assert trial.problems == [(5, "code-fails")]
    assert "fence-option" not in trial.result.stderr
    assert [problem.code for problem in built(trial.folder).diagnostics] == []
