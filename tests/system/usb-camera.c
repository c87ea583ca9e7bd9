/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: usb-camera
 *
 * A USB camera with a switch that keeps it dark, plugged into the kernel's own virtual controller
 * (vhci-hcd) for as long as this runs: it says "ready" once it is plugged in, and ends at the end
 * of its standard input, where "dark" and "light" turn its switch. It gives black pictures. USB/IP
 * is spoken as Documentation/usb/usbip_protocol.rst has it, the camera as the USB Device Class
 * Definition for Video Devices 1.0a.
 */
#include "base.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define ATTACH "/sys/devices/platform/vhci_hcd.0/attach"
#define SPEED_HIGH 3
#define DEVICE 0x10002 /* bus and number as its server would have them */

enum { CMD_SUBMIT = 1, CMD_UNLINK, RET_SUBMIT, RET_UNLINK };

#define WIDTH 160
#define HEIGHT 120
#define PICTURE (WIDTH * HEIGHT * 2)
#define PAYLOAD 16384
#define INTERVAL 333333 /* of 100 ns */
#define PICTURE_MS 20
#define WAITING_MAX 64

#define B2(n) (n) & 255, (n) >> 8 & 255
#define B4(n) B2(n), (n) >> 16 & 255, (n) >> 24 & 255

static const uint8_t device_descriptor[] = {
	18, 1, B2(0x200), 0xef, 2, 1, 64, B2(0x1d6b), B2(0x0102), B2(1), 0, 1, 0, 1};
static const uint8_t config_descriptor[] = {
	/* one configuration of two interfaces, which belong together */
	9, 2, B2(153), 2, 1, 0, 0x80, 50, 8, 11, 0, 2, 14, 3, 0, 0,
	/* control: a camera with a privacy switch (D18), and where its pictures leave */
	9, 4, 0, 0, 0, 14, 1, 0, 0, 13, 0x24, 1, B2(0x100), B2(40), B4(1000000), 1, 1, 18, 0x24, 2,
	1, B2(0x201), 0, 0, B2(0), B2(0), B2(0), 3, 0, 0, 4, 9, 0x24, 3, 2, B2(0x101), 0, 1, 0,
	/* streaming: YUY2 of one size, by bulk transfers */
	9, 4, 1, 0, 1, 14, 2, 0, 0, 14, 0x24, 1, 1, B2(71), 0x81, 0, 2, 0, 0, 0, 1, 0, 27, 0x24, 4,
	1, 1, 'Y', 'U', 'Y', '2', 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71, 16, 1, 0, 0,
	0, 0, 30, 0x24, 5, 1, 0, B2(WIDTH), B2(HEIGHT), B4(PICTURE * 240), B4(PICTURE * 240),
	B4(PICTURE), B4(INTERVAL), 1, B4(INTERVAL), 7, 5, 0x81, 2, B2(512), 0};
static const uint8_t product[] = {
	22, 3, 'l', 0, 'a', 0, 'b', 0, '-', 0, 'c', 0, 'a', 0, 'm', 0, 'e', 0, 'r', 0, 'a', 0};
static const uint8_t languages[] = {4, 3, B2(0x409)};
static const uint8_t probe[] = {
	B2(0), 1, 1, B4(INTERVAL), B2(0), B2(0), B2(0), B2(0), B2(0), B4(PICTURE), B4(PAYLOAD)};

/* In the order of bytes of the network */
struct header {
	uint32_t command, seqnum, devid, direction, ep;
	union {
		struct {
			uint32_t flags, length, start_frame, packets, interval;
			uint8_t setup[8];
		} submit;
		struct {
			uint32_t status, length, start_frame, packets, errors;
			uint8_t unused[8];
		} answer;
		struct {
			uint32_t value; /* of CMD_UNLINK its seqnum, of RET_UNLINK its status */
			uint8_t unused[24];
		} unlink;
	};
};
_Static_assert(sizeof(struct header) == 48, "as the protocol has it");

struct camera {
	int fd;
	bool dark;
	struct header waiting[WAITING_MAX]; /* transfers of pictures */
	size_t n_waiting;
	uint8_t frame_id;
	size_t sent; /* of this picture */
};

static bool send_all(int fd, const void *bytes, size_t len)
{
	return send(fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static bool answer(const struct camera *camera, const struct header *asked, int status,
	const void *bytes, size_t len)
{
	struct header header = {.command = htonl(RET_SUBMIT), .seqnum = asked->seqnum};

	header.answer.status = htonl((uint32_t)status);
	header.answer.length = htonl((uint32_t)len);
	/* of what is sent to the camera the kernel wants to hear the length alone */
	return send_all(camera->fd, &header, sizeof(header)) &&
	       (!bytes || len == 0 || send_all(camera->fd, bytes, len));
}

/*
 * setup, Universal Serial Bus 2.0, 9.3: what a request gives back; NULL is refused. The switch may
 * be read, set, and changes by itself (4.1.2: D0, D1, D3).
 */
static const uint8_t *reply_of(const struct camera *camera, const uint8_t setup[8], size_t *ret_len)
{
	static const uint8_t none[2] = {0, 0}, one[2] = {1, 0}, may[1] = {0x0b},
			     probe_len[2] = {26, 0};
	unsigned kind = (unsigned)setup[0] << 8 | setup[1];
	bool streaming = setup[4] == 1;
	const struct {
		unsigned kind;
		int what; /* the high byte of wValue; -1: any */
		const uint8_t *bytes;
		size_t len;
	} rows[] = {
		{0x8006, 1, device_descriptor, sizeof(device_descriptor)},
		{0x8006, 2, config_descriptor, sizeof(config_descriptor)},
		{0x8006, 3, setup[2] == 0 ? languages : product,
			setup[2] == 0 ? sizeof(languages) : sizeof(product)},
		{0x8000, -1, none, 2},
		{0x8100, -1, none, 2},
		{0xa181, -1,
			streaming      ? probe
			: camera->dark ? one
				       : none,
			streaming ? 26 : 1},
		{0xa182, -1, streaming ? probe : none, streaming ? 26 : 1},
		{0xa183, -1, streaming ? probe : one, streaming ? 26 : 1},
		{0xa184, -1, streaming ? probe : one, streaming ? 26 : 1},
		{0xa185, -1, streaming ? probe_len : one, 2},
		{0xa186, -1, may, 1},
		{0xa187, -1, streaming ? probe : none, streaming ? 26 : 1},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].kind == kind && (rows[i].what < 0 || rows[i].what == setup[3])) {
			*ret_len = rows[i].len;
			return rows[i].bytes;
		}
	}
	return NULL;
}

static bool control(struct camera *camera, const struct header *asked)
{
	const uint8_t *setup = asked->submit.setup;
	size_t wanted = ntohl(asked->submit.length), len = 0;
	const uint8_t *bytes;

	if (!(setup[0] & 0x80)) {
		return answer(camera, asked, 0, NULL, wanted); /* taken, whatever it sets */
	}
	bytes = reply_of(camera, setup, &len);
	return bytes ? answer(camera, asked, 0, bytes, len < wanted ? len : wanted)
		     : answer(camera, asked, -EPIPE, NULL, 0);
}

/* One payload of a picture: its header of two bytes (2.4.3.3), then black */
static bool picture(struct camera *camera)
{
	static uint8_t bytes[PAYLOAD];
	struct header asked = camera->waiting[0];
	size_t room = ntohl(asked.submit.length), len = PICTURE - camera->sent;

	room = room < PAYLOAD ? room : PAYLOAD;
	len = len < room - 2 ? len : room - 2;
	camera->sent += len;
	bytes[0] = 2;
	bytes[1] = (uint8_t)(0x80 | camera->frame_id | (camera->sent == PICTURE ? 2 : 0));
	if (camera->sent == PICTURE) {
		camera->sent = 0;
		camera->frame_id ^= 1;
	}
	camera->n_waiting--;
	memmove(&camera->waiting[0], &camera->waiting[1],
		camera->n_waiting * sizeof(camera->waiting[0]));
	return answer(camera, &asked, 0, bytes, len + 2);
}

static bool unlink_one(struct camera *camera, const struct header *asked)
{
	struct header header = {.command = htonl(RET_UNLINK), .seqnum = asked->seqnum};
	size_t kept = 0;

	for (size_t i = 0; i < camera->n_waiting; i++) {
		if (camera->waiting[i].seqnum == asked->unlink.value) {
			header.unlink.value = htonl((uint32_t)-ECONNRESET);
		} else {
			camera->waiting[kept++] = camera->waiting[i];
		}
	}
	camera->n_waiting = kept;
	return send_all(camera->fd, &header, sizeof(header));
}

static bool serve(struct camera *camera)
{
	uint8_t taken[4096];
	struct header asked;
	size_t len;

	if (recv(camera->fd, &asked, sizeof(asked), MSG_WAITALL) != (ssize_t)sizeof(asked)) {
		return false;
	}
	if (ntohl(asked.command) == CMD_UNLINK) {
		return unlink_one(camera, &asked);
	}
	len = ntohl(asked.submit.length);
	if (asked.direction == 0 && len > 0 &&
		(len > sizeof(taken) ||
			recv(camera->fd, taken, len, MSG_WAITALL) != (ssize_t)len)) {
		return false;
	}
	if (ntohl(asked.ep) == 0) {
		return control(camera, &asked);
	}
	if (camera->n_waiting == WAITING_MAX) {
		return false;
	}
	camera->waiting[camera->n_waiting++] = asked;
	return true;
}

static bool plug_in(struct camera *camera)
{
	int fds[2], attach = open(ATTACH, O_WRONLY | O_CLOEXEC);
	char text[64];
	int n;

	if (attach < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0) {
		return false;
	}
	camera->fd = fds[0];
	n = snprintf(text, sizeof(text), "0 %d %u %d", fds[1], DEVICE, SPEED_HIGH);
	n = write(attach, text, (size_t)n) == n;
	close(attach);
	close(fds[1]); /* the kernel's own now */
	return n;
}

int main(void)
{
	struct camera camera = {.fd = -1};
	bool goes = plug_in(&camera);
	char word[16];

	if (!goes) {
		perror("usb-camera");
		return 1;
	}
	printf("ready\n");
	(void)fflush(stdout);
	while (goes) {
		struct pollfd fds[] = {{.fd = camera.fd, .events = POLLIN},
			{.fd = STDIN_FILENO, .events = POLLIN}};
		int n = poll(fds, 2, camera.n_waiting > 0 ? PICTURE_MS : -1);

		if (n == 0) {
			goes = picture(&camera);
		} else if (n > 0 && fds[0].revents) {
			goes = serve(&camera);
		} else if (n > 0) {
			ssize_t len = read(STDIN_FILENO, word, sizeof(word));

			goes = len > 1;
			camera.dark = goes ? word[0] == 'd' : camera.dark;
		}
	}
	return 0;
}
