#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""caretakerd judges: what it says of a device, what it judges again, fixes that wait."""

import email.utils
import gzip
import json
import sys
import time

import tap
import watching
from core import DATA, alive, new, running


def test_status_of_a_device_that_belongs_to_nobody():
    with running() as one:
        status = one.ask("status")
        tap.equal(status["enrolled"], False)
        tap.equal(status["school"], False)
        tap.equal(status["keeping"], False)
        tap.equal(status["policy"]["name"], "home")
        tap.equal(status["sending"], {"next": None, "problem": None, "waiting": 0})
        ids = [verdict["id"] for verdict in status["verdicts"]]
        tap.equal(ids, sorted(ids))
        verdict = next(v for v in status["verdicts"] if v["id"] == "patch.os-supported")
        tap.equal(verdict["state"], "pass")
        tap.equal(one.ask("audit")["verdicts"], status["verdicts"])
        tap.equal(one.ask("audit", only="patch.os-supported")["verdicts"], [verdict])


def test_a_changed_file_is_judged_again_and_since_is_kept_over_a_restart():
    with running() as one:
        release = one.root / "etc" / "os-release"
        aside = one.root / "etc" / "aside"
        aside.write_text('ID=debian\nVERSION_ID="10"\n')

        def state():
            held = json.loads((one.state / "state.json").read_text())["controls"]
            return next(c for c in held if c["id"] == "patch.os-supported")

        alive(one)
        tap.equal(state()["state"], "pass")
        aside.rename(release)
        watching.until(one.state, lambda: state()["state"] == "fail", "the verdict changes")
        since = state()["since"]
        one.stop()
        one.start()
        verdicts = one.ask("status")["verdicts"]
        verdict = next(v for v in verdicts if v["id"] == "patch.os-supported")
        tap.equal((verdict["state"], verdict["since"]), ("fail", since))


LISTS = "var/lib/apt/lists/school.invalid_dists_bookworm-security_"
DAY_S = 86400
STATUS = """Package: openssl
Status: install ok installed
Architecture: amd64
Version: 3.0.1-1

"""
PACKAGES = STATUS.replace("Status: install ok installed\n", "").replace("3.0.1-1", "3.0.17-1")
IN_RELEASE = """-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

Origin: Debian
Label: Debian-Security
Suite: stable-security
Codename: bookworm-security
Date: {date}
SHA256:
 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 0 main/x
-----BEGIN PGP SIGNATURE-----

abc
"""


def archive(one, wall_s, fixed=True):
    """A list of this date, with or without a fix for what is installed."""
    date = email.utils.formatdate(wall_s).replace("-0000", "UTC")
    for name, text in (
        ("var/lib/dpkg/status", STATUS),
        (LISTS + "main_binary-amd64_Packages", PACKAGES if fixed else ""),
        (LISTS + "InRelease", IN_RELEASE.format(date=date)),
    ):
        path = one.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def fixes(one):
    verdict, = one.ask("audit", only="patch.security-updates")["verdicts"]
    return verdict["state"], verdict["reason"]


def test_since_when_a_fix_waits_is_remembered_over_a_restart():
    now = time.time()
    with running() as one:
        # no list said when the fix came: nothing young can be proved, nothing is overdue
        archive(one, now - 2 * DAY_S)
        young = fixes(one)
        tap.equal(young[0], "unknown")
        tap.equal((one.state / "first-seen.json").stat().st_mode & 0o777, 0o600)
        if "openssl" in (one.state / "first-seen.json").read_text():
            raise AssertionError("a package is named")
        # seen twenty days ago, and listed anew since then
        archive(one, now - 20 * DAY_S)
        (one.state / "first-seen.json").unlink()
        tap.equal(fixes(one), ("fail", "fix-overdue"))
        archive(one, now - 1 * DAY_S)
        one.stop()
        one.start()
        tap.equal(fixes(one), ("fail", "fix-overdue"))
        (one.state / "first-seen.json").unlink()
        tap.equal(fixes(one), young)


def test_a_fix_that_waits_becomes_overdue_as_time_passes():
    home = json.loads((DATA / "baseline" / "home.json").read_text())
    days = home["controls"]["patch.security-updates"]["max_age_days"]
    with running() as one:
        # in three seconds it will have waited for so long
        archive(one, int(time.time()) - days * DAY_S + 3)
        fixes(one)
        archive(one, time.time() - DAY_S)
        one.stop()
        one.start()
        watching.until_told(lambda: fixes(one) == ("fail", "fix-overdue"), "overdue")


CAPABILITIES = "-all,+dac_read_search,+kill,+net_admin,+setgid,+setuid,+sys_ptrace"


def test_a_compressed_list_is_read_with_the_rights_that_the_unit_leaves():
    with new() as one:
        archive(one, time.time())
        packages = one.root / (LISTS + "main_binary-amd64_Packages")
        packages.unlink()
        packages = packages.with_name(packages.name + ".gz")
        packages.write_bytes(gzip.compress(PACKAGES.encode()))
        packages.chmod(0o600)  # only root may open it: the child gets it open

        def judged():
            verdict, = one.ask("audit", only="patch.security-updates")["verdicts"]
            return verdict

        one.start(wrap=("setpriv", "--inh-caps=-all", f"--bounding-set={CAPABILITIES}"))
        tap.equal(judged()["evidence"].get("pending"), "1", "the list was read")
        (one.path / "libexec" / "caretaker-unpack").unlink()
        tap.equal(judged()["reason"], "format-unknown", "without the program it cannot be")


if __name__ == "__main__":
    tap.run_as_root(sys.modules[__name__])
