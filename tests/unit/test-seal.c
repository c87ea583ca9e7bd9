/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the real caretaker-seal, as caretakerd does: key directory on fd 3, request on stdin. */
#include "fd.h"
#include "jws.h"
#include "unit.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

struct place {
	char path[32];
	int dirfd;
};

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	if (!place) {
		return -1;
	}
	snprintf(place->path, sizeof(place->path), "/tmp/test-seal-XXXXXX");
	if (!mkdtemp(place->path)) {
		return -1;
	}
	place->dirfd = fd_open_dir(AT_FDCWD, place->path);
	*state = place;
	return 0;
}

static int remove_place(void **state)
{
	struct place *place = *state;
	int r;

	(void)unlinkat(place->dirfd, "device.pem", 0);
	close(place->dirfd);
	r = rmdir(place->path);
	free(place);
	return r;
}

struct answer {
	int code;
	char *text; /* owned */
	size_t len;
};

static void answer_finish(struct answer *answer)
{
	free(answer->text);
}

struct call {
	int key_fd;
	bool no_new_privs;
	struct span input;
	char *argv[4];
};

static void run_child(const struct call *call, int in, int out)
{
	if (call->no_new_privs) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	}
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
	if (call->key_fd == 3) {
		fcntl(3, F_SETFD, 0);
	} else if (call->key_fd >= 0) {
		dup2(call->key_fd, 3);
	} else {
		close(3);
	}
	execve(SEAL_PATH, call->argv, (char *[]){NULL});
	_exit(127);
}

/* The request lies in an unlinked file: no writer can block. */
static struct answer ask(struct call call)
{
	cleanup(fd_close) int in = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	cleanup(fd_close) int out = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	struct answer answer = {0};
	int status;
	pid_t pid;

	assert_true(in > 3 && out > 3);
	assert_int_equal(fd_write_all(in, call.input.p, call.input.len), 0);
	assert_int_equal(lseek(in, 0, SEEK_SET), 0);
	pid = fork();
	if (pid == 0) {
		run_child(&call, in, out);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	answer.code = WEXITSTATUS(status);
	assert_int_equal(lseek(out, 0, SEEK_SET), 0);
	assert_int_equal(fd_read_all(out, JWS_MAX, &answer.text, &answer.len), 0);
	return answer;
}

static struct answer ask_verb(
	const struct place *place, const char *verb, const char *typ, const char *input)
{
	return ask((struct call){
		.key_fd = place->dirfd,
		.no_new_privs = true,
		.input = span_z(input),
		.argv = {(char *)"caretaker-seal", (char *)verb, (char *)typ, NULL},
	});
}

static void the_key_is_made_once(void **state)
{
	const struct place *place = *state;
	cleanup(answer_finish) struct answer first = ask_verb(place, "keygen", NULL, "");
	cleanup(answer_finish) struct answer second = ask_verb(place, "keygen", NULL, "");
	cleanup(answer_finish) struct answer thumbprint =
		ask_verb(place, "thumbprint", NULL, first.text);
	cleanup(json_put) struct json_object *jwk = NULL;
	cleanup(crypto_key_free_p) struct crypto_key *key = NULL;
	char wanted[JWS_THUMBPRINT_LEN + 1];
	struct stat st;

	assert_int_equal(first.code, 0);
	assert_int_equal(second.code, 0);
	assert_string_equal(first.text, second.text);
	assert_int_equal(fstatat(place->dirfd, "device.pem", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(json_parse((struct span){first.text, first.len}, &jwk, NULL), 0);
	assert_int_equal(jws_key_from_json(jwk, &key), 0);
	assert_int_equal(jws_key_thumbprint(key, wanted), 0);
	assert_int_equal(thumbprint.code, 0);
	assert_string_equal(thumbprint.text, wanted);
}

static void what_it_signs_it_verifies(void **state)
{
	const struct place *place = *state;
	cleanup(answer_finish) struct answer key = ask_verb(place, "keygen", NULL, "");
	cleanup(answer_finish) struct answer jws = ask_verb(
		place, "sign", JWS_TYP_REPORT, "{\"kid\":\"abc\",\"payload\":\"{\\\"a\\\":1}\"}");
	cleanup(str_finish) struct str request = {.max = JWS_MAX};
	cleanup(answer_finish) struct answer yes = {0};
	cleanup(answer_finish) struct answer other_typ = {0};
	cleanup(answer_finish) struct answer changed = {0};

	assert_int_equal(jws.code, 0);
	assert_int_equal(
		str_appendf(&request, "{\"jws\":\"%s\",\"key\":%s}", jws.text, key.text), 0);
	yes = ask_verb(place, "verify", JWS_TYP_REPORT, request.p);
	assert_int_equal(yes.code, 0);
	assert_string_equal(yes.text, "{\"a\":1}");
	other_typ = ask_verb(place, "verify", JWS_TYP_POLICY, request.p);
	assert_int_equal(other_typ.code, 2);
	assert_int_equal(other_typ.len, 0);
	request.p[20] ^= 1;
	changed = ask_verb(place, "verify", JWS_TYP_REPORT, request.p);
	assert_int_equal(changed.code, 2);
	assert_int_equal(changed.len, 0);
}

static void an_enrolment_carries_the_key(void **state)
{
	const struct place *place = *state;
	cleanup(answer_finish) struct answer key = ask_verb(place, "keygen", NULL, "");
	cleanup(answer_finish) struct answer jws =
		ask_verb(place, "sign", JWS_TYP_ENROL, "{\"kid\":null,\"payload\":\"{}\"}");
	cleanup(jws_header_finish) struct jws_header header = {0};

	assert_int_equal(key.code, 0);
	assert_int_equal(jws.code, 0);
	assert_int_equal(jws_peek((struct span){jws.text, jws.len}, JWS_TYP_ENROL, &header), 0);
	assert_non_null(header.jwk);
}

static void erased_is_gone(void **state)
{
	const struct place *place = *state;
	cleanup(answer_finish) struct answer first = ask_verb(place, "keygen", NULL, "");
	cleanup(answer_finish) struct answer erase = ask_verb(place, "erase", NULL, "");
	cleanup(answer_finish) struct answer again = ask_verb(place, "erase", NULL, "");
	cleanup(answer_finish) struct answer sign =
		ask_verb(place, "sign", JWS_TYP_REPORT, "{\"kid\":\"a\",\"payload\":\"{}\"}");
	cleanup(answer_finish) struct answer second = ask_verb(place, "keygen", NULL, "");

	assert_int_equal(erase.code, 0);
	assert_int_equal(again.code, 0);
	assert_int_equal(sign.code, 1);
	assert_int_equal(second.code, 0);
	assert_string_not_equal(first.text, second.text);
}

static void wrong_calls_are_errors(void **state)
{
	static const struct {
		const char *verb, *typ, *input;
		int code;
	} rows[] = {
		{NULL, NULL, "", 1},
		{"read", NULL, "", 1},
		{"sign", NULL, "{}", 1},
		{"sign", "JWT", "{\"kid\":\"a\",\"payload\":\"{}\"}", 1},
		{"sign", JWS_TYP_REPORT, "", 1},
		{"sign", JWS_TYP_REPORT, "{\"kid\":\"a\"}", 1},
		{"sign", JWS_TYP_REPORT, "{\"kid\":1,\"payload\":\"{}\"}", 1},
		{"sign", JWS_TYP_REPORT, "{\"kid\":\"a b\",\"payload\":\"{}\"}", 1},
		{"sign", JWS_TYP_REPORT, "{\"kid\":\"a\",\"payload\":\"{}\",\"x\":1}", 1},
		{"keygen", JWS_TYP_REPORT, "", 1},
		{"verify", JWS_TYP_REPORT, "{}", 2},
		{"verify", JWS_TYP_REPORT, "nonsense", 2},
		{"thumbprint", NULL, "{}", 2},
	};
	const struct place *place = *state;
	cleanup(answer_finish) struct answer key = ask_verb(place, "keygen", NULL, "");

	assert_int_equal(key.code, 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cleanup(answer_finish) struct answer answer =
			ask_verb(place, rows[i].verb, rows[i].typ, rows[i].input);

		assert_int_equal(answer.code, rows[i].code);
		assert_int_equal(answer.len, 0);
	}
}

static void too_long_a_request_is_refused(void **state)
{
	const struct place *place = *state;
	size_t len = JWS_MAX + 4097;
	cleanup(free_ptr) char *input = malloc(len + 1);
	cleanup(answer_finish) struct answer answer = {0};

	assert_non_null(input);
	memset(input, ' ', len);
	input[len] = '\0';
	answer = ask_verb(place, "thumbprint", NULL, input);
	assert_int_equal(answer.code, 1);
}

static int ask_with_fd(int key_fd, bool no_new_privs)
{
	cleanup(answer_finish) struct answer answer = ask((struct call){
		.key_fd = key_fd,
		.no_new_privs = no_new_privs,
		.argv = {(char *)"caretaker-seal", (char *)"keygen", NULL},
	});

	return answer.code;
}

static void a_loose_directory_is_refused(void **state)
{
	const struct place *place = *state;
	cleanup(fd_close) int file = open("/dev/null", O_RDONLY | O_CLOEXEC);

	assert_int_equal(ask_with_fd(-1, true), 1);
	assert_int_equal(ask_with_fd(file, true), 1);
	assert_int_equal(fchmod(place->dirfd, 0750), 0);
	assert_int_equal(ask_with_fd(place->dirfd, true), 1);
	assert_int_equal(fchmod(place->dirfd, 01700), 0);
	assert_int_equal(ask_with_fd(place->dirfd, true), 1);
	assert_int_equal(fchmod(place->dirfd, 0700), 0);
	if (geteuid() == 0) {
		assert_int_equal(fchown(place->dirfd, 65534, 0), 0);
		assert_int_equal(ask_with_fd(place->dirfd, true), 1);
		assert_int_equal(fchown(place->dirfd, 0, 0), 0);
		/* root without no_new_privs is not the unit that it should run in */
		assert_int_equal(ask_with_fd(place->dirfd, false), 1);
	}
	assert_int_equal(faccessat(place->dirfd, "device.pem", F_OK, 0), -1);
	assert_int_equal(ask_with_fd(place->dirfd, true), 0);
}

static void a_loose_key_is_refused(void **state)
{
	const struct place *place = *state;
	cleanup(answer_finish) struct answer key = ask_verb(place, "keygen", NULL, "");
	const char *sign = "{\"kid\":\"a\",\"payload\":\"{}\"}";

	assert_int_equal(key.code, 0);
	for (mode_t mode = 0640; mode >= 0600; mode -= 040) {
		cleanup(answer_finish) struct answer answer = {0};

		assert_int_equal(fchmodat(place->dirfd, "device.pem", mode, 0), 0);
		answer = ask_verb(place, "sign", JWS_TYP_REPORT, sign);
		assert_int_equal(answer.code, mode == 0600 ? 0 : 1);
	}
	assert_int_equal(unlinkat(place->dirfd, "device.pem", 0), 0);
	assert_int_equal(symlinkat("/etc/hostname", place->dirfd, "device.pem"), 0);
	{
		cleanup(answer_finish) struct answer answer =
			ask_verb(place, "sign", JWS_TYP_REPORT, sign);
		cleanup(answer_finish) struct answer again = ask_verb(place, "keygen", NULL, "");

		assert_int_equal(answer.code, 1);
		assert_int_equal(again.code, 1); /* nor is it replaced */
	}
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_PLACE(the_key_is_made_once),
		IN_PLACE(what_it_signs_it_verifies),
		IN_PLACE(an_enrolment_carries_the_key),
		IN_PLACE(erased_is_gone),
		IN_PLACE(wrong_calls_are_errors),
		IN_PLACE(too_long_a_request_is_refused),
		IN_PLACE(a_loose_directory_is_refused),
		IN_PLACE(a_loose_key_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
