# SPDX-License-Identifier: Apache-2.0
"""The firewall closed, confirmed, opened again: `caretaker enforce`, real packets, real ufw and firewalld.

The whole agent runs in the lab's network namespace; what is installed there is chosen by hiding the other
managers. The oracle is the kernel: probes of a peer that arrive or do not, and for what was put back the
bytes of the manager's files.
"""

import contextlib
import json
import os
import pathlib
import select
import signal
import socket
import sys
import tempfile

import firewall_lab
import supervised
import tap
import watching

DATA = os.path.abspath(sys.argv[1])
PROGRAMS = sys.argv[2:]
CONTROL = "fw.inbound-default-deny"
DENIES, ABSENT, OPEN = ("pass", "firewall-denies"), ("fail", "firewall-absent"), ("fail", "firewall-open")
EVERYTHING = frozenset((family, protocol, port) for family in (4, 6) for protocol in ("tcp", "udp") for port in firewall_lab.PORTS)
BUS = """<busconfig>
<type>system</type>
<listen>unix:path=/run/dbus/system_bus_socket</listen>
<auth>EXTERNAL</auth>
<policy context="default"><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/><allow eavesdrop="false"/></policy>
</busconfig>"""
DAEMON = """
mkdir -p /run/dbus
cat >/run/bus.conf <<'END'
{bus}
END
dbus-daemon --config-file=/run/bus.conf --fork --nopidfile --print-address
/usr/sbin/firewalld --nofork &
gdbus wait --system --timeout 60 org.fedoraproject.FirewallD1
firewall-cmd --state
firewall-cmd --set-default-zone={zone}
"""
STATE = "var/lib/caretaker/firewall/state.json"
NFT_ALONE = {"without": ("ufw", "firewalld")}
UFW = {"without": ("firewalld",), "folders": ("/usr/lib/ufw",)}
FIREWALLD = {"prepare": DAEMON.format(bus=BUS, zone="trusted")}


@contextlib.contextmanager
def machine(lab, seconds=None, mdns=None, **how):
    """seconds, mdns: what the policy of the package says in place of its own words"""
    lab.here("nft", "flush", "ruleset")
    with tempfile.TemporaryDirectory(prefix="caretaker-enforce-") as folder:
        os.chmod(folder, 0o755)
        policies = pathlib.Path(folder, "policies")
        supervised.shutil.copytree(DATA, policies)
        path = policies / "baseline/home.json"
        policy = json.loads(path.read_text())
        for name, value in (("confirm_seconds", seconds), ("allow_mdns", mdns)):
            if value is not None:
                policy["controls"][CONTROL][name] = value
        path.write_text(json.dumps(policy))
        agent = supervised.Supervised(folder, PROGRAMS, policies, **how)
        try:
            yield agent
        finally:
            agent.stop()
    lab.here("nft", "flush", "ruleset")


def results(answer):
    return {change["key"]: (change["result"], change["error"]) for change in answer["changes"] if change["client"] == "firewall"}


def phase(agent):
    path = agent.root / STATE
    return json.loads(path.read_text())["phase"] if path.exists() else "none"


def await_phase(agent, wanted):
    watching.until(agent.root / STATE.rsplit("/", 1)[0], lambda: phase(agent) == wanted, f"phase {wanted}")


def closed(lab, agent, but=frozenset()):
    tap.equal(sorted(lab.arrivals()), sorted(but), "what arrives")
    tap.equal(agent.verdict(CONTROL), DENIES, "verdict")


def opened(lab, agent, verdict=ABSENT):
    tap.equal(lab.arrivals(), EVERYTHING, "what arrives")
    tap.equal(agent.verdict(CONTROL), verdict, "verdict")


def test_own_table_is_shown_closed_confirmed_and_undone(lab):
    with machine(lab, **NFT_ALONE) as agent:
        opened(lab, agent)
        tap.equal(results(agent.cli("enforce", "--dry-run")), {"input": ("planned", None)}, "plan")
        opened(lab, agent)
        answer = agent.cli("enforce", "firewall")
        tap.equal(results(answer), {"input": ("applied", None)}, "enforce")
        if not 0 < answer["confirm_seconds"] <= 60:
            raise AssertionError(f"{answer['confirm_seconds']} seconds to confirm")
        closed(lab, agent)
        tap.equal(phase(agent), "waiting", "before it is confirmed")
        tap.equal(results(agent.cli("confirm", "firewall")), {"input": ("applied", None)}, "confirm")
        tap.equal(phase(agent), "kept", "after")
        tap.equal(results(agent.cli("enforce", "--dry-run")), {}, "nothing is left to do")
        tap.equal(results(agent.cli("undo", "firewall")), {"input": ("undone", None)}, "undo")
        tap.equal(lab.here("nft", "list", "ruleset").strip(), "", "the ruleset")
        tap.equal(phase(agent), "none", "what is kept of it")
        opened(lab, agent)


def test_undo_of_everything_opens_it_too(lab):
    """As the removal of the package asks (packaging/quickstart-lib.bash, let_go)"""
    with machine(lab, seconds=0, **NFT_ALONE) as agent:
        agent.cli("enforce", "firewall")
        tap.equal(phase(agent), "kept", "the policy wants no word")
        closed(lab, agent)
        tap.equal(results(agent.cli("undo")), {"input": ("undone", None)}, "undo")
        opened(lab, agent)


def test_a_private_device_is_only_looked_at(lab):
    with machine(lab, **NFT_ALONE) as agent:
        opened(lab, agent)
        tap.equal(phase(agent), "none", "unasked")
        tap.equal(lab.here("nft", "list", "ruleset").strip(), "", "the ruleset")


def test_unconfirmed_it_is_put_back_and_left(lab):
    with machine(lab, seconds=1, **NFT_ALONE) as agent:
        agent.cli("enforce", "firewall")
        await_phase(agent, "reverted")
        opened(lab, agent)
        tap.equal(phase(agent), "reverted", "not tried again unasked")
        opened(lab, agent)
        tap.equal(results(agent.cli("enforce", "firewall")), {"input": ("applied", None)}, "asked again")


def test_killed_before_it_was_confirmed_it_is_put_back(lab):
    """The same as a power cut for what is on disk: the next start finds a change that nobody confirmed."""
    with machine(lab, seconds=3600, **NFT_ALONE) as agent:
        agent.cli("enforce", "firewall")
        closed(lab, agent)
        os.kill(agent.pid_of("caretaker-firewall"), signal.SIGKILL)
        agent.cli("confirm", "firewall")  # too late: its new process has put it back before it listens
        tap.equal(phase(agent), "reverted", "phase")
        opened(lab, agent)


def test_killed_core_finds_what_stands(lab):
    with machine(lab, seconds=3600, **NFT_ALONE) as agent:
        agent.cli("enforce", "firewall")
        os.kill(agent.pid_of("caretakerd"), signal.SIGKILL)
        watching.until_told(agent.answers, "caretakerd answers again")
        tap.equal(results(agent.cli("confirm", "firewall")), {"input": ("applied", None)}, "confirm")
        closed(lab, agent)


def test_taken_away_by_hand_it_comes_back(lab):
    with machine(lab, seconds=0, **NFT_ALONE) as agent:
        agent.cli("enforce", "firewall")
        lab.here("nft", "flush", "ruleset")
        watching.until_told(lambda: "caretaker" in lab.here("nft", "list", "tables"), "the table is back")
        closed(lab, agent)


def test_restored_at_the_start_of_the_machine(lab):
    with machine(lab, seconds=0, **NFT_ALONE) as agent:
        agent.cli("enforce", "firewall")
        os.kill(agent.pid_of("caretakerd"), signal.SIGSTOP)  # so that nobody else does
        lab.here("nft", "flush", "ruleset")
        done = agent.inside("setpriv", "--no-new-privs", f"{supervised.LIBEXEC}/caretaker-firewall", "--restore")
        tap.equal((done.returncode, lab.arrivals()), (0, set()), "restore")


def test_what_was_not_confirmed_is_not_restored(lab):
    with machine(lab, seconds=3600, **NFT_ALONE) as agent:
        agent.cli("enforce", "firewall")
        for name in ("caretakerd", "caretaker-supervise"):
            os.kill(agent.pid_of(name), signal.SIGSTOP)
        os.kill(agent.pid_of("caretaker-firewall"), signal.SIGKILL)
        done = agent.inside("setpriv", "--no-new-privs", f"{supervised.LIBEXEC}/caretaker-firewall", "--restore")
        tap.equal((done.returncode, phase(agent), lab.arrivals()), (0, "reverted", EVERYTHING), "restore")


def connect(port, family):
    """A connection from the peer to this machine, both ends"""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    try:
        firewall_lab.within(firewall_lab.HERE)
        mine = firewall_lab.ADDRESS[family][0]
        ear = socket.create_server((mine, port), family=firewall_lab.FAMILY[family])
        firewall_lab.within(firewall_lab.THERE)
        far = socket.create_connection((mine, port), 20)
        near, _ = ear.accept()
        ear.close()
    finally:
        firewall_lab.enter(home)
        os.close(home)
    near.settimeout(20)
    return near, far


def connection_stays(lab, how):
    """Idle while the firewall is closed, as a session of ssh at rest: nobody tracked it before."""
    with machine(lab, seconds=0, **how) as agent, contextlib.ExitStack() as ends:
        pairs = [connect(2222, family) for family in firewall_lab.FAMILY]
        for near, far in pairs:
            ends.enter_context(near)
            ends.enter_context(far)
        agent.cli("enforce", "firewall")
        tap.equal(agent.verdict(CONTROL), DENIES, "verdict")
        for near, far in pairs:
            far.send(b"key")
            tap.equal(near.recv(3), b"key", "typed by the peer")
            near.send(b"echo")
            far.settimeout(20)
            tap.equal(far.recv(4), b"echo", "and answered")


def test_open_connections_stay(lab):
    connection_stays(lab, NFT_ALONE)


def test_open_connections_stay_with_ufw(lab):
    connection_stays(lab, UFW)


def test_open_connections_stay_with_firewalld(lab):
    connection_stays(lab, FIREWALLD)


def test_ufw_is_enabled_and_its_rules_stay(lab):
    with machine(lab, prepare="ufw allow 22/tcp", **UFW) as agent:
        files = [agent.root / "etc/ufw/ufw.conf", agent.root / "etc/default/ufw", agent.root / "etc/ufw/user.rules"]
        before = [path.read_bytes() for path in files]
        opened(lab, agent)
        tap.equal(results(agent.cli("enforce", "--dry-run")), {"ENABLED": ("planned", None)}, "plan")
        tap.equal(results(agent.cli("enforce", "firewall")), {"ENABLED": ("applied", None)}, "enforce")
        closed(lab, agent, {(4, "tcp", 22), (6, "tcp", 22)})
        tap.equal("table inet caretaker" in lab.here("nft", "list", "ruleset"), False, "managers are not mixed")
        agent.cli("confirm", "firewall")
        tap.equal(results(agent.cli("undo", "firewall")), {"ENABLED": ("undone", None)}, "undo")
        tap.equal([path.read_bytes() for path in files], before, "ufw's files")
        opened(lab, agent, OPEN)


def test_ufw_that_lets_in_by_default(lab):
    with machine(lab, prepare="ufw default allow incoming\nufw --force enable", **UFW) as agent:
        before = (agent.root / "etc/default/ufw").read_bytes()
        opened(lab, agent, OPEN)
        tap.equal(results(agent.cli("enforce", "firewall")), {"DEFAULT_INPUT_POLICY": ("applied", None)}, "enforce")
        closed(lab, agent)
        agent.cli("undo", "firewall")
        tap.equal((agent.root / "etc/default/ufw").read_bytes(), before, "ufw's file")
        opened(lab, agent, OPEN)


def test_ufw_that_rejects_where_we_would_drop(lab):
    with machine(lab, prepare="ufw default reject incoming", **UFW) as agent:
        before = (agent.root / "etc/default/ufw").read_bytes()
        tap.equal(results(agent.cli("enforce", "firewall")), {"ENABLED": ("applied", None)}, "enforce")
        tap.equal(results(agent.cli("undo", "firewall")), {"ENABLED": ("undone", None)}, "undo")
        tap.equal((agent.root / "etc/default/ufw").read_bytes(), before, "ufw's file")
        opened(lab, agent, OPEN)


def test_ufw_unconfirmed(lab):
    with machine(lab, seconds=1, **UFW) as agent:
        agent.cli("enforce", "firewall")
        await_phase(agent, "reverted")
        opened(lab, agent, OPEN)


def test_ufw_whose_rules_let_everybody_in_is_left(lab):
    with machine(lab, prepare="ufw allow proto tcp from any\nufw --force enable", **UFW) as agent:
        tap.equal(agent.verdict(CONTROL), OPEN, "verdict")
        tap.equal(results(agent.cli("enforce", "firewall")), {"ENABLED": ("conflict", "other-rules")}, "enforce")
        tap.equal(phase(agent), "none", "nothing was changed")


def test_firewalld_gets_its_own_default_zone(lab):
    with machine(lab, **FIREWALLD) as agent:
        opened(lab, agent, OPEN)
        tap.equal(results(agent.cli("enforce", "firewall")), {"DefaultZone": ("applied", None)}, "enforce")
        closed(lab, agent, {(4, "tcp", 22), (6, "tcp", 22)})
        tap.equal("table inet caretaker" in lab.here("nft", "list", "ruleset"), False, "managers are not mixed")
        agent.cli("undo", "firewall")
        opened(lab, agent, OPEN)


def test_firewalld_unconfirmed(lab):
    with machine(lab, seconds=1, **FIREWALLD) as agent:
        agent.cli("enforce", "firewall")
        await_phase(agent, "reverted")
        opened(lab, agent, OPEN)


def test_firewalld_that_was_ended_since_is_undone_for_its_next_start(lab):
    with machine(lab, seconds=0, **FIREWALLD) as agent:
        agent.cli("enforce", "firewall")
        handle = os.pidfd_open(agent.pid_of("firewalld"))
        signal.pidfd_send_signal(handle, signal.SIGKILL)
        select.select([handle], [], [], 60)
        os.close(handle)
        tap.equal(results(agent.cli("undo", "firewall")), {"DefaultZone": ("undone", None)}, "undo")
        lines = (agent.root / "etc/firewalld/firewalld.conf").read_text().splitlines()
        tap.equal("DefaultZone=trusted" in lines, True, "its file")


def test_firewalld_that_is_installed_and_does_not_run_is_left(lab):
    with machine(lab, without=("ufw",)) as agent:
        tap.equal(results(agent.cli("enforce", "firewall")), {"DefaultZone": ("conflict", "manager-stopped")}, "enforce")
        opened(lab, agent)


def test_without_any_program_it_says_so(lab):
    with machine(lab, without=("ufw", "firewalld", "nft")) as agent:
        tap.equal(results(agent.cli("enforce", "firewall", codes=(1,))), {"input": ("refused", "no-firewall")}, "enforce")
        opened(lab, agent)


def test_rules_of_somebody_else_that_drop_stay(lab):
    with machine(lab, **NFT_ALONE) as agent:
        lab.here("nft", "-f", "-", text="table inet t { chain c { type filter hook input priority 0; policy drop; }; }\n")
        tap.equal(agent.verdict(CONTROL), DENIES, "verdict")
        tap.equal(results(agent.cli("enforce", "firewall")), {}, "nothing to do")
        tap.equal("caretaker" in lab.here("nft", "list", "tables"), False, "nothing done")


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("1..0 # SKIP needs root")
        sys.exit(0)
    try:
        tap.run(sys.modules[__name__], firewall_lab.Lab())
    finally:
        firewall_lab.remove()
