"""Words that stand on no German page: a stop list of English words that are no German ones."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page

#: No word that is German too (am, extra, name, start, was), none that German has taken over (format, tags, version).
WORDS = frozenset(Path(__file__).with_name("english.txt").read_text(encoding="utf-8").split())

#: Text of the page that is not in another language, code, a slot of the profile or content of the catalogue.
READ = """() => {
  const foreign = "code, pre, kbd, script, style, template, .st-slot, [translate=no], [data-untranslated]";
  const told = "[aria-label], [title], [alt], [placeholder], input[value][type=submit], meta[name=description]";
  const own = (e) => {
    for (; e; e = e.parentElement) {
      if (e.matches(foreign)) return false;
      if (e.hasAttribute("lang")) return e.getAttribute("lang") === "de";
    }
    return false;
  };
  const found = [document.title];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode())
    if (node.data.trim() && own(node.parentElement)) found.push(node.data.trim());
  for (const e of document.querySelectorAll(told))
    if (own(e)) for (const name of ["aria-label", "title", "alt", "placeholder", "value", "content"])
      if (e.hasAttribute(name) && (name !== "value" || e.matches("input"))) found.push(e.getAttribute(name));
  return found;
}"""
#: Names that are English: of the portal, of software, of addresses.
NAMES = re.compile(r"https?://\S+|\S+@\S+|\b\w+\.(?:\w+\.)+\w+\b|Open Data|CC BY|OpenStreetMap|CKAN|User-Agent|\S+_\S+")


def english_words(page: Page) -> list[str]:
    """The texts of a page that hold an English word, with the words."""
    problems = []
    for text in page.evaluate(READ):
        words = re.findall(r"[a-zà-ÿ'-]+", NAMES.sub(" ", text).lower())
        found = [word for word in words if word in WORDS]
        if found:
            problems.append(f"{', '.join(dict.fromkeys(found))}: {' '.join(text.split())[:100]!r}")
    return list(dict.fromkeys(problems))
