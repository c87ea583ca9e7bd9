/* SPDX-License-Identifier: Apache-2.0 */
/* Camera and microphone over control.sock: how they stand, for anybody; switched, by the owner. */
#include "control.h"
#include "log.h"
#include "switcher.h"

#include <string.h>

int control_switches(struct core *core, const struct control_call *call)
{
	struct json_build body = json_build_object();
	int r = switcher_add_view(core->switcher, &body);

	if (r == -ENOMEM) {
		json_build_drop(&body);
		return r;
	}
	if (r < 0) {
		json_build_drop(&body);
		control_fail(core->control, call->peer, "internal",
			"the book of caretaker-hand cannot be read; see the log of caretakerd");
		return 0;
	}
	json_build_int(&body, "format", 1);
	control_reply(core->control, call->peer, &body);
	return 0;
}

/* key: "off" or "on"; client: what */
int control_switch(struct core *core, const struct control_call *call)
{
	enum switches_what what;
	bool off = call->key && strcmp(call->key, "off") == 0;

	if (!call->client || switches_what_parse(span_z(call->client), &what) < 0 || !call->key ||
		(!off && strcmp(call->key, "on") != 0)) {
		control_fail(core->control, call->peer, "bad-request",
			"client, key: \"camera\" or \"microphone\", and \"off\" or \"on\"");
		return 0;
	}
	return switcher_set(core->switcher, what, off, call->peer);
}
