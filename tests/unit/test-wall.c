/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose firewall it is, by files of a fake root; and caretaker-firewall's messages where nothing
 * can be run. What its programs do is proved by tests/netns/firewall_enforce.py with real packets.
 */
#include "fd.h"
#include "json-build.h"
#include "unit.h"
#include "wall.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct fake {
	char path[64];
	struct sysroot root;
	int state;
};

static void put(const struct fake *fake, const char *name, const char *text)
{
	char path[512];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", fake->path, name);
	for (char *slash = strchr(path + strlen(fake->path) + 1, '/'); slash;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(path, 0755);
		*slash = '/';
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
	close(fd);
}

static int fake_make(void **data)
{
	struct fake *fake = calloc(1, sizeof(*fake));
	char state[96];

	assert_non_null(fake);
	(void)snprintf(fake->path, sizeof(fake->path), "/tmp/caretaker-wall-XXXXXX");
	assert_non_null(mkdtemp(fake->path));
	assert_int_equal(sysroot_open(fake->path, false, &fake->root), 0);
	(void)snprintf(state, sizeof(state), "%s/state", fake->path);
	assert_int_equal(mkdir(state, 0700), 0);
	fake->state = fd_open_dir(AT_FDCWD, state);
	assert_true(fake->state >= 0);
	*data = fake;
	return 0;
}

static int one_remove(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static int fake_remove(void **data)
{
	struct fake *fake = *data;

	sysroot_finish(&fake->root);
	close(fake->state);
	nftw(fake->path, one_remove, 16, FTW_DEPTH | FTW_PHYS);
	free(fake);
	return 0;
}

/* "KEY FROM TO RESULT ERROR" of each, a line each */
static void plan_is(const struct fake *fake, enum wall_manager manager, const char *wanted)
{
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	cleanup(str_finish) struct str said = {0};
	struct wall_look look;

	assert_int_equal(wall_look(&fake->root, &look), 0);
	assert_int_equal(look.manager, manager);
	assert_int_equal(wall_plan(&look, &changes), 0);
	for (size_t i = 0; i < changes.len; i++) {
		const struct enforce_change *change = &changes.items[i];
		const char *error = enforce_error_code(change->error);

		assert_string_equal(change->client, WALL_CLIENT);
		assert_int_equal(str_appendf(&said, "%s %s %s %s %s\n", change->key,
					 json_object_get_string(change->from),
					 json_object_get_string(change->to),
					 enforce_result_name(change->result), error ? error : "-"),
			0);
	}
	assert_string_equal(said.p ? said.p : "", wanted);
}

static void test_nobody_looks_after_it(void **data)
{
	plan_is(*data, WALL_NOBODY, "input (null) drop refused no-firewall\n");
	put(*data, "usr/sbin/nft", "");
	plan_is(*data, WALL_OWN, "input (null) drop planned -\n");
}

static void test_ufw_goes_before_a_table_of_our_own(void **data)
{
	put(*data, "usr/sbin/nft", "");
	put(*data, "usr/sbin/ufw", "");
	put(*data, "etc/ufw/ufw.conf", "# ENABLED=yes\nENABLED=no\nLOGLEVEL=low\n");
	put(*data, "etc/default/ufw", "IPV6=yes\nDEFAULT_INPUT_POLICY=\"DROP\"\n");
	plan_is(*data, WALL_UFW, "ENABLED no yes planned -\n");
	put(*data, "etc/default/ufw", "DEFAULT_INPUT_POLICY=\"ACCEPT\"\n");
	plan_is(*data, WALL_UFW,
		"DEFAULT_INPUT_POLICY ACCEPT DROP planned -\nENABLED no yes planned -\n");
	put(*data, "etc/default/ufw", "DEFAULT_INPUT_POLICY=REJECT\n");
	put(*data, "etc/ufw/ufw.conf", "ENABLED=yes\n");
	plan_is(*data, WALL_UFW, "ENABLED yes yes conflict other-rules\n");
}

static void test_firewalld_that_runs_goes_before_ufw(void **data)
{
	put(*data, "usr/sbin/firewalld", "");
	put(*data, "usr/sbin/nft", "");
	plan_is(*data, WALL_FIREWALLD, "DefaultZone (null) public conflict manager-stopped\n");
	put(*data, "run/firewalld.pid", "1");
	put(*data, "etc/firewalld/firewalld.conf", "DefaultZone=trusted\n");
	plan_is(*data, WALL_FIREWALLD, "DefaultZone trusted public planned -\n");
	put(*data, "usr/sbin/ufw", "");
	plan_is(*data, WALL_FIREWALLD, "DefaultZone trusted public planned -\n");
	put(*data, "etc/firewalld/firewalld.conf", "DefaultZone=home\n");
	plan_is(*data, WALL_FIREWALLD, "DefaultZone home public conflict other-rules\n");
	put(*data, "sys/fs/cgroup/system.slice/firewalld.service/cgroup.events",
		"populated 0\nfrozen 0\n");
	plan_is(*data, WALL_UFW, "ENABLED no yes planned -\n");
}

static void test_a_value_is_the_last_without_quotes(void **data)
{
	static const struct {
		const char *text, *value;
	} rows[] = {
		{"K=a\nK=b\n", "b"},
		{" K = a \n", NULL},
		{"K='a b'", "a b"},
		{"K=\"", "\""},
		{"K=", ""},
		{"#K=a\nKK=b\n", NULL},
		{"", NULL},
	};

	(void)data;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct span value;
		bool found = wall_value(span_z(rows[i].text), "K", &value);

		assert_int_equal(found, rows[i].value != NULL);
		if (found) {
			assert_true(span_eq(value, rows[i].value));
		}
	}
}

static void test_what_is_written_is_read(void **data)
{
	const struct fake *fake = *data;
	const struct wall_state states[] = {
		{WALL_WAITING, WALL_UFW, {false, WALL_ACCEPT}, true},
		{WALL_KEPT, WALL_OWN, {false, WALL_ACCEPT}, false},
		{WALL_REVERTED, WALL_FIREWALLD, {true, WALL_REJECT}, false},
		{WALL_NONE, WALL_NOBODY, {false, WALL_ACCEPT}, false},
	};
	struct wall_state read;

	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		assert_int_equal(wall_store_save(fake->state, &states[i]), 0);
		assert_int_equal(wall_store_load(fake->state, &read), 0);
		assert_int_equal(read.phase, states[i].phase);
		assert_int_equal(read.manager, states[i].manager);
		assert_int_equal(read.former.ufw_enabled, states[i].former.ufw_enabled);
		assert_int_equal(read.former.ufw_default, states[i].former.ufw_default);
		assert_int_equal(read.mdns, states[i].mdns);
	}
	assert_int_equal(faccessat(fake->state, WALL_STATE_NAME, F_OK, 0), -1);
}

static void test_a_damaged_state_is_left_for_a_person(void **data)
{
	static const char *const texts[] = {"", "{}", "[]", "{\"phase\":\"waiting\"}",
		"{\"default\":\"ACCEPT\",\"enabled\":false,\"format\":1,\"manager\":\"own\","
		"\"mdns\":false,\"phase\":\"open\"}",
		"{\"default\":\"ACCEPT\",\"enabled\":false,\"format\":2,\"manager\":\"own\","
		"\"mdns\":false,\"phase\":\"kept\"}",
		"{\"default\":\"ACCEPT\",\"enabled\":false,\"format\":1,\"manager\":\"/bin/sh\","
		"\"mdns\":false,\"phase\":\"kept\"}"};
	const struct fake *fake = *data;
	const struct wall_setup setup = {.state = fake->state, .root = fake->root};
	struct wall_state state;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		put(fake, "state/" WALL_STATE_NAME, texts[i]);
		assert_int_equal(wall_store_load(fake->state, &state), WALL_STORE_E_BROKEN);
		assert_int_equal(wall_restore(&setup), -EBADMSG);
	}
}

static void answer_is(struct wall *wall, const char *body, enum ipc_type wanted)
{
	cleanup(json_put) struct json_object *object = json_tokener_parse(body);
	cleanup(json_put) struct json_object *answer = NULL;
	enum ipc_type type = IPC_REPLY;

	assert_non_null(object);
	assert_int_equal(wall_answer(wall, object, &type, &answer), 0);
	assert_int_equal(type, wanted);
	assert_non_null(answer);
}

/* Nothing is installed in the fake root, so that nothing is run and nothing is noted. */
static void test_messages(void **data)
{
	static const struct {
		const char *body;
		enum ipc_type answer;
	} rows[] = {
		{"{\"act\":\"look\",\"format\":1,\"mdns\":false,\"seconds\":60}", IPC_HAND_DONE},
		{"{\"act\":\"apply\",\"format\":1,\"mdns\":true,\"seconds\":0}", IPC_HAND_DONE},
		{"{\"act\":\"undo\",\"format\":1,\"mdns\":false,\"seconds\":60}", IPC_HAND_DONE},
		{"{\"act\":\"confirm\",\"format\":1,\"mdns\":false,\"seconds\":60}", IPC_HAND_DONE},
		{"{\"act\":\"flush\",\"format\":1,\"mdns\":false,\"seconds\":60}", IPC_ERROR},
		{"{\"act\":\"apply\",\"format\":1,\"mdns\":false,\"seconds\":3601}", IPC_ERROR},
		{"{\"act\":\"apply\",\"format\":1,\"mdns\":false,\"seconds\":-1}", IPC_ERROR},
		{"{\"act\":\"apply\",\"format\":2,\"mdns\":false,\"seconds\":60}", IPC_ERROR},
		{"{\"act\":\"apply\",\"format\":1,\"mdns\":1,\"seconds\":60}", IPC_ERROR},
		{"{\"act\":\"apply\",\"format\":1,\"mdns\":false,\"seconds\":60,\"path\":\"/\"}",
			IPC_ERROR},
		{"{}", IPC_ERROR},
	};
	const struct fake *fake = *data;
	cleanup(loop_free_p) struct loop *loop = NULL;
	cleanup(wall_free_p) struct wall *wall = NULL;
	int ends[2];
	struct wall_setup setup = {.state = fake->state, .root = fake->root, .idle_ms = 1000};

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(loop_new(&loop), 0);
	setup.loop = loop;
	setup.listener = ends[0]; /* nobody comes */
	assert_int_equal(wall_new(&setup, &wall), 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		answer_is(wall, rows[i].body, rows[i].answer);
	}
	assert_int_equal(faccessat(fake->state, WALL_STATE_NAME, F_OK, 0), -1);
	close(ends[1]);
	close(ends[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nobody_looks_after_it, fake_make, fake_remove),
		cmocka_unit_test_setup_teardown(
			test_ufw_goes_before_a_table_of_our_own, fake_make, fake_remove),
		cmocka_unit_test_setup_teardown(
			test_firewalld_that_runs_goes_before_ufw, fake_make, fake_remove),
		cmocka_unit_test(test_a_value_is_the_last_without_quotes),
		cmocka_unit_test_setup_teardown(
			test_what_is_written_is_read, fake_make, fake_remove),
		cmocka_unit_test_setup_teardown(
			test_a_damaged_state_is_left_for_a_person, fake_make, fake_remove),
		cmocka_unit_test_setup_teardown(test_messages, fake_make, fake_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
