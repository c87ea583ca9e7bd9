/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: usb-sound headset|microphone
 *
 * A USB sound device, plugged into the kernel's own virtual controller (vhci-hcd) for as long as
 * this runs: it says "ready" once it is plugged in, and ends at the end of its standard input. A
 * headset plays two channels and records one, a microphone records one, at 48 kHz; what is recorded
 * is a saw-tooth, what is played goes nowhere at the pace of its frames. By the USB Device Class
 * Definition for Audio Devices 1.0.
 */
#include "usbip.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define RATE 48000
#define FRAME_NS 1000000 /* a packet each millisecond, at full speed */
#define RECORDED (RATE / 1000 * 2)
#define PLAYED (RATE / 1000 * 4)
#define RECORDS 0x82
#define PLAYS 0x01

/* one terminal where sound comes in, and one where it leaves */
#define FLOW(id, from, channels, to) \
	12, 0x24, 2, id, B2(from), 0, channels, B2(0), 0, 0, 9, 0x24, 3, (id) + 1, B2(to), 0, id, 0
#define FLOW_LEN 21
/* an interface that rests, and as it streams samples of 16 bits */
#define STREAMING(interface, terminal, channels, endpoint, kind, packet)                         \
	9, 4, interface, 0, 0, 1, 2, 0, 0, 9, 4, interface, 1, 1, 1, 2, 0, 0, 7, 0x24, 1,        \
		terminal, 1, B2(1), 11, 0x24, 2, 1, channels, 2, 16, 1, B2(RATE), RATE >> 16, 9, \
		5, endpoint, kind, B2(packet), 1, 0, 0, 7, 0x25, 1, 0, 0, B2(0)
#define STREAMING_LEN 52
#define USB_STREAM 0x0101
#define MICROPHONE 0x0201
#define HEADPHONES 0x0302

static const uint8_t device_descriptor[] = {
	18, 1, B2(0x110), 0, 0, 0, 64, B2(0x1d6b), B2(0x0101), B2(1), 0, 1, 0, 1};
static const uint8_t headset[] = {9, 2, B2(9 + 9 + 10 + 2 * FLOW_LEN + 2 * STREAMING_LEN), 3, 1, 0,
	0x80, 50, 9, 4, 0, 0, 0, 1, 1, 0, 0, 10, 0x24, 1, B2(0x100), B2(10 + 2 * FLOW_LEN), 2, 1, 2,
	FLOW(1, USB_STREAM, 2, HEADPHONES), FLOW(3, MICROPHONE, 1, USB_STREAM),
	STREAMING(1, 1, 2, PLAYS, 9, PLAYED), STREAMING(2, 4, 1, RECORDS, 5, RECORDED)};
static const uint8_t microphone[] = {9, 2, B2(9 + 9 + 9 + FLOW_LEN + STREAMING_LEN), 2, 1, 0, 0x80,
	50, 9, 4, 0, 0, 0, 1, 1, 0, 0, 9, 0x24, 1, B2(0x100), B2(9 + FLOW_LEN), 1, 1,
	FLOW(1, MICROPHONE, 1, USB_STREAM), STREAMING(1, 2, 1, RECORDS, 5, RECORDED)};
static const uint8_t languages[] = {4, 3, B2(0x409)};
static const uint8_t headset_name[] = {24, 3, 'l', 0, 'a', 0, 'b', 0, '-', 0, 'h', 0, 'e', 0, 'a',
	0, 'd', 0, 's', 0, 'e', 0, 't', 0};
static const uint8_t microphone_name[] = {30, 3, 'l', 0, 'a', 0, 'b', 0, '-', 0, 'm', 0, 'i', 0,
	'c', 0, 'r', 0, 'o', 0, 'p', 0, 'h', 0, 'o', 0, 'n', 0, 'e', 0};
static const uint8_t none[2] = {0, 0};

struct kind {
	const char *word;
	const uint8_t *config, *name;
	size_t config_len, name_len;
};
static const struct kind kinds[] = {
	{"headset", headset, headset_name, sizeof(headset), sizeof(headset_name)},
	{"microphone", microphone, microphone_name, sizeof(microphone), sizeof(microphone_name)},
};

struct sound {
	struct usbip_device device;
	const struct kind *kind;
	int64_t last_ns[2]; /* when the newest transfer out and in is over */
};

/* setup, Universal Serial Bus 2.0, 9.3: what a request gives back; NULL is refused */
static const uint8_t *reply_of(const struct kind *kind, const uint8_t setup[8], size_t *ret_len)
{
	const struct {
		unsigned request;
		int what; /* wValue; -1: any */
		const uint8_t *bytes;
		size_t len;
	} rows[] = {
		{0x8006, 0x100, device_descriptor, sizeof(device_descriptor)},
		{0x8006, 0x200, kind->config, kind->config_len},
		{0x8006, 0x300, languages, sizeof(languages)},
		{0x8006, 0x301, kind->name, kind->name_len},
		{0x8000, -1, none, 2},
		{0x8100, -1, none, 2},
		{0x8200, -1, none, 2},
	};
	unsigned request = (unsigned)setup[0] << 8 | setup[1];
	int what = setup[2] | setup[3] << 8;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].request == request && (rows[i].what < 0 || rows[i].what == what)) {
			*ret_len = rows[i].len;
			return rows[i].bytes;
		}
	}
	return NULL;
}

static bool control(const struct sound *sound, const struct usbip_header *asked)
{
	const uint8_t *setup = asked->submit.setup;
	size_t wanted = ntohl(asked->submit.length), len = 0;
	const uint8_t *bytes;

	if (!(setup[0] & 0x80)) {
		return usbip_answer(&sound->device, asked, 0, NULL, wanted);
	}
	bytes = reply_of(sound->kind, setup, &len);
	return bytes ? usbip_answer(&sound->device, asked, 0, bytes, len < wanted ? len : wanted)
		     : usbip_answer(&sound->device, asked, -EPIPE, NULL, 0);
}

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* A transfer begins where the one before it on its endpoint ends. */
static void pace(struct sound *sound)
{
	struct usbip_transfer *transfer = &sound->device.waiting[sound->device.n_waiting - 1];
	int64_t *last = &sound->last_ns[transfer->asked.direction != 0];
	int64_t now = now_ns();

	*last = (*last > now ? *last : now) + (int64_t)transfer->n_packets * FRAME_NS;
	transfer->due_ns = *last;
}

static bool finish(struct sound *sound, struct usbip_transfer *transfer)
{
	static int16_t bytes[USBIP_PACKETS_MAX * RECORDED / 2];
	bool in = transfer->asked.direction != 0;

	for (size_t i = 0; i < transfer->n_packets; i++) {
		struct usbip_packet *packet = &transfer->packets[i];

		packet->actual =
			in && packet->length > RECORDED ? (uint32_t)RECORDED : packet->length;
	}
	for (size_t i = 0; i < ARRAY_LEN(bytes); i++) {
		bytes[i] = (int16_t)(i % 48 * 100);
	}
	return usbip_answer_packets(&sound->device, transfer, in ? bytes : NULL);
}

static bool finish_due(struct sound *sound, int64_t now)
{
	struct usbip_device *device = &sound->device;

	for (size_t i = 0; i < device->n_waiting;) {
		if (device->waiting[i].due_ns > now) {
			i++;
			continue;
		}
		if (!finish(sound, &device->waiting[i])) {
			return false;
		}
		usbip_drop(device, i);
	}
	return true;
}

/* In ms, rounded up; -1: nothing waits */
static int wait_of(const struct usbip_device *device, int64_t now)
{
	int64_t least = INT64_MAX;

	for (size_t i = 0; i < device->n_waiting; i++) {
		least = device->waiting[i].due_ns < least ? device->waiting[i].due_ns : least;
	}
	if (least == INT64_MAX) {
		return -1;
	}
	return least <= now ? 0 : (int)((least - now + FRAME_NS - 1) / FRAME_NS);
}

static bool serve(struct sound *sound)
{
	size_t before = sound->device.n_waiting;
	struct usbip_header asked;
	bool is_control;

	if (!usbip_take(&sound->device, &asked, &is_control)) {
		return false;
	}
	if (is_control) {
		return control(sound, &asked);
	}
	if (sound->device.n_waiting > before) {
		pace(sound);
	}
	return true;
}

static const struct kind *kind_of(const char *word)
{
	for (size_t i = 0; word && i < ARRAY_LEN(kinds); i++) {
		if (strcmp(kinds[i].word, word) == 0) {
			return &kinds[i];
		}
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static struct sound sound;
	bool goes = true;
	char word;

	/* hardware waits for nobody */
	(void)sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 1});
	sound.kind = kind_of(argc == 2 ? argv[1] : NULL);
	if (!sound.kind) {
		(void)fprintf(stderr, "usage: usb-sound headset|microphone\n");
		return 64;
	}
	if (!usbip_plug(&sound.device, USBIP_SPEED_FULL)) {
		perror("usb-sound");
		return 1;
	}
	printf("ready\n");
	(void)fflush(stdout);
	while (goes) {
		struct pollfd fds[] = {{.fd = sound.device.fd, .events = POLLIN},
			{.fd = STDIN_FILENO, .events = POLLIN}};
		int n = poll(fds, 2, wait_of(&sound.device, now_ns()));

		goes = n >= 0 && finish_due(&sound, now_ns());
		if (goes && n > 0) {
			goes = fds[0].revents ? serve(&sound) : usbip_word(&word);
		}
	}
	return 0;
}
