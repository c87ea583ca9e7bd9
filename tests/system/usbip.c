/* SPDX-License-Identifier: Apache-2.0 */
#include "usbip.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define ATTACH "/sys/devices/platform/vhci_hcd.0/attach"
#define PORTS_MAX 8
#define DEVICE 0x10002 /* bus and number as its server would have them */

static bool send_all(int fd, const void *bytes, size_t len)
{
	return send(fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static bool receive_all(int fd, void *bytes, size_t len)
{
	return recv(fd, bytes, len, MSG_WAITALL) == (ssize_t)len;
}

/* EBUSY of a port that somebody has */
static bool attach_to(int attach, int fd, int speed)
{
	char text[64];

	for (unsigned port = 0; port < PORTS_MAX; port++) {
		int n = snprintf(text, sizeof(text), "%u %d %u %d", port, fd, DEVICE + port, speed);

		if (write(attach, text, (size_t)n) == n) {
			return true;
		}
		if (errno != EBUSY) {
			return false;
		}
	}
	return false;
}

bool usbip_plug(struct usbip_device *device, int speed)
{
	int fds[2], attach = open(ATTACH, O_WRONLY | O_CLOEXEC);
	bool done;

	if (attach < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0) {
		return false;
	}
	*device = (struct usbip_device){.fd = fds[0]};
	done = attach_to(attach, fds[1], speed);
	close(attach);
	close(fds[1]); /* the kernel's own now */
	return done;
}

static bool unlink_one(struct usbip_device *device, const struct usbip_header *asked)
{
	struct usbip_header header = {.command = htonl(USBIP_RET_UNLINK), .seqnum = asked->seqnum};

	for (size_t i = 0; i < device->n_waiting; i++) {
		if (device->waiting[i].asked.seqnum == asked->unlink.value) {
			header.unlink.value = htonl((uint32_t)-ECONNRESET);
			usbip_drop(device, i);
			break;
		}
	}
	return send_all(device->fd, &header, sizeof(header));
}

static bool add_waiting(struct usbip_device *device, const struct usbip_header *asked)
{
	struct usbip_transfer *transfer = &device->waiting[device->n_waiting];
	uint32_t packets = ntohl(asked->submit.packets);

	/* of other transfers the kernel says 0 or, since 6.5, all ones */
	packets = packets == UINT32_MAX ? 0 : packets;
	if (device->n_waiting == USBIP_WAITING_MAX || packets > USBIP_PACKETS_MAX) {
		return false;
	}
	*transfer = (struct usbip_transfer){.asked = *asked, .n_packets = packets};
	if (packets > 0 && !receive_all(device->fd, transfer->packets,
				   packets * sizeof(transfer->packets[0]))) {
		return false;
	}
	for (size_t i = 0; i < packets; i++) {
		transfer->packets[i].length = ntohl(transfer->packets[i].length);
	}
	device->n_waiting++;
	return true;
}

bool usbip_take(struct usbip_device *device, struct usbip_header *ret_asked, bool *ret_control)
{
	static uint8_t taken[USBIP_TAKEN_MAX];
	struct usbip_header asked;
	size_t len;

	if (!receive_all(device->fd, &asked, sizeof(asked))) {
		return false;
	}
	*ret_control = false;
	*ret_asked = asked;
	if (ntohl(asked.command) == USBIP_UNLINK) {
		return unlink_one(device, &asked);
	}
	len = ntohl(asked.submit.length);
	if (asked.direction == 0 && len > 0 &&
		(len > sizeof(taken) || !receive_all(device->fd, taken, len))) {
		return false;
	}
	*ret_control = ntohl(asked.ep) == 0;
	return *ret_control || add_waiting(device, &asked);
}

bool usbip_answer(const struct usbip_device *device, const struct usbip_header *asked, int status,
	const void *bytes, size_t len)
{
	struct usbip_header header = {.command = htonl(USBIP_RET_SUBMIT), .seqnum = asked->seqnum};

	header.answer.status = htonl((uint32_t)status);
	header.answer.length = htonl((uint32_t)len);
	return send_all(device->fd, &header, sizeof(header)) &&
	       (!bytes || len == 0 || send_all(device->fd, bytes, len));
}

bool usbip_answer_packets(
	struct usbip_device *device, struct usbip_transfer *transfer, const void *bytes)
{
	struct usbip_header header = {
		.command = htonl(USBIP_RET_SUBMIT), .seqnum = transfer->asked.seqnum};
	size_t len = 0;

	for (size_t i = 0; i < transfer->n_packets; i++) {
		struct usbip_packet *packet = &transfer->packets[i];

		len += packet->actual;
		packet->length = htonl(packet->length);
		packet->actual = htonl(packet->actual);
		packet->status = 0;
	}
	header.answer.length = htonl((uint32_t)len);
	header.answer.packets = htonl((uint32_t)transfer->n_packets);
	return send_all(device->fd, &header, sizeof(header)) &&
	       (!bytes || len == 0 || send_all(device->fd, bytes, len)) &&
	       send_all(device->fd, transfer->packets,
		       transfer->n_packets * sizeof(transfer->packets[0]));
}

void usbip_drop(struct usbip_device *device, size_t i)
{
	device->n_waiting--;
	memmove(&device->waiting[i], &device->waiting[i + 1],
		(device->n_waiting - i) * sizeof(device->waiting[0]));
}

bool usbip_word(char *ret_first)
{
	char word[16];
	ssize_t len = read(STDIN_FILENO, word, sizeof(word));

	if (len <= 1) {
		return false;
	}
	*ret_first = word[0];
	return true;
}
