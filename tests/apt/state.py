# SPDX-License-Identifier: Apache-2.0
"""Random states of a machine with apt: sources, lists, preferences, settings and dpkg's status."""

import gzip
import lzma
import os
import random
import subprocess

NAMES = ["bash", "curl", "libc6", "libstdc++6", "g++", "firefox", "firefox-esr", "perl", "perl-base",
         "0ad", "zsh", "python3.11", "nodejs", "linux-image-6.1.0-25-amd64", "a+b", "tzdata"]
SOURCES = {"libc6": "glibc", "firefox-esr": "firefox", "perl-base": "perl", "libstdc++6": "gcc-12",
           "g++": "gcc-defaults"}
UPSTREAM = ["1.0", "1.0~rc1", "1.0~", "1.0+dfsg", "1.0.1", "1.10", "1.9", "2.0", "2.0a", "2:0.5",
            "1:1.0", "10.2", "0.99.99", "1.0~~", "1.0-1-2", "2.0+really1.0"]
REVISION = ["", "-1", "-1+deb12u1", "-1~bpo12+1", "-1ubuntu1.2", "-2", "-0ubuntu0.22.04.1", "-10",
            "-1+b1", "-1.1", "-1~deb12u1"]
ORIGINS = ["Debian", "Ubuntu", "Kali", "linuxmint", "Debian Backports", "LP-PPA-some-body", "Google LLC"]
HOSTS = ["deb.debian.org", "security.ubuntu.com", "ppa.launchpadcontent.net", "example.org",
         "mirror.example.net"]


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())


def packed(text, kind):
    """The list as apt keeps it with Acquire::GzipIndexes and its like."""
    data = text.encode()
    if kind == ".gz":
        return gzip.compress(data)
    if kind == ".xz":
        return lzma.compress(data)
    if kind in (".lz4", ".zst"):
        tool = {".lz4": "lz4", ".zst": "zstd"}[kind]
        return subprocess.run([tool, "-q", "-c"], input=data, capture_output=True, check=True).stdout
    return data


def file_name(uri):
    """How apt names the file of an address: apt's documentation has no word on it, its source does."""
    access, rest = uri.split(":", 1)
    del access
    rest = rest.removeprefix("//")
    slash = rest.find("/")
    host = rest[:slash].rsplit("@", 1)[-1]
    text = host + rest[slash:]
    quoted = "".join(f"%{ord(c):02x}" if c in '\\|{}[]<>"^~_=!@#$%^&*' else c for c in text)
    return quoted.replace("/", "_")


class State:
    """One of them, by its seed; laid out below a directory."""

    def __init__(self, seed, root):
        self.random = random.Random(seed)
        self.root = root
        self.names = self.random.sample(NAMES, self.random.randint(3, len(NAMES)))
        self.native = "amd64"
        self.foreign = self.random.choice([[], [], [], ["i386"], ["i386"], ["arm64", "i386"]])
        self.multi = {}  # of each version of a package, what both its list and the status say
        self.archives = []
        self.lockstep = set()
        self.notes = []
        self.sources = []
        self.stanzas = []

    def path(self, *parts):
        return os.path.join(self.root, *parts)

    def chance(self, share):
        return self.random.random() < share

    def pick(self, items):
        return self.random.choice(items)

    def version(self):
        return self.pick(UPSTREAM) + self.pick(REVISION)

    def stanza(self, name, version, architecture, extra=()):
        """The same words for the same version: apt takes two builds under one version for two."""
        lines = [f"Package: {name}"]
        source = SOURCES.get(name)
        built = version.removesuffix("+b1")
        if source or built != version:
            lines.append(f"Source: {source or name}" + (f" ({built})" if built != version else ""))
        lines.append(f"Version: {version}")
        lines.append(f"Architecture: {architecture}")
        if self.multi.get(name):
            lines.append(f"Multi-Arch: {self.multi[name]}")
        lines.append("Installed-Size: 12")
        lines.extend(extra)
        lines.append("Description: a package\n of no use\n .\n Package: not-this-one")
        self.random.shuffle(lines)
        return "\n".join(lines) + "\n"

    # Lists ----------------------------------------------------------------------------------------

    def make(self):
        self.pick_kinds()
        for number in range(self.random.randint(1, 5)):
            self.archive(number)
        self.make_sources()
        self.make_status()
        self.make_preferences()
        self.make_settings()
        os.makedirs(self.path("var/lib/apt/lists/partial"), exist_ok=True)
        return self

    def pick_kinds(self):
        """all: the same on every architecture; same: side by side of several of them"""
        self.all = {n for n in self.names if self.chance(0.2)}
        for name in self.names:
            if name not in self.all and self.foreign and self.chance(0.3):
                self.multi[name] = "same"
            elif self.chance(0.2):
                self.multi[name] = "foreign"

    def release(self, suite):
        fields = {"Origin": self.pick(ORIGINS), "Label": self.pick(["Debian", "Debian-Security", "Ubuntu"]),
                  "Suite": suite.strip("./") or "flat", "Codename": self.pick(["bookworm", "noble"]),
                  "Version": self.pick(["12.5", "24.04", "12"]),
                  "Date": "Sat, 14 Nov 2026 09:10:11 UTC"}
        for key in list(fields):
            if self.chance(0.15):
                del fields[key]
        kind = self.random.random()
        if kind < 0.3:
            fields["NotAutomatic"] = "yes"
        if kind < 0.15 or 0.3 < kind < 0.33:
            fields["ButAutomaticUpgrades"] = self.pick(["yes", "true", "1"])
        text = "".join(f"{k}: {v}\n" for k, v in self.random.sample(list(fields.items()), len(fields)))
        return fields, text + "SHA256:\n " + "0" * 64 + " 0 x\n"

    def archive(self, number):
        flat = self.chance(0.12)
        suite = self.pick(["./", "/", "sub/dir/"]) if flat else self.pick(
            ["bookworm", "bookworm-security", "bookworm-updates", "noble-security", "noble-updates",
             "stable-backports", "bookworm/updates"])
        uri = self.pick([f"http://{self.pick(HOSTS)}/debian{number}",
                         f"https://{self.pick(HOSTS)}:8443/~some_body/repo{number}/",
                         f"http://user:pass@{self.pick(HOSTS)}/x{number}",
                         f"file:/srv/mirror{number}",
                         f"mirror+file:/etc/apt/mirrors/{number}.list"])
        base = uri if uri.endswith("/") else uri + "/"
        where = base + ("" if suite == "/" else suite if flat else f"dists/{suite}/")
        fields, text = self.release(suite)
        components = [] if flat else self.random.sample(["main", "contrib", "non-free"],
                                                        self.random.randint(1, 2))
        kind = self.random.random()
        if kind < 0.6:
            signed = f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n{text}" \
                     "-----BEGIN PGP SIGNATURE-----\n\naaaa\n-----END PGP SIGNATURE-----\n"
            self.lists_file(where + "InRelease", signed)
        elif kind < 0.92:
            self.lists_file(where + "Release", text)
        else:
            fields = {}
        for component in components or [None]:
            for architecture in [self.native, *self.foreign]:
                self.packages_list(where, component, architecture)
        self.archives.append({"uri": uri, "suite": suite, "components": components, "fields": fields})

    def lists_file(self, uri, text):
        write(self.path("var/lib/apt/lists", file_name(uri)), text)

    def packages_list(self, where, component, architecture):
        if component is None and architecture != self.native:
            return
        stanzas = []
        for name in self.names:
            for _ in range(self.random.choice([0, 1, 1, 1, 2])):
                own = "all" if name in self.all else architecture
                extra = []
                if self.chance(0.2):
                    share = self.random.choice([0, 10, 50, 50, 90, 100])
                    extra.append(f"Phased-Update-Percentage: {share}")
                extra += [f"Filename: pool/{name}.deb", "Size: 100", f"SHA256: {'0' * 64}"]
                stanzas.append(self.stanza(name, self.version(), own, extra))
        part = "" if component is None else f"{component}/binary-{architecture}/"
        kind = self.pick(["", "", ".gz", ".xz", ".lz4", ".zst"])
        write(self.path("var/lib/apt/lists", file_name(where + part + "Packages") + kind),
              packed("\n".join(stanzas), kind))
        if component and self.chance(0.2):
            self.lists_file(where + f"{component}/i18n/Translation-de",
                            f"Package: bash\nDescription-md5: {'0' * 32}\nDescription-de: eine Schale\n")

    # Sources --------------------------------------------------------------------------------------

    def make_sources(self):
        lines, stanzas = [], []
        for archive in self.archives:
            gone = self.chance(0.1)  # its lists stay where they are
            if self.chance(0.5):
                stanzas.append(self.source_stanza(archive, gone))
            else:
                lines.append(self.source_line(archive, gone))
        write(self.path("etc/apt/sources.list"), "# what there is\n\n" + "\n".join(lines) + "\n")
        write(self.path("etc/apt/sources.list.d/more.sources"), "\n".join(stanzas))
        write(self.path("etc/apt/sources.list.d/old.list.save"), "deb nonsense\n")
        write(self.path("etc/apt/sources.list.d/.hidden.list"), "deb nonsense\n")

    def source_line(self, archive, gone):
        options = []
        if self.chance(0.2):
            options.append("trusted=yes")
        if self.chance(0.15):
            options.append("arch=" + ",".join([self.native, *self.foreign[:1]]))
        elif self.chance(0.1) and self.foreign:
            options.append(f"arch-={self.foreign[0]}")
        middle = f"[ {' '.join(options)} ] " if options else ""
        line = f"deb {middle}{archive['uri']} {archive['suite']} {' '.join(archive['components'])}"
        return "# " + line if gone else line + self.pick(["", "  # and why"])

    def source_stanza(self, archive, gone):
        lines = ["Types: " + self.pick(["deb", "deb deb-src"]), f"URIs: {archive['uri']}",
                 f"Suites: {archive['suite']}"]
        if archive["components"]:
            lines.append("Components:" + self.pick([" ", "\n "]) +
                         self.pick([" ", "\n# a remark\n "]).join(archive["components"]))
        if self.chance(0.15):
            lines.append("Architectures: " + " ".join([self.native, *self.foreign[:1]]))
        if gone:
            lines.append("Enabled: " + self.pick(["no", "false"]))
        return "\n".join(lines) + "\n"

    # dpkg -----------------------------------------------------------------------------------------

    def make_status(self):
        for name in self.names:
            if self.chance(0.12):
                continue
            architectures = [self.native]
            version = self.version()
            if name in self.all:
                architectures = ["all"]
            elif self.multi.get(name) == "same" and self.chance(0.6):
                architectures = [self.native, self.pick(self.foreign)]
                self.lockstep.add(name)
            elif self.foreign and self.chance(0.15):
                architectures = [self.pick(self.foreign)]
            for architecture in architectures:
                self.installed(name, version, architecture, len(architectures) == 1)
        self.installed("dpkg", "1.21.22", self.native, False)
        self.random.shuffle(self.stanzas)
        write(self.path("var/lib/dpkg/status"), "\n".join(self.stanzas))
        write(self.path("var/lib/dpkg/arch"), "".join(f"{a}\n" for a in [self.native, *self.foreign]))

    def installed(self, name, version, architecture, free):
        state = "install ok installed"
        if self.chance(0.15) and name != "dpkg":
            state = "hold ok installed"
        elif free and self.chance(0.08):
            state = "deinstall ok config-files"
        self.stanzas.append(self.stanza(name, version, architecture, [f"Status: {state}"]))

    # Preferences ----------------------------------------------------------------------------------

    def make_preferences(self):
        texts = {"etc/apt/preferences": "", "etc/apt/preferences.d/10-some.pref": "",
                 "etc/apt/preferences.d/20-more": "", "etc/apt/preferences.d/late.bak": "",
                 "etc/apt/preferences.d/odd name": ""}
        for _ in range(self.random.choice([0, 0, 1, 1, 2, 3, 5])):
            path = self.pick(list(texts))
            texts[path] += self.pin() + "\n"
        for path, text in texts.items():
            if text or self.chance(0.3):
                write(self.path(path), text)

    def pin(self):
        lines = [f"Package: {self.pin_subject()}", f"Pin: {self.pin_object()}",
                 f"Pin-Priority: {self.priority()}"]
        if lines[0] == "Package: *" and self.chance(0.1):
            lines[2] = "Pin-Priority: never"
        if self.chance(0.1):
            del lines[self.random.randint(0, 2)]
        if self.chance(0.3):
            self.random.shuffle(lines)
        if self.chance(0.2):
            lines.insert(0, "Explanation: because")
        if self.chance(0.2):
            lines.insert(self.random.randint(0, len(lines)), "# a remark")
        if self.chance(0.1):
            lines = [line.replace("Pin:", "pIN:").replace("Package:", "package :") for line in lines]
        return "\n".join(lines) + "\n"

    def priority(self):
        return self.pick([-1, -10, 1, 50, 99, 100, 101, 400, 499, 500, 501, 700, 900, 989, 990, 991, 999,
                          1000, 1001, 1100, -32768, "500 and more", "+600", 32767] +
                         [1, 100, 500, 990, 1001] * 4 + ["0", "40000", "many"] * self.chance(0.1))

    def pin_subject(self):
        name = self.pick(NAMES)
        several = " ".join(self.random.sample(NAMES, 3))
        return self.pick(["*", "*", "*", "*", name, name, name, several, several.replace(" ", "\n "),
                          f"{name}:{self.pick(['amd64', 'i386', 'any', 'arm64', 'linux-any', 'any-i386'])}",
                          "src:" + SOURCES.get(name, name), "src:*", "src:gcc*", f"src:{name}:i386",
                          "fire*", "PERL*", "lib*6", "[a-f]*", "?sh", "/^p/", "/FOX/", "/^(bash|zsh)$/",
                          "/[+]/", "* bash", "nothing-of-this-name", "*-base:i386", "*:any", "/./:any"])

    def pin_object(self):
        archive = self.pick(self.archives)
        fields = archive["fields"]
        words = [f"{letter}={fields[key]}" for letter, key in
                 (("a", "Suite"), ("n", "Codename"), ("l", "Label"), ("o", "Origin"), ("v", "Version"))
                 if key in fields]
        words += [f"c={self.pick(['main', 'contrib', 'm*'])}", f"b={self.pick(['amd64', 'i386', 'all'])}"]
        some = ", ".join(self.random.sample(words, min(len(words), self.random.randint(1, 3))))
        host = self.pick(HOSTS)
        return self.pick([
            f"release {some}", f"release {some}", f"release {some}", f"release {some.replace(' ', '')}",
            f"release {fields.get('Suite', 'x')}", f"release {fields.get('Codename', 'x')}",
            "release *", "release a=now", "release a=*-security", "release n=book*", "release a=/back|upd/",
            "release 12*", "release v=12*", "release v=24.04", "release x=y", "release o=debian",
            "release a=stable-backports,c=main", "release c=now", "release o=Nobody", "RELEASE a=bookworm*",
            f'origin "{host}"', f"origin {host}", 'origin ""', "origin *.org", 'origin "*.ORG"',
            f"version {self.version()}", "version 1.0*", "version 1.*", "version *deb12u1", "version /ubuntu/",
            "version 2:*", "something else", "version 1.0~*"])

    def make_settings(self):
        lines = []
        releases = [a["fields"].get(k) for a in self.archives for k in ("Suite", "Codename", "Version")]
        releases = [r for r in releases if r] or ["now"]
        if self.chance(0.2):
            lines.append(f'APT::Default-Release "{self.pick(releases + ["a=bookworm", "now"])}";')
        elif self.chance(0.03):
            lines.append('APT::Default-Release "no-such-release";')
        for key, share in (("APT::Get::Phase-Policy", 0.2), ("APT::Ignore-Hold", 0.1),
                           ("APT::Get::Always-Include-Phased-Updates", 0.15),
                           ("APT::Get::Never-Include-Phased-Updates", 0.15),
                           ("Update-Manager::Always-Include-Phased-Updates", 0.1),
                           ("Update-Manager::Never-Include-Phased-Updates", 0.1)):
            if self.chance(share):
                lines.append(f'{key} "{self.pick(["true", "1", "yes", "false", "0", "On", "maybe"])}";')
        machine = "%032x" % self.random.getrandbits(128)
        if self.chance(0.15):
            lines.append(f'APT::Machine-ID "{machine}";')
        elif self.chance(0.9):
            write(self.path("etc/machine-id"), machine + "\n")
        write(self.path("etc/apt/apt.conf.d/50some.conf"), "// settings\n" + "\n".join(lines) + "\n")
        write(self.path("etc/apt/apt.conf.d/60lists"), 'Acquire::Languages { "de"; "en"; };\n')
