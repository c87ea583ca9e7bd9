# SPDX-License-Identifier: Apache-2.0
"""A school's device: its firewall is closed unasked, and a report that arrives confirms it.

The whole agent runs in the lab's network namespace, without a courier: the test carries what lies in the
outbox and answers as the school would. The oracle is the kernel: probes of a peer that arrive or do not.
"""

import os
import pathlib
import signal
import sys

import agent as one_agent
import firewall_enforce
import firewall_lab
import keys
import tap
import watching

CONTROL = firewall_enforce.CONTROL


class School(one_agent.Agent):
    """The courier's and the server's part for an agent that runs already"""

    def __init__(self, everything, seconds):
        one_agent.DATA = pathlib.Path(firewall_enforce.DATA)
        self.everything = everything
        self.outbox = everything.root / "var/spool/caretaker/outbox"
        self.inbox = everything.root / "var/spool/caretaker/inbox"
        self.control = everything.root / "run/caretaker/control.sock"
        self.key = keys.SignKey(everything.base, "policy")
        self.jwk = None
        self.policy = one_agent.policy()
        self.policy["controls"][CONTROL]["confirm_seconds"] = seconds
        self.policy["clients"]["firewall"] = {"tier": "base"}

    def join(self):
        return self.enrol(body=self.enrolled_answer(value=self.policy))


def phase(everything, wanted):
    firewall_enforce.await_phase(everything, wanted)


def test_a_report_that_arrives_confirms(lab):
    with firewall_enforce.machine(lab, **firewall_enforce.NFT_ALONE) as everything:
        school = School(everything, 3600)
        school.join()
        phase(everything, "waiting")
        watching.until_told(lambda: not lab.arrivals(), "it is closed unasked")
        number = 1
        while firewall_enforce.phase(everything) == "waiting":
            school.accept(number)
            number += 1
            watching.until_told(lambda: firewall_enforce.phase(everything) == "kept" or school.items("report"), "kept, or another report")
        tap.equal((firewall_enforce.phase(everything), lab.arrivals()), ("kept", set()), "confirmed")


def test_a_school_that_is_not_reached_any_more_does_not(lab):
    with firewall_enforce.machine(lab, **firewall_enforce.NFT_ALONE) as everything:
        school = School(everything, 2)
        school.join()
        phase(everything, "reverted")
        tap.equal(lab.arrivals(), firewall_enforce.EVERYTHING, "put back")
        tap.equal(everything.verdict(CONTROL), firewall_enforce.ABSENT, "verdict")
        tap.equal(firewall_enforce.phase(everything), "reverted", "not tried again")


def test_a_report_of_before_confirms_nothing(lab):
    """It was on its way when the firewall was closed."""
    with firewall_enforce.machine(lab, **firewall_enforce.NFT_ALONE) as everything:
        lab.here("nft", "-f", "-", text="table inet t { chain c { type filter hook input priority 0; policy drop; }; }\n")
        everything.verdict(CONTROL)
        school = School(everything, 3600)
        school.join()
        school.wait_item("00000001.report")
        lab.here("nft", "flush", "ruleset")
        phase(everything, "waiting")
        school.accept(1)
        tap.equal(firewall_enforce.phase(everything), "waiting", "after the report of before")
        everything.cli("confirm", "firewall")
        tap.equal(firewall_enforce.phase(everything), "kept", "after a person's word")


def test_a_policy_that_does_not_name_it_closes_nothing(lab):
    with firewall_enforce.machine(lab, **firewall_enforce.NFT_ALONE) as everything:
        school = School(everything, 0)
        del school.policy["clients"]["firewall"]
        school.join()
        tap.equal((everything.verdict(CONTROL), firewall_enforce.phase(everything)), (firewall_enforce.ABSENT, "none"), "unasked")
        everything.cli("enforce", "firewall")
        tap.equal((firewall_enforce.phase(everything), lab.arrivals()), ("kept", set()), "asked")


def test_what_a_person_undid_stays_undone(lab):
    with firewall_enforce.machine(lab, **firewall_enforce.NFT_ALONE) as everything:
        school = School(everything, 0)
        school.join()
        phase(everything, "kept")
        everything.cli("undo", "firewall")
        tap.equal(lab.arrivals(), firewall_enforce.EVERYTHING, "opened")
        os.kill(everything.pid_of("caretakerd"), signal.SIGKILL)
        watching.until_told(everything.answers, "caretakerd answers again")
        tap.equal((everything.verdict(CONTROL), lab.arrivals()), (firewall_enforce.ABSENT, firewall_enforce.EVERYTHING), "after a restart")


def test_it_opens_when_the_school_is_left(lab):
    with firewall_enforce.machine(lab, **firewall_enforce.NFT_ALONE) as everything:
        school = School(everything, 0)
        school.join()
        phase(everything, "kept")
        tap.equal(lab.arrivals(), set(), "closed")
        school.leave()
        phase(everything, "none")
        firewall_enforce.opened(lab, everything)
        everything.cli("enforce", "firewall")
        everything.cli("confirm", "firewall")
        tap.equal(lab.arrivals(), set(), "its owner's")
        school.join()
        school.leave()
        tap.equal((firewall_enforce.phase(everything), lab.arrivals()), ("kept", set()), "stays its owner's")


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("1..0 # SKIP needs root")
        sys.exit(0)
    firewall_enforce.PROGRAMS = [path for path in firewall_enforce.PROGRAMS if not path.endswith("/caretaker-courier")]
    try:
        tap.run(sys.modules[__name__], firewall_lab.Lab())
    finally:
        firewall_lab.remove()
