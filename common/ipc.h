/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages between the agent's processes: AF_UNIX SOCK_SEQPACKET, an 8-byte header
 * {u8 version, u8 flags, u16 type, u32 length} in host order, then JSON. Up to IPC_INLINE_MAX
 * the JSON is in the packet; above that, up to IPC_MEMFD_MAX, in a sealed memfd (flag IPC_MEMFD)
 * passed with the packet. Each type has a bound of its own in common/ipc-table.c. Anything else
 * drops the peer.
 *
 * Which process may send which type is the table in common/ipc-table.h; no message from a less
 * trusted side carries a path or a command.
 */
#pragma once

#include "base.h"
#include "json.h"

#include <sys/types.h>

#define IPC_VERSION 1
#define IPC_INLINE_MAX ((size_t)64 << 10)
#define IPC_MEMFD_MAX ((size_t)4 << 20)

enum ipc_type {
	IPC_REQUEST = 1,     /* caretaker → caretakerd: {"verb": ..., ...} */
	IPC_REPLY = 2,	     /* caretakerd → caretaker: the verb's answer */
	IPC_ERROR = 3,	     /* any → any: {"code": ..., "text": ...} */
	IPC_PROGRESS = 4,    /* caretakerd → caretaker: {"step": text key, "done": n, "of": n} */
	IPC_HOME_HELLO = 10, /* caretaker-home → caretakerd: {"format": 1} */
	IPC_HOME_SETTINGS = 11, /* caretakerd → caretaker-home: profiles to keep, and whether to */
	IPC_HOME_STATE = 12,	/* caretaker-home → caretakerd: each setting's state */
	IPC_HOME_UNDO = 13,  /* caretakerd → caretaker-home: {"client": id or null, "key": ...} */
	IPC_HOME_FACTS = 14, /* caretaker-home → caretakerd: facts of that account */
	IPC_HOME_LISTEN = 15,  /* caretakerd → caretaker-home: {"format": 1, "on": bool} */
	IPC_HOME_STREAMS = 16, /* caretaker-home → caretakerd: kinds of programs behind streams */
	IPC_HAND_WRITE = 20,   /* caretakerd → caretaker-hand: settings of one file */
	IPC_HAND_UNDO = 21, /* caretakerd → caretaker-hand: {"client": id or null, "key": ...} */
	IPC_HAND_JOURNAL = 22, /* caretakerd → caretaker-hand: what can be undone */
	IPC_HAND_DONE = 23,    /* caretaker-hand, caretaker-firewall → caretakerd */
	IPC_HAND_GATE = 24,    /* caretakerd → caretaker-hand: {"client", "lifted": bool} */
	IPC_HAND_SWITCH = 25,  /* caretakerd → caretaker-hand: {"off": bool, "what"} */
	IPC_FIREWALL_ACT = 30, /* caretakerd → caretaker-firewall: {"act", "mdns", "seconds"} */
};

enum ipc_outcome {
	IPC_E_CLOSED = 1, /* the peer went away */
	IPC_E_PROTOCOL,	  /* wrong size, version, type or JSON: drop the peer */
	IPC_E_AGAIN,	  /* non-blocking: nothing there, or no room */
};

struct ipc_message {
	enum ipc_type type;
	struct json_object *body; /* owned, an object */
};
void ipc_message_finish(struct ipc_message *message);

/* -EMSGSIZE past the type's bound, -EINVAL when body is no object */
must_check int ipc_send(int fd, enum ipc_type type, struct json_object *body);
must_check int ipc_receive(int fd, struct ipc_message *ret_message);

/* SOCK_SEQPACKET, CLOEXEC. listen: unlinks a left-over socket, final mode from the start. */
must_check int ipc_listen(const char *path, mode_t mode);
must_check int ipc_connect(const char *path); /* fd or -errno */

struct ipc_peer {
	pid_t pid;
	uid_t uid;
	gid_t gid;
};
must_check int ipc_peer_read(int fd, struct ipc_peer *ret_peer);
/* SO_PEERGROUPS (socket(7)) */
must_check int ipc_peer_in_group(int fd, gid_t gid, bool *ret_member);
