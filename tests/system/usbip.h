/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The far end of a USB device that the kernel's own virtual controller (vhci-hcd) has plugged in:
 * USB/IP as Documentation/usb/usbip_protocol.rst has it, over a pair of sockets of which the kernel
 * holds the other.
 */
#pragma once

#include "base.h"

#define USBIP_WAITING_MAX 64
#define USBIP_PACKETS_MAX 64 /* of one isochronous transfer */
#define USBIP_TAKEN_MAX 65536

enum { USBIP_SUBMIT = 1, USBIP_UNLINK, USBIP_RET_SUBMIT, USBIP_RET_UNLINK };
enum { USBIP_SPEED_FULL = 2, USBIP_SPEED_HIGH };

#define B2(n) (n) & 255, (n) >> 8 & 255
#define B4(n) B2(n), (n) >> 16 & 255, (n) >> 24 & 255

/* In the order of bytes of the network */
struct usbip_header {
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
			uint32_t value; /* of USBIP_UNLINK its seqnum, of the answer its status */
			uint8_t unused[24];
		} unlink;
	};
};
_Static_assert(sizeof(struct usbip_header) == 48, "as the protocol has it");

struct usbip_packet {
	uint32_t offset, length, actual, status;
};
_Static_assert(sizeof(struct usbip_packet) == 16, "as the protocol has it");

/* A transfer that was asked for and is not answered yet */
struct usbip_transfer {
	struct usbip_header asked;
	int64_t due_ns; /* as the device likes */
	size_t n_packets;
	struct usbip_packet packets[USBIP_PACKETS_MAX];
};

struct usbip_device {
	int fd;
	struct usbip_transfer waiting[USBIP_WAITING_MAX];
	size_t n_waiting;
};

/* At the first port that is free. False with errno. */
must_check bool usbip_plug(struct usbip_device *device, int speed);
/*
 * Takes the next request; what goes to the device is read and forgotten. ret_control: it was one of
 * endpoint 0, which the device answers now; otherwise it is among those that wait, the last of
 * them, or it was about one of these. False at the end.
 */
must_check bool usbip_take(
	struct usbip_device *device, struct usbip_header *ret_asked, bool *ret_control);
/* bytes: NULL where nothing comes back; of what went out the kernel wants to hear the length alone
 */
must_check bool usbip_answer(const struct usbip_device *device, const struct usbip_header *asked,
	int status, const void *bytes, size_t len);
/* One that waits, each of its packets as long as it says in actual, in the machine's order */
must_check bool usbip_answer_packets(
	struct usbip_device *device, struct usbip_transfer *transfer, const void *bytes);
void usbip_drop(struct usbip_device *device, size_t i);
/* What a standard input that ended, or a word there, says: false at its end */
must_check bool usbip_word(char *ret_first);
