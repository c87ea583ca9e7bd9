/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet.h"

#include "fd.h"
#include "json.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define POLICY_BYTES_MAX ((size_t)1 << 20)

uint64_t fleet_random(uint64_t *state)
{
	/* splitmix64: the same fleet drifts the same way in each run */
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static int map(int fd, size_t bytes, struct fleet_device **ret_devices)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED) {
		return -errno;
	}
	*ret_devices = p;
	return 0;
}

int fleet_make(const char *path, size_t n)
{
	cleanup(fd_close) int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct fleet_device *devices = NULL;
	int r = fd < 0 ? -errno : 0;

	if (r == 0 && ftruncate(fd, (off_t)(n * sizeof(*devices))) < 0) {
		r = -errno;
	}
	r = r < 0 ? r : map(fd, n * sizeof(*devices), &devices);
	for (size_t i = 0; r == 0 && i < n; i++) {
		devices[i].want_full = 1;
		r = fleet_key_make(&devices[i]);
	}
	if (devices) {
		munmap(devices, n * sizeof(*devices));
	}
	return r;
}

static int read_controls(const char *policy, struct fleet *fleet)
{
	cleanup(fd_close) int fd = open(policy, O_RDONLY | O_CLOEXEC);
	cleanup(free_ptr) char *text = NULL;
	cleanup(json_put) struct json_object *object = NULL;
	struct json_object *controls = NULL;
	size_t len = 0;
	int r = fd < 0 ? -errno : fd_read_all(fd, POLICY_BYTES_MAX, &text, &len);

	r = r != 0 ? r : json_parse((struct span){text, len}, &object, NULL);
	if (r != 0 || !json_object_object_get_ex(object, "controls", &controls)) {
		return r < 0 ? r : -EBADMSG;
	}
	json_object_object_foreach(controls, id, value)
	{
		(void)value;
		if (fleet->n_controls < FLEET_CONTROLS_MAX) {
			fleet->controls[fleet->n_controls] = strdup(id);
			r = fleet->controls[fleet->n_controls++] ? r : -ENOMEM;
		}
	}
	return r;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int fleet_open(const char *path, const char *policy, struct fleet *ret_fleet)
{
	struct fleet fleet = {.fd = open(path, O_RDWR | O_CLOEXEC)};
	struct stat st = {0};
	int r = fleet.fd < 0 || fstat(fleet.fd, &st) < 0 ? -errno : 0;

	fleet.n = (size_t)st.st_size / sizeof(struct fleet_device);
	r = r < 0 ? r : fleet.n == 0 ? -EBADMSG : read_controls(policy, &fleet);
	r = r < 0 ? r : map(fleet.fd, fleet.n * sizeof(struct fleet_device), &fleet.devices);
	if (r < 0) {
		fleet_close(&fleet);
		return r;
	}
	qsort(fleet.controls, fleet.n_controls, sizeof(char *), compare);
	*ret_fleet = fleet;
	return 0;
}

void fleet_close(struct fleet *fleet)
{
	if (fleet->devices) {
		munmap(fleet->devices, fleet->n * sizeof(struct fleet_device));
	}
	for (size_t i = 0; i < fleet->n_controls; i++) {
		free(fleet->controls[i]);
	}
	fd_close(&fleet->fd);
}
