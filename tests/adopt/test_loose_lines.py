"""Front matter that YAML forbids, as authors of lists write it, keeps its values; other texts between rules stay texts."""

from __future__ import annotations

import pytest

from deckbuilder.adopt.lists.markdown_page import asked
from deckbuilder.source.front_matter import foreign


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("title: One: two?", "One: two?"),
        ("title: `a` or *b*?", "`a` or *b*?"),
        ("title: *args and **kwargs?", "*args and **kwargs?"),
        ("title: [a] and [b]?", "[a] and [b]?"),
        ('title: "A" or "b"?', '"A" or "b"?'),
        ("title: 'It's what: it?'", "It's what: it?"),
        ("title: @scope: how?\n  and why?", "@scope: how? and why?"),
        ("title: %s?\nog.image: a: b", "%s?"),
        ("title: it's: 'so'", "it's: 'so'"),
        ("title: @decorators\nmore: >\n  a\n  b", "@decorators"),
    ],
)
def test_a_line_that_yaml_forbids_is_the_value_of_its_key(line: str, title: str) -> None:
    values, end = foreign(["---", *line.split("\n"), "tags: [x, y]", "---", "text"])
    assert (values["title"], values["tags"]) == ((title,), ("x", "y"))
    assert end == line.count("\n") + 4


def test_each_item_below_a_key_is_a_value() -> None:
    assert foreign(["---", "title: A", "answers:", "  - a: b: c", '  - "d": e', "---"])[0]["answers"] == ("a: b: c", '"d": e')


@pytest.mark.parametrize(
    "text", ["Q: what is a: b?\nA: it is", "Why a: b?\ntitle: x: y: z", "title: a: b?\nmore text", " title: a: b: c", "one: a: b"]
)
def test_a_text_between_rules_is_no_front_matter(text: str) -> None:
    assert foreign(["---", *text.split("\n"), "---", "text"]) == ({}, 0)


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("815.0.1 + 0.2 is not 0.3", "0.1 + 0.2 is not 0.3"),
        ("12.0.1+0.2!==0.3", "0.1+0.2!==0.3"),
        ("3. 0.1 + 0.2", "0.1 + 0.2"),
        ("15.0.1 * 3 is what?", "0.1 * 3 is what?"),
        ("3.12 and its news", "3.12 and its news"),
        ("325.[React] the phases", "[React] the phases"),
        ("7.【题】什么是锁", "【题】什么是锁"),
        ("面试题 4：什么是锁", "什么是锁"),
        ("3.`let` and `var`", "`let` and `var`"),
        ("4.[] == ![]", "[] == ![]"),
        ("1.1.4 - Ports", "Ports"),
        ("3.1.4、说说", "说说"),
        ("AI-Question04 - Which?", "Which?"),
        ("127.0.0.1 or localhost?", "127.0.0.1 or localhost?"),
        ("192.168.1.1 is what?", "192.168.1.1 is what?"),
        ("2.1.1 + 1 = ?", "2.1.1 + 1 = ?"),
        ("3.14 is what?", "3.14 is what?"),
    ],
)
def test_the_number_of_a_question_ends_where_a_number_of_its_text_begins(heading: str, question: str) -> None:
    assert asked(heading) == question
