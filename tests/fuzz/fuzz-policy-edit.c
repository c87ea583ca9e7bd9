/* SPDX-License-Identifier: Apache-2.0 */
/* What a school may send as its edit of a policy, laid over the package's own baseline. */
#include "fd.h"
#include "fuzz.h"
#include "policies.h"
#include "policy-edit.h"

#include <fcntl.h>
#include <string.h>

#define BASELINE_MAX ((size_t)1 << 20)

static struct json_object *read_baseline(void)
{
	cleanup(fd_close) int fd = open(BASELINE, O_RDONLY | O_CLOEXEC);
	cleanup(free_ptr) char *text = NULL;
	struct json_object *baseline = NULL;
	size_t len = 0;

	FUZZ_REQUIRE(fd >= 0 && fd_read_all(fd, BASELINE_MAX, &text, &len) == 0);
	FUZZ_REQUIRE(json_parse((struct span){text, len}, &baseline, NULL) == 0);
	return baseline;
}

/* Controls that hold Caretaker to its word stay on, whatever the edit said. */
static void check_own(struct json_object *baseline)
{
	struct json_object *controls = NULL;

	FUZZ_REQUIRE(json_object_object_get_ex(baseline, "controls", &controls));
	json_object_object_foreach(controls, id, control)
	{
		struct json_object *on = NULL;

		FUZZ_REQUIRE(json_object_is_type(control, json_type_object));
		if (strncmp(id, "agent.", 6) == 0 &&
			json_object_object_get_ex(control, "on", &on)) {
			FUZZ_REQUIRE(json_object_get_boolean(on));
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	cleanup(json_put) struct json_object *edit = NULL;
	struct json_error error = {.where = ""};

	if (policy_edit_parse((struct span){(const char *)bytes, len}, &edit, &error) != 0) {
		FUZZ_REQUIRE(error.what && memchr(error.where, 0, sizeof(error.where)));
		return 0;
	}
	for (int strict = 0; strict < 2; strict++) {
		cleanup(json_put) struct json_object *baseline = read_baseline();
		cleanup(str_finish) struct str text = {0};

		FUZZ_TRY(policy_edit_apply(edit, baseline, strict, &error));
		check_own(baseline);
		FUZZ_REQUIRE(json_write_canonical(baseline, &text) == 0);
	}
	FUZZ_TRY(policy_edit_len(edit));
	return 0;
}
