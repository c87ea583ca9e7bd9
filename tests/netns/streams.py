#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whose streams run: the real caretaker-home and caretaker-listen-*, with Debian's own PipeWire,
WirePlumber and PulseAudio and their own clients. What is right is what those servers themselves say
of their graph (pw-dump, pactl); there is no sound card and no camera, so sources are the servers'
own. In namespaces of its own, which end whatever it started with it."""

import os
import pathlib
import shutil
import sys
import tempfile

if os.getuid() != 0:
    print("1..0 # SKIP needs root")
    sys.exit()
if "--inside" not in sys.argv:
    os.execvp("unshare", ["unshare", "--pid", "--fork", "--kill-child", "--mount", "--mount-proc", "--ipc",
                          sys.executable, *sys.argv, "--inside"])

# ruff: noqa: E402 - the rest is for the inside
import streams_lab as lab
import tap

NONE = lab.told()
MIC = ("factory.name=support.null-audio-sink media.class=Audio/Source/Virtual node.name=mic "
       "object.linger=true audio.position=[FL,FR]")


def pipewire(person):
    """PipeWire, its session manager and its PulseAudio side, and a microphone that is none"""
    person.start_pipewire()
    person.run("pw-cli", "create-node", "adapter", f"{{ {MIC} }}")
    person.until_graph(lambda graph: graph.node("mic"), "the microphone")


def recorder(person, name="pw-record", *more):
    """One that records, once the server itself says that sound flows to it"""
    one = person.start(name, "--target", "mic", *more, "/dev/null")
    person.until_graph(lambda graph: graph.flows("mic", one.pid), "a recording")
    return one


def test_no_server_at_all_is_not_heard():
    with lab.home() as (home, _):
        tap.equal(home.listen(), lab.told(sound=False, video=False))
        home.deaf()


def test_a_server_at_rest():
    with lab.home() as (home, person):
        pipewire(person)
        tap.equal(home.heard(), NONE)


def test_one_client_two_clients_and_none():
    with lab.home() as (home, person):
        pipewire(person)
        home.heard()
        first = recorder(person)
        home.until(lab.told(captures=["recorder"]))
        zoom = person.copy("pw-cat", "zoom/zoom")
        second = recorder(person, zoom, "--record")
        home.until(lab.told(captures=["conferencing", "recorder"]))
        tap.equal(home.heard(), lab.told(captures=["conferencing", "recorder"]))
        first.terminate()
        home.until(lab.told(captures=["conferencing"]))
        second.kill()  # without a word to the server
        home.until(NONE)


def test_a_client_that_pauses_and_goes_on():
    with lab.home() as (home, person):
        pipewire(person)
        home.heard()
        one = lab.Stream(person, "mic")
        home.until(lab.told(captures=["other"]))
        one.say("cork")
        home.until(NONE)
        tap.equal(home.heard(), NONE)
        one.say("go")
        home.until(lab.told(captures=["other"]))


def test_the_client_of_pipewire_pulse_is_the_client():
    with lab.home() as (home, person):
        pipewire(person)
        home.heard()
        zoom = person.copy("pacat", "zoom/zoom")
        one = person.start(zoom, "--record", "-d", "mic", "/dev/null")
        home.until(lab.told(captures=["conferencing"]))
        one.terminate()
        home.until(NONE)
        person.start("parecord", "-d", "mic", "/dev/null")
        home.until(lab.told(captures=["recorder"]))


def test_a_muted_stream_is_used_yet():
    with lab.home() as (home, person):
        pipewire(person)
        one = person.start("parecord", "-d", "mic", "/dev/null")
        person.until_graph(lambda graph: graph.flows("mic", one.pid), "a recording")
        person.mute_outputs()
        tap.equal(home.heard(), lab.told(captures=["recorder"]))


def test_what_a_loudspeaker_plays_is_no_microphone():
    with lab.home() as (home, person):
        pipewire(person)
        home.heard()
        person.start("pacat", "/dev/zero")
        home.until(lab.told(plays=["recorder"]))
        one = person.start("parecord", "-d", "auto_null.monitor", "/dev/null")
        person.until_graph(lambda graph: graph.flows("auto_null", one.pid), "a recording of what is played")
        tap.equal(home.heard(), lab.told(plays=["recorder"]))


def test_a_loopback_listens_and_a_virtual_source_passes_on():
    with lab.home() as (home, person):
        pipewire(person)
        home.heard()
        # to the loudspeakers: used, by a program of no known kind
        one = person.start("pw-loopback", "-C", "mic")
        home.until(lab.told(captures=["other"], plays=["other"]))
        one.terminate()
        home.until(NONE)
        # a source of its own: whoever listens there is told, and nobody does
        person.start("pw-loopback", "-C", "mic",
                     "--playback-props={ media.class=Audio/Source node.name=again }")
        person.until_graph(lambda graph: graph.node("again"), "the second source")
        tap.equal(home.heard(), NONE)
        zoom = person.copy("pw-cat", "zoom/zoom")
        person.start(zoom, "--record", "--target", "again", "/dev/null")
        home.until(lab.told(captures=["conferencing"]))


def test_a_camera_and_what_only_looks_like_one():
    with lab.home() as (home, person):
        pipewire(person)
        home.heard()
        person.start_video("camera", "Camera")
        person.start_video("screen", "Screen")
        film = person.watch("screen")
        person.until_graph(lambda graph: graph.flows("screen", film.pid), "a picture of a screen")
        tap.equal(home.heard(), NONE)
        film.kill()
        film = person.watch("camera")
        home.until(lab.told(films=["recorder"]))
        film.kill()
        home.until(NONE)
        zoom = person.copy("gst-launch-1.0", "zoom/zoom")
        person.watch("camera", zoom)
        home.until(lab.told(films=["conferencing"]))


def says(client):
    return client.stdout.readline().decode().strip()


def test_the_camera_through_the_portal():
    with lab.home() as (home, person):
        person.start_portal()
        person.start_pipewire(pulse=False)
        person.start_video("camera", "Camera")
        tap.equal(home.heard(), NONE)
        person.permit("", "no")
        tap.equal(says(person.film_by_portal()), "refused 1")
        tap.equal(home.heard(), NONE)
        # PipeWire sees the portal's process; for whom it called is what counts
        person.permit("", "yes")
        film = person.film_by_portal()
        tap.equal(says(film), "allowed")
        home.until(lab.told(films=["recorder"]))
        film.terminate()
        home.until(NONE)
        person.film_by_portal(person.copy("gst-launch-1.0", "zoom/zoom"))
        home.until(lab.told(films=["conferencing"]))


def test_a_sandbox_with_the_camera_through_the_portal():
    with lab.home() as (home, person):
        person.start_portal()
        person.start_pipewire(pulse=False)
        person.start_video("camera", "Camera")
        tap.equal(home.heard(), NONE)
        person.permit("us.zoom.Zoom", "yes")
        # by the name of its sandbox, whatever its program is called
        film = person.film_by_portal(app="us.zoom.Zoom")
        tap.equal(says(film), "allowed")
        home.until(lab.told(films=["conferencing"]))
        film.kill()
        home.until(NONE)
        person.permit("org.example.Game", "no")
        tap.equal(says(person.film_by_portal(app="org.example.Game")), "refused 1")
        tap.equal(home.heard(), NONE)


def test_what_the_store_of_permissions_holds():
    with lab.home() as (home, person):
        person.start_portal()
        # a no to who never had it changes nothing, and nothing is told of it
        asked = [("us.zoom.Zoom", "yes", 0), ("org.example.Game", "no", None), ("org.example.Game", "yes", 1),
                 ("org.example.Other", "yes", 2), ("org.example.Game", "no", 1)]
        home.want("sandbox")
        home.until_facts(sandbox_store=0, sandbox_camera_others=0)
        for app, answer, others in asked:
            person.run("flatpak", "permission-set", "devices", "camera", app, answer)
            shown = person.run("flatpak", "permission-show", app)
            tap.equal(shown.split()[:4], ["devices", "camera", app, answer])
            if others is not None:
                home.until_facts(sandbox_store=1, sandbox_camera_others=others)
        person.run("flatpak", "permission-reset", "org.example.Other")
        home.until_facts(sandbox_store=1, sandbox_camera_others=0)


def test_a_client_that_cannot_be_seen_claims_a_name():
    with lab.home() as (home, person):
        pipewire(person)
        home.heard()
        # a process of no number here, as one of a sandbox has
        person.start("pw-record", "--target", "mic", "/dev/null",
                     PIPEWIRE_PROPS="{ application.process.id=999999 application.process.binary=zoom }")
        # its true number is told by the kernel, whatever it claims
        home.until(lab.told(captures=["recorder"]))


def test_a_server_that_ends_and_one_that_comes():
    with lab.home() as (home, person):
        pipewire(person)
        tap.equal(home.heard(), NONE)
        recorder(person)
        home.until(lab.told(captures=["recorder"]))
        person.end()
        home.until(lab.told(sound=False, video=False))
        # caretakerd asks again when it sees the new one at the device
        pipewire(person)
        home.ask(True)
        home.until(NONE)


def test_two_people():
    with lab.home() as (home, person), lab.home(lab.OTHER) as (neighbour, other):
        pipewire(person)
        pipewire(other)
        home.heard()
        neighbour.heard()
        recorder(other)
        neighbour.until(lab.told(captures=["recorder"]))
        tap.equal(home.heard(), NONE)
        tap.equal(neighbour.heard(), lab.told(captures=["recorder"]))


def test_pulseaudio():
    with lab.home() as (home, person):
        person.start_pulse()
        tap.equal(home.heard(), lab.told(video=False))
        zoom = person.copy("pacat", "zoom/zoom")
        one = person.start(zoom, "--record", "-d", "mic", "/dev/null")
        home.until(lab.told(captures=["conferencing"], video=False))
        two = person.start("parecord", "-d", "mic", "/dev/null")
        home.until(lab.told(captures=["conferencing", "recorder"], video=False))
        one.kill()
        home.until(lab.told(captures=["recorder"], video=False))
        two.terminate()
        home.until(lab.told(video=False))
        three = lab.Stream(person, "mic")
        home.until(lab.told(captures=["other"], video=False))
        three.say("cork")
        home.until(lab.told(video=False))
        three.say("go")
        home.until(lab.told(captures=["other"], video=False))


def test_pulseaudio_knows_monitors_and_filters():
    with lab.home() as (home, person):
        person.start_pulse()
        home.heard()
        person.start("pacat", "-d", "out", "/dev/zero")
        home.until(lab.told(plays=["recorder"], video=False))
        one = person.start("parecord", "-d", "out.monitor", "/dev/null")
        person.until_pulse_stream(one.pid)
        tap.equal(home.heard(), lab.told(plays=["recorder"], video=False))
        person.run("pactl", "load-module", "module-remap-source", "master=out.monitor", "source_name=fake")
        two = person.start("parecord", "-d", "fake", "/dev/null")
        person.until_pulse_stream(two.pid)
        tap.equal(home.heard(), lab.told(plays=["recorder"], video=False))
        person.run("pactl", "load-module", "module-remap-source", "master=mic", "source_name=again")
        tap.equal(home.heard(), lab.told(plays=["recorder"], video=False))
        person.start("parecord", "-d", "again", "/dev/null")
        home.until(lab.told(captures=["recorder"], plays=["recorder"], video=False))


def test_both_servers_have_to_answer():
    with lab.home() as (home, person):
        person.start_pulse()
        tap.equal(home.heard(), lab.told(video=False))
        person.start_pipewire(pulse=False)
        home.ask(True)
        home.until(NONE)
        person.end("pulseaudio")
        home.until(lab.told(sound=False))


def test_a_socket_of_somebody_who_is_no_server():
    for answer in (b"", b"\0" * 4096, os.urandom(4096), b"\xff" * 65536):
        with lab.home() as (home, person):
            person.start_pipewire(pulse=False)
            with person.pretender("pipewire-0", answer) as called:
                tap.equal(home.listen(), lab.told(sound=False, video=False))
                called.wait()
                tap.equal(home.listen(), lab.told(sound=False, video=False))
            home.deaf()


def test_the_listeners_are_confined():
    with lab.home() as (home, person):
        person.start_pulse()
        person.start_pipewire(pulse=False)
        # each has answered, so that it has found its server
        tap.equal(home.heard(), NONE)
        tap.equal(home.children(), ["caretaker-listen-pipewire", "caretaker-listen-pulse"])
        before = int(lab.status_of("self")["Seccomp_filters"])
        for pid in lab.programs("caretaker-listen"):
            status = lab.status_of(pid)
            tap.equal([status["NoNewPrivs"], status["Seccomp"], int(status["Seccomp_filters"]) - before],
                      ["1", "2", 2])


def test_nothing_stays_when_nobody_asks():
    with lab.home() as (home, person):
        pipewire(person)
        home.heard()
        tap.equal(home.children(), ["caretaker-listen-pipewire"])
        home.deaf()
        tap.equal(home.children(), [])
        home.heard()
        home.worker.kill()
        home.worker.wait()
        lab.until_told(lambda: not lab.processes("caretaker-listen"), "its listeners end with it")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="caretaker-streams-") as top:
        home, listen = (pathlib.Path(path).resolve() for path in sys.argv[1:3])
        lab.begin(pathlib.Path(top), home, listen.parent)
        try:
            tap.run(sys.modules[__name__])
        finally:
            shutil.rmtree(top, ignore_errors=True)
