/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc.h"
#include "fd.h"
#include "ipc-packet.h"
#include "ipc-table.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)
#define FDS_MAX 4 /* room to take and close what a peer should not have sent */

void ipc_message_finish(struct ipc_message *message)
{
	json_object_put(message->body);
	message->body = NULL;
}

static int outcome_of(int error)
{
	switch (error) {
	case EAGAIN:
		return IPC_E_AGAIN;
	case EPIPE:
	case ECONNRESET:
	case ENOTCONN:
		return IPC_E_CLOSED;
	default:
		return -error;
	}
}

static int make_memfd(struct span json, int *ret_fd)
{
	cleanup(fd_close) int fd = memfd_create("caretaker", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int r;

	if (fd < 0) {
		return -errno;
	}
	r = fd_write_all(fd, json.p, json.len);
	if (r < 0) {
		return r;
	}
	if (fcntl(fd, F_ADD_SEALS, SEALS) < 0) {
		return -errno;
	}
	*ret_fd = TAKE_FD(fd);
	return 0;
}

union control_one {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static void attach_fd(struct msghdr *message, union control_one *control, int fd)
{
	struct cmsghdr *header;

	memset(control, 0, sizeof(*control));
	message->msg_control = control->bytes;
	message->msg_controllen = sizeof(control->bytes);
	header = CMSG_FIRSTHDR(message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
}

static int send_packet(int fd, struct ipc_header *header, struct span json, int memfd)
{
	struct iovec parts[] = {
		{.iov_base = header, .iov_len = sizeof(*header)},
		{.iov_base = (void *)json.p, .iov_len = json.len},
	};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = memfd < 0 ? 2 : 1};
	union control_one control;

	if (memfd >= 0) {
		attach_fd(&message, &control, memfd);
	}
	while (sendmsg(fd, &message, MSG_NOSIGNAL) < 0) {
		if (errno != EINTR) {
			return outcome_of(errno);
		}
	}
	return 0;
}

int ipc_send(int fd, enum ipc_type type, struct json_object *body)
{
	const int flags = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE;
	struct ipc_header header = {.version = IPC_VERSION, .type = (uint16_t)type};
	cleanup(fd_close) int memfd = -1;
	struct span json;

	if (!json_object_is_type(body, json_type_object)) {
		return -EINVAL;
	}
	json.p = json_object_to_json_string_length(body, flags, &json.len);
	if (!json.p) {
		return -ENOMEM;
	}
	if (json.len > ipc_type_max(type)) {
		return -EMSGSIZE;
	}
	header.length = (uint32_t)json.len;
	if (json.len > IPC_INLINE_MAX) {
		int r = make_memfd(json, &memfd);

		if (r < 0) {
			return r;
		}
		header.flags = IPC_MEMFD;
	}
	return send_packet(fd, &header, json, memfd);
}

struct packet {
	char *bytes; /* owned */
	size_t len;
	int fds[FDS_MAX]; /* owned */
	size_t n_fds;
};

static void packet_finish(struct packet *packet)
{
	free(packet->bytes);
	for (size_t i = 0; i < packet->n_fds; i++) {
		close(packet->fds[i]);
	}
}

static void take_fds(struct msghdr *message, struct packet *packet)
{
	for (struct cmsghdr *h = CMSG_FIRSTHDR(message); h; h = CMSG_NXTHDR(message, h)) {
		size_t bytes = h->cmsg_len - CMSG_LEN(0);

		if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS) {
			continue;
		}
		for (size_t i = 0; i < bytes / sizeof(int); i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(h) + i * sizeof(int), sizeof(int));
			if (packet->n_fds < FDS_MAX) {
				packet->fds[packet->n_fds++] = fd;
			} else {
				close(fd);
			}
		}
	}
}

/* Length of the next packet, so that a small message costs small memory */
static int next_length(int fd, size_t *ret_len)
{
	ssize_t n;

	do {
		n = recv(fd, NULL, 0, MSG_PEEK | MSG_TRUNC);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		return outcome_of(errno);
	}
	*ret_len = (size_t)n;
	return n == 0 ? IPC_E_CLOSED : 0;
}

static int receive_packet(int fd, struct packet *packet)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int) * FDS_MAX)];
	} control;
	struct iovec part;
	struct msghdr message = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes)};
	size_t len = 0;
	ssize_t n;
	int r = next_length(fd, &len);

	if (r != 0) {
		return r;
	}
	if (len > sizeof(struct ipc_header) + IPC_INLINE_MAX) {
		return IPC_E_PROTOCOL;
	}
	packet->bytes = malloc(len);
	if (!packet->bytes) {
		return -ENOMEM;
	}
	part = (struct iovec){.iov_base = packet->bytes, .iov_len = len};
	do {
		n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		return outcome_of(errno);
	}
	take_fds(&message, packet);
	packet->len = (size_t)n;
	return message.msg_flags & (MSG_TRUNC | MSG_CTRUNC) ? IPC_E_PROTOCOL : 0;
}

/*
 * Read into our own memory rather than mapped: whatever kind of memory the peer chose, touching
 * it can then raise no SIGBUS.
 */
static int read_memfd(int fd, size_t len, struct json_object **ret_body)
{
	cleanup(free_ptr) char *bytes = NULL;
	struct stat st;
	int seals = fcntl(fd, F_GET_SEALS);

	if (seals < 0 || (seals & SEALS) != SEALS || fstat(fd, &st) < 0 || st.st_size < 0 ||
		(uint64_t)st.st_size != len) {
		return IPC_E_PROTOCOL;
	}
	bytes = malloc(len);
	if (!bytes) {
		return -ENOMEM;
	}
	for (size_t done = 0; done < len;) {
		ssize_t n = pread(fd, bytes + done, len - done, (off_t)done);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			return IPC_E_PROTOCOL;
		}
		done += (size_t)n;
	}
	return ipc_packet_body((struct span){bytes, len}, ret_body);
}

int ipc_receive(int fd, struct ipc_message *ret_message)
{
	cleanup(packet_finish) struct packet packet = {0};
	struct json_object *body;
	struct ipc_header header;
	struct span json;
	int r = receive_packet(fd, &packet);

	if (r == 0) {
		r = ipc_packet_parse((struct span){packet.bytes, packet.len}, &header, &json);
	}
	if (r != 0) {
		return r;
	}
	if (packet.n_fds != (header.flags & IPC_MEMFD ? 1 : 0)) {
		return IPC_E_PROTOCOL;
	}
	r = json.p ? ipc_packet_body(json, &body) : read_memfd(packet.fds[0], header.length, &body);
	if (r == 0) {
		*ret_message =
			(struct ipc_message){.type = (enum ipc_type)header.type, .body = body};
	}
	return r;
}
