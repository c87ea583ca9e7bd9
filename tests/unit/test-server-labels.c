/* SPDX-License-Identifier: Apache-2.0 */
/* Held against the label itself, written out and searched. */
#include "fleet.h"
#include "labels.h"
#include "some-store.h"

#include <strings.h>

static const char *const parts[] = {"", "a", "lab", "LAB", "b-", "-", "-0", "-1", "b-0", "b-01",
	"lab-001", "lab-0011", "0", "01", "1", "11", "001", "100", "1000", "999", "lab-1", "2-b",
	"b2-", "b2-00", "lab-2", "lab-2-", "lab-2-0", "-2-1", "--", "lab--0", "x", "9b", "%", "_",
	"1-", "!"};
static const char *const teams[] = {"lab", "lab-2", "b", "1", "a-", "001", "b2", "9-9"};
static const int64_t numbers[] = {1, 9, 10, 11, 99, 100, 101, 110, 999, 1000, 1001, 10011, 123456};

static void each_label_is_found_by_its_parts_alone(void **state)
{
	(void)state;
	for (size_t p = 0; p < ARRAY_LEN(parts); p++) {
		struct label_part part;

		assert_true(labels_read(parts[p], &part));
		for (size_t t = 0; t < ARRAY_LEN(teams); t++) {
			enum label_fit fit = labels_fit(&part, teams[t]);

			for (size_t n = 0; n < ARRAY_LEN(numbers); n++) {
				char label[FLEET_LABEL_MAX + 1];
				bool found = fit == LABEL_ALL ||
					     (fit == LABEL_SOME &&
						     labels_number_fits(&part, numbers[n]));

				snprintf(label, sizeof(label), "%s-%03lld", teams[t],
					(long long)numbers[n]);
				if (found != (strcasestr(label, parts[p]) != NULL)) {
					fail_msg("%s in %s", parts[p], label);
				}
			}
		}
	}
}

static void what_is_longer_than_a_label_is_in_none(void **state)
{
	char text[LABELS_PART_MAX + 2];
	struct label_part part;

	(void)state;
	memset(text, '1', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	assert_false(labels_read(text, &part));
	text[LABELS_PART_MAX] = 0;
	assert_true(labels_read(text, &part));
}

static struct json_object *listed(
	struct store *store, const char *text, const char *after, int64_t n)
{
	struct fleet_filter filter = {
		.text = text, .reach = "", .after_team = after, .after_number = n};
	struct json_object *body = NULL;

	assert_int_equal(fleet_read_devices(store, &filter, &body), 0);
	return body;
}

static int64_t number_of(struct json_object *object, const char *name)
{
	struct json_object *at = NULL;

	assert_true(json_object_object_get_ex(object, name, &at));
	return json_object_is_type(at, json_type_array) ? (int64_t)json_object_array_length(at)
							: json_object_get_int64(at);
}

static void lists(struct store *store, const char *text, int64_t total, int64_t shown)
{
	struct json_object *body = listed(store, text, NULL, 0);

	assert_int_equal(number_of(body, "total"), total);
	assert_int_equal(number_of(body, "devices"), shown);
	json_object_put(body);
}

static void pages_and_totals_know_of_gaps(void **state)
{
	struct store *store = some_store(state);
	struct device devices[120];
	struct json_object *body;
	char key[DEVICE_KEY_LEN + 1];

	some_token(store, "t", 1000);
	assert_int_equal(store->ops->begin(store, true), 0);
	for (size_t i = 0; i < ARRAY_LEN(devices); i++) {
		snprintf(key, sizeof(key), "%086zu", i);
		assert_int_equal(device_enrol(store, key, span_z("t"), NOW, &devices[i]), 0);
	}
	assert_int_equal(store->ops->commit(store), 0);
	lists(store, devices[0].team, 120, FLEET_PAGE);
	lists(store, "-01", 10, 10);
	lists(store, "12", 3, 3); /* 012, 112, 120 */
	lists(store, "nowhere", 0, 0);
	assert_int_equal(device_erase(store, devices[11].id), 0);
	lists(store, devices[0].team, 119, FLEET_PAGE);
	lists(store, "-01", 9, 9);
	lists(store, "12", 2, 2);
	body = listed(store, "-", devices[0].team, 100);
	assert_int_equal(number_of(body, "devices"), 20);
	assert_int_equal(number_of(body, "total"), 119);
	json_object_put(body);
}

static void fails(struct store *store, const struct device *device)
{
	struct report_control control = {"disk.encrypted", POSTURE_FAIL, POSTURE_NOT_ENCRYPTED, 0};
	struct report report = {.kind = REPORT_FULL,
		.sequence = 1,
		.policy = 1,
		.unit = REPORT_HOURS,
		.controls = &control,
		.n_controls = 1};
	char hash[SECRET_HASH_LEN + 1];
	struct device after;

	some_hash(1, hash);
	memcpy(report.device, device->id, sizeof(report.device));
	assert_int_equal(device_report(store, &report,
				 &(struct device_signed){device->public_key, hash}, NOW, &after),
		0);
}

/* However its numbers are counted: in runs, one by one, or not at all */
static void totals_of_a_state_are_its_labels(void **state)
{
	static const char *const shown[] = {NULL, "failing", "unknown", "passing"};
	struct store *store = some_store(state);
	struct device devices[230];
	char key[DEVICE_KEY_LEN + 1];

	some_token(store, "t", 1000);
	assert_int_equal(store->ops->begin(store, true), 0);
	for (size_t i = 0; i < ARRAY_LEN(devices); i++) {
		snprintf(key, sizeof(key), "%086zu", i);
		assert_int_equal(device_enrol(store, key, span_z("t"), NOW, &devices[i]), 0);
		if (i % 3 == 0) {
			fails(store, &devices[i]);
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(devices); i += 7) {
		assert_int_equal(device_erase(store, devices[i].id), 0);
	}
	assert_int_equal(store->ops->commit(store), 0);
	for (size_t p = 1; p < ARRAY_LEN(parts); p++) {
		for (size_t k = 0; k < ARRAY_LEN(shown); k++) {
			struct fleet_filter filter = {
				.text = parts[p], .reach = "", .state = shown[k]};
			struct json_object *body = NULL;
			int64_t total = 0;

			for (size_t i = 0; i < ARRAY_LEN(devices); i++) {
				const char *posture = i % 3 == 0 ? "failing" : "unknown";
				char label[FLEET_LABEL_MAX + 1];

				snprintf(label, sizeof(label), "%s-%03lld", devices[i].team,
					(long long)devices[i].number);
				total += i % 7 != 0 && strcasestr(label, parts[p]) &&
					 (!shown[k] || strcmp(shown[k], posture) == 0);
			}
			assert_int_equal(fleet_read_devices(store, &filter, &body), 0);
			if (number_of(body, "total") != total) {
				fail_msg("%s, %s", parts[p], shown[k] ? shown[k] : "any");
			}
			json_object_put(body);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_label_is_found_by_its_parts_alone),
		cmocka_unit_test(what_is_longer_than_a_label_is_in_none),
		WITH_STORE(pages_and_totals_know_of_gaps),
		WITH_STORE(totals_of_a_state_are_its_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
