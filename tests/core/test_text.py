"""HTML of foreign catalogues as Markdown and plain text, and licences told from sentences."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.stuttgart.harvest import text
from ckanext.stuttgart.harvest.licences import licence

LIST = "http://dcat-ap.de/def/licenses/"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Hallo <b>Welt</b></p><p>zwei<br/>drei</p>", "Hallo Welt\n\nzwei  \ndrei"),
        ("<DIV STYLE='x'><DIV><P><SPAN>eins</SPAN></P></DIV></DIV>", "eins"),
        ("<div><br /></div><div>A</div><div>B&nbsp;</div>", "A\n\nB"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<ol><li>eins<li>zwei</ol>danach", "1. eins\n2. zwei\n\ndanach"),
        ("<h2>Kopf</h2>Text", "### Kopf\n\nText"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>c</td></tr></table>", "a | b\n\nc"),
        ("<a href='https://x.example/(a) b'>hier</a>.", "[hier](https://x.example/%28a%29%20b)."),
        ("<a href='https://x.example/'>https://x.example/</a>", "https://x.example/"),
        ("<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example"),
        ("Zeile eins\n\nStra&szlig;e &amp; Weg", "Zeile eins\n\nStraße & Weg"),
        ("a < b und <id> > c", "a < b und <id> > c"),
        ("schon **Markdown** mit [Link](https://x.example)", "schon **Markdown** mit [Link](https://x.example)"),
    ],
)
def test_structure_of_html_becomes_markdown(html: str, expected: str) -> None:
    assert text.markdown(html) == expected


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>gut",
        "<SCRIPT src='a<b'>alert(1)</SCRIPT >gut",
        "İ<script>alert(1)</script>gut",
        "gut<script>alert(1)",
        "<style>p{}</style><p>gut</p><!-- alert -->",
        "&lt;script&gt;alert(1)&lt;/script&gt;gut",
        "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;gut",
        "<p onclick='alert(1)'>gut</p><img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>gut</a><a href=' JaVaScRiPt:alert(1)'></a>",
        "<svg><text>alert</text></svg>gut<iframe src='x'>alert</iframe>",
        "<p>gut</p><![if !x]><o:p></o:p><?xml alert?>",
    ],
)
def test_nothing_of_scripts_is_left(html: str) -> None:
    for made in (text.markdown(html), text.plain(html)):
        assert "gut" in made
        assert "alert" not in made
        assert "<" not in made


def test_plain_text_names_the_address_of_a_link() -> None:
    assert text.plain("<p>Siehe <a href='https://x.example/a'>hier</a></p>") == "Siehe hier (https://x.example/a)"


def test_a_title_is_one_line_and_never_lost() -> None:
    assert text.title("<b>Bäume</b>\n &amp; Büsche") == "Bäume & Büsche"
    assert text.title("<script>x</script>") == "<script>x</script>"


HOSTILE = (
    *("<", "<a ", '<a="', "<!--", "</", "<?", "&", "<div>", "<script>", "<scripta", "<![", "<br>", "<h1>", "<td>"),
    *(
        "<a href=x>",
        "<a href=http://x>y",
        "<li>",
        "<ul>",
        "\n \n ",
        "&amp;",
        "İ<script>",
        "<a " + "b=c " * 20,
        "href= ",
    ),
)


@pytest.mark.parametrize("part", HOSTILE)
def test_the_time_grows_with_the_length_only(part: str) -> None:
    began = time.monotonic()
    hostile = part * (200_000 // len(part))
    text.markdown(hostile)
    text.links(hostile)
    assert time.monotonic() - began < 3


@given(st.text())
def test_any_text_is_taken(value: str) -> None:
    assert isinstance(text.markdown(value), str)
    assert isinstance(text.title(value), str)


@pytest.mark.parametrize(
    ("given_", "code", "rights"),
    [
        ("CC BY 4.0", "CC BY 4.0", False),
        ("<p>CC BY 4.0</p>", "CC BY 4.0", False),
        ("dl-de/by-2-0", "dl-de/by-2-0", False),
        (
            {"@id": "https://creativecommons.org/licenses/by/4.0/"},
            "https://creativecommons.org/licenses/by/4.0/",
            False,
        ),
        (
            "Die Daten stehen unter der Datenlizenz Deutschland – Namensnennung – Version 2.0.",
            LIST + "dl-by-de/2.0",
            True,
        ),
        ("Lizenz: <a href='https://www.govdata.de/dl-de/zero-2-0'>DL-DE Zero</a>", LIST + "dl-zero-de/2.0", True),
        ("Nutzung nach CC-BY-SA 4.0 erlaubt", LIST + "cc-by-sa/4.0", True),
        ("Frei nach https://creativecommons.org/licenses/by/4.0/.", LIST + "cc-by/4.0", True),
        ("Lizenz unter https://stadt.example/lizenz", "https://stadt.example/lizenz", True),
        ("https://stadt.example/bedingungen", "https://stadt.example/bedingungen", False),
        ("Nutzung auf Anfrage", "Nutzung auf Anfrage", False),
        ("unter CC0 und CC BY 4.0, siehe dort", "unter CC0 und CC BY 4.0, siehe dort", False),
    ],
)
def test_a_licence_is_told_from_what_its_field_holds(given_: object, code: str, rights: bool) -> None:
    fields, findings = licence(given_)
    assert fields["license"] == code
    assert ("rights" in fields) == rights
    assert [finding.rule for finding in findings] == (["licence_in_text"] if code.startswith(LIST) else [])


def test_the_first_value_with_a_known_licence_counts() -> None:
    assert licence("", None, "eigene Bedingungen", "CC0")[0] == {"license": "CC0"}
    assert licence(None, "{{license}}", {})[0] == {}


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_value_of_a_licence_field_is_taken(value: object) -> None:
    assert set(licence(value)[0]) <= {"license", "rights"}
