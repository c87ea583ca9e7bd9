/* SPDX-License-Identifier: Apache-2.0 */
#include "client.h"

#include "str.h"

pid_t client_pid(const char *text)
{
	uint64_t n;

	return text && span_u64(span_z(text), &n) == 0 && n <= INT32_MAX ? (pid_t)n : 0;
}

static bool kind_of_own(int proc, uid_t uid, pid_t pid, enum media_kind *ret_kind)
{
	struct media_program program;

	if (pid <= 0) {
		return false;
	}
	media_program_look(proc, pid, &program);
	if (program.uid != uid) {
		return false;
	}
	*ret_kind = program.kind;
	return true;
}

enum media_kind client_kind(const struct client *client, int proc, uid_t uid)
{
	enum media_kind kind = media_program_name(client->app);
	bool served = false; /* somebody else opened the connection for it */

	if (kind != MEDIA_KIND_OTHER && kind != MEDIA_KIND_DAEMON) {
		return kind;
	}
	if (kind_of_own(proc, uid, client->proven, &kind)) {
		served = kind == MEDIA_KIND_DAEMON || (client->has_app && kind == MEDIA_KIND_OTHER);
		if (!served) {
			return kind;
		}
	}
	if (served && client->claimed == client->proven) {
		return kind;
	}
	if (kind_of_own(proc, uid, client->claimed, &kind)) {
		return kind;
	}
	kind = media_program_name(client->binary);
	return kind == MEDIA_KIND_DAEMON ? MEDIA_KIND_OTHER : kind;
}
