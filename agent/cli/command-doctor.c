/* SPDX-License-Identifier: Apache-2.0 */
/* doctor: what is wrong with Caretaker itself, seen from here and by caretakerd. */
#include "ask.h"
#include "baseline.h"
#include "doctor.h"
#include "service.h"

#include <string.h>

#define SERVICE_ITEMS_MAX 64

static int item_write(
	struct json_object *list, const char *word, const char *detail, const bool *ok)
{
	struct json_object *json = json_object_new_object();

	if (json == NULL || json_object_array_add(list, json) != 0) {
		json_object_put(json);
		return -ENOMEM;
	}
	if (json_object_object_add(json, "detail", json_object_new_string(detail)) != 0 ||
		json_object_object_add(json, "item", json_object_new_string(word)) != 0 ||
		json_object_object_add(json, "ok", ok ? json_object_new_boolean(*ok) : NULL) != 0) {
		return -ENOMEM;
	}
	return 0;
}

static int own_write(struct json_object *list)
{
	cleanup(sysroot_finish) struct sysroot root = {.fd = -1};
	struct doctor_items items = {0};
	int r = sysroot_open("/", true, &root);

	if (r == 0) {
		r = doctor_look(&root, &items);
	}
	for (size_t i = 0; i < items.len && r == 0; i++) {
		const struct doctor_item *item = &items.items[i];
		bool ok = item->finding == DOCTOR_OK;

		r = item_write(list, item->item, item->detail,
			item->finding == DOCTOR_NOT_SEEN ? NULL : &ok);
	}
	vec_free(&items);
	return r;
}

static int policies_write(const struct cli *cli, struct json_object *list)
{
	static const char *const names[] = {BASELINE_HOME, BASELINE_SCHOOL};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(names) && r == 0; i++) {
		cleanup(policy_free_p) struct policy *policy = NULL;
		struct json_error error = {0};
		int outcome = baseline_read(ask_datadir(cli), names[i], &policy, &error);
		bool ok = outcome == 0;

		if (outcome < 0) {
			r = item_write(list, "baseline", strerror(-outcome), &ok);
		} else {
			r = item_write(list, "baseline", ok ? names[i] : error.where, &ok);
		}
	}
	return r;
}

static int service_items_copy(struct json_object *reply, struct json_object *list)
{
	struct raw {
		int64_t format;
		struct json_object *items;
	} raw = {0};
	struct item {
		const char *detail;
		const char *item;
		bool ok;
	} item;
	static const struct json_field fields[] = {
		{"format", JSON_WANT_INT, offsetof(struct raw, format), true, 0},
		{"items", JSON_WANT_ARRAY, offsetof(struct raw, items), true, SERVICE_ITEMS_MAX},
	};
	static const struct json_field item_fields[] = {
		{"detail", JSON_WANT_STRING, offsetof(struct item, detail), true, 1024},
		{"item", JSON_WANT_STRING, offsetof(struct item, item), true, 64},
		{"ok", JSON_WANT_BOOL, offsetof(struct item, ok), true, 0},
	};
	int r = json_decode(reply, fields, ARRAY_LEN(fields), &raw, NULL);

	for (size_t i = 0; r == 0 && i < json_object_array_length(raw.items); i++) {
		r = json_decode(json_object_array_get_idx(raw.items, i), item_fields,
			ARRAY_LEN(item_fields), &item, NULL);
		if (r == 0) {
			r = item_write(list, item.item, item.detail, &item.ok);
		}
	}
	return r;
}

/* What the service says of itself; that it does not answer is an item like any other. */
static int service_write(const struct cli *cli, struct json_object *list)
{
	cleanup(json_put) struct json_object *request = service_request("doctor");
	cleanup(json_put) struct json_object *reply = NULL;
	struct service_refusal refusal = {0};
	struct service_call call = {.socket = ask_socket(cli), .timeout_ms = SERVICE_QUICK_MS};
	bool ok;
	int r;

	if (request == NULL) {
		return -ENOMEM;
	}
	r = service_ask(&call, request, &refusal, &reply);
	ok = r == 0;
	if (item_write(list, "service", ask_socket(cli), &ok) < 0) {
		return -ENOMEM;
	}
	if (!ok) {
		return 0;
	}
	r = service_items_copy(reply, list);
	ok = false;
	return r > 0 ? item_write(list, "service-answer", ask_socket(cli), &ok) : r;
}

/* What to do, where systemd runs things and where the supervisor does. */
static void fix_put(struct page *page, const char *word)
{
	static const char *const suffixes[] = {".fix-supervised", ".fix"};
	bool systemd = access("/run/systemd/system", F_OK) == 0; /* sd_booted(3) */

	for (size_t i = systemd ? 1 : 0; i < ARRAY_LEN(suffixes); i++) {
		const char *text = page_lookup(page, "doctor.", word, suffixes[i]);

		if (text != word) {
			page_put(page, PAGE_BLOCK(.indent = 4, .hang = 4, .text = text));
			return;
		}
	}
}

static void item_put(struct page *page, struct json_object *json, bool *all_ok)
{
	struct json_object *word, *detail, *ok;
	enum posture_state state = POSTURE_UNKNOWN;
	cleanup(str_finish) struct str lead = {0};

	json_object_object_get_ex(json, "item", &word);
	json_object_object_get_ex(json, "detail", &detail);
	json_object_object_get_ex(json, "ok", &ok);
	if (ok != NULL) {
		state = json_object_get_boolean(ok) ? POSTURE_PASS : POSTURE_FAIL;
	}
	page_check(page, str_appendf(&lead, "%s %s%s", term_state_symbol(page->term, state),
				 page_lookup(page, "doctor.", json_object_get_string(word), ""),
				 json_object_get_string_len(detail) > 0 ? ":" : ""));
	page_put(page, PAGE_BLOCK(.hang = 4, .style = term_state_style(state), .lead = lead.p,
			       .text = json_object_get_string(detail)));
	if (state != POSTURE_FAIL) {
		return;
	}
	*all_ok = false;
	fix_put(page, json_object_get_string(word));
}

static int items_collect(const struct cli *cli, struct json_object *json)
{
	struct json_object *list = json_object_new_array();
	int r;

	if (list == NULL || json_object_object_add(json, "items", list) != 0) {
		json_object_put(list);
		return -ENOMEM;
	}
	if (json_object_object_add(json, "format", json_object_new_int(1)) != 0) {
		return -ENOMEM;
	}
	r = service_write(cli, list);
	if (r == 0) {
		r = own_write(list);
	}
	return r == 0 ? policies_write(cli, list) : r;
}

static enum cli_exit run(struct cli *cli)
{
	cleanup(json_put) struct json_object *json = json_object_new_object();
	struct json_object *list;
	struct page page;
	bool all_ok = true;
	int r = json != NULL ? items_collect(cli, json) : -ENOMEM;

	if (r < 0) {
		return cli_complain_errno(cli, "cli.do.look", r);
	}
	json_object_object_get_ex(json, "items", &list);
	cli_page(cli, &page);
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		item_put(&page, json_object_array_get_idx(list, i), &all_ok);
	}
	if (cli->options.json) {
		page_finish(&page);
		return cli_show_json(cli, json, all_ok ? CLI_EXIT_PASS : CLI_EXIT_FINDINGS);
	}
	page_gap(&page);
	page_text(&page, PAGE_BLOCK(.style = TERM_BOLD),
		all_ok ? "cli.doctor.fine" : "cli.doctor.trouble");
	return cli_show(cli, &page, all_ok ? CLI_EXIT_PASS : CLI_EXIT_FINDINGS);
}

const struct cli_command command_doctor = {
	.name = "doctor",
	.run = run,
	.help = "cli.command.doctor",
	.operands = "",
	.options = OPTION_JSON,
};
