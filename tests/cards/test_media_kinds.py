"""A file is shown by its content as well as by its name. Pillow writes the pictures, so that no reading of ours is compared with itself."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from deckbuilder.cards.media_kinds import PICTURES, fault, is_shown, suffix_for
from deckbuilder.cards.picture_size import pixels
from tests.support import PNG

FORMATS: list[tuple[str, str, dict[str, Any]]] = [
    ("PNG", ".png", {}),
    ("JPEG", ".jpg", {}),
    ("JPEG", ".jpg", {"progressive": True}),
    ("GIF", ".gif", {}),
    ("WEBP", ".webp", {}),
    ("WEBP", ".webp", {"lossless": True}),
    ("BMP", ".bmp", {}),
    ("AVIF", ".avif", {}),
]
SVG = b'<?xml version="1.0"?>\n<!-- x -->\n<svg xmlns="http://www.w3.org/2000/svg" width="3" height="3"/>'


def picture(kind: str, size: tuple[int, int] = (3, 3), mode: str = "RGB", **options: Any) -> bytes:
    """Return a picture as Pillow writes it. Skips if this Pillow cannot write the format."""
    Image.init()
    if kind not in Image.SAVE:
        pytest.skip(f"this Pillow writes no {kind}")
    target = BytesIO()
    Image.new(mode, size).save(target, kind, **options)
    return target.getvalue()


@pytest.mark.parametrize("size", [(1, 1), (40, 30), (300, 257)])
@pytest.mark.parametrize(
    ("kind", "suffix", "options", "mode"),
    [(*one, mode) for one in FORMATS for mode in ("RGB", "RGBA", "P") if mode == "RGB" or one[0] != "JPEG"],  # never transparent
)
def test_the_size_and_the_kind_of_a_picture(
    kind: str, suffix: str, options: dict[str, Any], mode: str, size: tuple[int, int]
) -> None:
    data = picture(kind, size, mode, **options)
    assert pixels(data) == size
    assert suffix_for(data) == suffix
    assert {fault(f"a{name}", data) for name in PICTURES if name != ".svg"} == {""}
    assert f"rename it to '{suffix}'" in fault("a.svg", data)


@pytest.mark.parametrize("kind", ["TIFF", "PDF", "JPEG2000"])
def test_a_picture_that_browsers_do_not_show(kind: str) -> None:
    data = picture(kind)
    assert suffix_for(data) == ""
    assert all(fault(f"a{suffix}", data) for suffix in PICTURES)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.png", b"", "empty"),
        ("a.mp3", b"", "empty"),
        ("a.mp4", b"version https://git-lfs.github.com/spec/v1\noid", "git lfs pull"),
        ("a.svg", b"version https://git-lfs.github.com/spec/v1\noid", "git lfs pull"),
        ("a.jpg", b"\n<!DOCTYPE html>\n<html>", "a page of HTML"),
        ("a.jpg", b"<!-- x -->\n<HTML>", "a page of HTML"),
        ("a.ogg", b"<html>", "a page of HTML"),
        ("a.png", b'{"message": "Not Found"}', "no picture"),
        ("a.png", bytes(100), "no picture"),
        ("a.png", SVG, "rename it to '.svg'"),
        ("a.svg", b"<svg width='3'/>", "without a namespace"),
        ("a.svg", b"<html><svg/></html>", "a page of HTML"),
        ("a.svg", b"x", "no SVG drawing"),
        ("a.jpg", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC"),
        ("a.png", b"8BPS\x00\x01", "Photoshop"),
        ("a.svg", b"\x1f\x8b\x08\x00", "gzip"),
    ],
)
def test_content_of_another_kind_is_named(name: str, data: bytes, words: str) -> None:
    assert words in fault(name, data)


@pytest.mark.parametrize("data", [SVG, b"\xef\xbb\xbf" + SVG, SVG.decode().encode("utf-16"), b"<!DOCTYPE svg>" + SVG[22:]])
def test_a_drawing(data: bytes) -> None:
    assert fault("a.svg", data) == ""


def test_names() -> None:
    assert all(map(is_shown, ("a.png", "A.JPG", "a.b.webp", "a.mp4", "A.MKV", "a.spx")))
    assert not any(map(is_shown, ("a", "a.pdf", "a.heic", "a.tif", "a.txt", "png", "a.svgz", "a.swf", ".png")))


@given(
    st.one_of(st.binary(max_size=60), st.sampled_from(FORMATS).map(lambda item: picture(item[0], **item[2])[:60])),
    st.integers(0, 60),
)
def test_no_bytes_are_too_short(data: bytes, cut: int) -> None:
    for begin in (b"", PNG, b"GIF89a", b"\xff\xd8\xff", b"BM", b"RIFF1234WEBPVP8X", b"\x00\x00\x00\x18ftypavif"):
        found = pixels(begin + data[:cut])
        assert found is None or len(found) == 2
        assert isinstance(fault("a.png", begin + data[:cut]), str)
