#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: pulse_stream.py SOURCE: records through libpulse, and pauses ("cork") and goes on ("go") as
told on standard input; says each word again once the server has done it."""

import ctypes
import sys

LIB = ctypes.CDLL("libpulse.so.0")
POINTER, CALLBACK = ctypes.c_void_p, ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
READY, FAILED = 4, 5  # of pa_context_state_t
STREAM_READY = 2


class Spec(ctypes.Structure):
    _fields_ = [("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8)]


for name in ("pa_mainloop_new", "pa_mainloop_get_api", "pa_context_new", "pa_stream_new", "pa_stream_cork"):
    getattr(LIB, name).restype = POINTER


def turn(loop, reached):
    while not reached():
        if LIB.pa_mainloop_iterate(loop, 1, None) < 0:
            sys.exit("the loop ended")


def main():
    loop = POINTER(LIB.pa_mainloop_new())
    context = POINTER(LIB.pa_context_new(POINTER(LIB.pa_mainloop_get_api(loop)), b"stream"))
    LIB.pa_context_connect(context, None, 1, None)
    turn(loop, lambda: LIB.pa_context_get_state(context) >= READY)
    spec = Spec(3, 48000, 2)
    stream = POINTER(LIB.pa_stream_new(context, b"stream", ctypes.byref(spec), None))
    LIB.pa_stream_connect_record(stream, sys.argv[1].encode(), None, 0)
    turn(loop, lambda: LIB.pa_stream_get_state(stream) >= STREAM_READY)
    print("ready", flush=True)
    done = []
    callback = CALLBACK(lambda _stream, success, _data: done.append(success))
    for line in sys.stdin:
        done.clear()
        LIB.pa_stream_cork(stream, int(line.strip() == "cork"), callback, None)
        turn(loop, lambda: done)
        print(line.strip(), flush=True)


if __name__ == "__main__":
    main()
