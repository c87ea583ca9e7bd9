/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: usb-camera
 *
 * A USB camera with a switch that keeps it dark, plugged into the kernel's own virtual controller
 * (vhci-hcd) for as long as this runs: it says "ready" once it is plugged in, and ends at the end
 * of its standard input, where "dark" and "light" turn its switch. It gives black pictures. By the
 * USB Device Class Definition for Video Devices 1.0a.
 */
#include "usbip.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#define WIDTH 160
#define HEIGHT 120
#define PICTURE (WIDTH * HEIGHT * 2)
#define PAYLOAD 16384
#define INTERVAL 333333 /* of 100 ns */
#define PICTURE_MS 20

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

struct camera {
	struct usbip_device device; /* transfers of pictures wait there */
	bool dark;
	uint8_t frame_id;
	size_t sent; /* of this picture */
};

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

static bool control(const struct camera *camera, const struct usbip_header *asked)
{
	const uint8_t *setup = asked->submit.setup;
	size_t wanted = ntohl(asked->submit.length), len = 0;
	const uint8_t *bytes;

	if (!(setup[0] & 0x80)) {
		return usbip_answer(
			&camera->device, asked, 0, NULL, wanted); /* taken, whatever it sets */
	}
	bytes = reply_of(camera, setup, &len);
	return bytes ? usbip_answer(&camera->device, asked, 0, bytes, len < wanted ? len : wanted)
		     : usbip_answer(&camera->device, asked, -EPIPE, NULL, 0);
}

/* One payload of a picture: its header of two bytes (2.4.3.3), then black */
static bool picture(struct camera *camera)
{
	static uint8_t bytes[PAYLOAD];
	struct usbip_header asked = camera->device.waiting[0].asked;
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
	usbip_drop(&camera->device, 0);
	return usbip_answer(&camera->device, &asked, 0, bytes, len + 2);
}

static bool serve(struct camera *camera)
{
	struct usbip_header asked;
	bool is_control;

	return usbip_take(&camera->device, &asked, &is_control) &&
	       (!is_control || control(camera, &asked));
}

int main(void)
{
	static struct camera camera;
	bool goes = usbip_plug(&camera.device, USBIP_SPEED_HIGH);
	char word;

	if (!goes) {
		perror("usb-camera");
		return 1;
	}
	printf("ready\n");
	(void)fflush(stdout);
	while (goes) {
		struct pollfd fds[] = {{.fd = camera.device.fd, .events = POLLIN},
			{.fd = STDIN_FILENO, .events = POLLIN}};
		int n = poll(fds, 2, camera.device.n_waiting > 0 ? PICTURE_MS : -1);

		if (n == 0) {
			goes = picture(&camera);
		} else if (n > 0 && fds[0].revents) {
			goes = serve(&camera);
		} else if (n > 0) {
			goes = usbip_word(&word);
			camera.dark = goes ? word == 'd' : camera.dark;
		}
	}
	return 0;
}
